"""The tables of ``data/``: TSV with a header, one fact a row, its source in the last column.

``countries.tsv`` has names of countries, by kind; ``lookalikes.tsv`` names that contain a
country's name and mean something else; ``shared.tsv`` names that several countries have;
``cues.tsv`` the words that decide between these; ``words.tsv`` words beside names. The tables are
read as resources of the package, so they work in a wheel, an egg and a zip.
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
    return [member.strip() for member in cell.split(separator) if member.strip()]


@cache
def words(kind: str) -> frozenset[str]:
    """Return the words of a kind, from ``words.tsv``."""
    cells = [row["words"] for row in rows("words") if row["kind"] == kind]
    if not cells:
        raise KeyError(f"words.tsv: expected words of the kind {kind!r}, found none")
    return frozenset(" ".join(cells).split())
