"""The tables of ``data/``: TSV with a header, a row a fact, whose last column says its source.

``countries.tsv`` names of countries, by kind; ``lookalikes.tsv`` names that hold a country's and
mean another or none; ``shared.tsv`` names that several countries have, and ``cues.tsv`` the words
that tell which; ``organisations.tsv``; ``agencies.tsv``; ``words.tsv`` words beside names. They
are read as the package's own resources, so they work in a wheel, in an egg and in a zip.
"""

from functools import cache
from importlib.resources import files

FOLDER = "data"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table, each by its columns' names.

    >>> rows("shared")[0]["subject"]
    'niger'
    """
    text = files(__package__).joinpath(FOLDER, f"{name}.tsv").read_text(encoding="utf-8")
    header, *lines = text.splitlines()
    columns = header.split("\t")
    return tuple(dict(zip(columns, line.split("\t"), strict=True)) for line in lines)


def parts(cell: str, separator: str = ", ") -> list[str]:
    """Return the members of a cell.

    >>> parts("AFP, AP")
    ['AFP', 'AP']
    """
    return [part.strip() for part in cell.split(separator) if part.strip()]


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind, of ``words.tsv``."""
    found = [row["words"].split() for row in rows("words") if row["kind"] == kind]
    if not found:
        raise KeyError(f"words.tsv: expected words of the kind {kind!r}, found none")
    return frozenset(word for part in found for word in part)
