"""Bylines to authors."""

import re
from functools import lru_cache

from diplonews.items import Author
from diplonews.normalise.printed_dates import is_printed_date
from diplonews.normalise.text import normalise_text

# What leads to the names. Not "de": "De Klerk" and "de Souza" begin with it.
LEAD = re.compile(r"^(written by|by|par|por)\b[\s:]*", re.IGNORECASE)
# What stands between two names. "e" and "et" in lower case only: "John E Smith" is one person.
BETWEEN = re.compile(r"(?:,\s*|\s+)(?:[aA]nd|AND|et|e|&)(?:\s+|$)|,\s+|,$")
# What themes print as the text of a link to an author's page, instead of a name.
NO_NAME = re.compile(
    r"(view|see|read|show)?\s*(all|more)\s+(posts|articles|stories)\b|(voir|lire)\s+(tous|plus)\b"
    r"|ver\s+(todos|todas|mais)\b|(website|twitter|facebook|instagram|linkedin|follow|profile)$",
    re.IGNORECASE,
)
LONGEST_NAME = 100  # characters; what is longer is a sentence about the author


@lru_cache(maxsize=1024)  # a site has few authors, and prints them on all pages
def is_name(printed: str) -> bool:
    """Tell whether the text of an author's link can be a name.

    >>> [is_name(text) for text in ("Ama Diop", "View all posts by Ama", "March 3, 2025", "@ama")]
    [True, False, False, False]
    """
    has_letters = any(letter.isalpha() for letter in printed)
    is_short = len(printed) <= LONGEST_NAME
    if (
        not has_letters
        or not is_short
        or "@" in printed
        or "://" in printed
        or NO_NAME.match(printed)
    ):
        return False
    return not is_printed_date(printed)


def split_byline(byline_raw: str) -> list[str]:
    """Return the names in a printed byline, in its order, each once.

    A name that itself has an "and" or a comma is split too: the line does not show where a
    name ends. The page's links do, so ``clean_authors`` prefers them.

    >>> split_byline("by Agence France-Presse, Lagos bureau")
    ['Agence France-Presse', 'Lagos bureau']

    >>> split_byline("by Ama Mensah, Jean Diop and Rui Tavares")
    ['Ama Mensah', 'Jean Diop', 'Rui Tavares']
    >>> split_byline("by Diplomatic Info")
    ['Diplomatic Info']
    """
    line = LEAD.sub("", normalise_text(byline_raw))
    return list(dict.fromkeys(name for name in BETWEEN.split(line) if name))


def clean_authors(byline_raw: str, authors: list[Author]) -> list[Author]:
    """Return the authors that the page links, each once; without links, those of the byline."""
    linked: dict[str, str] = {}
    for author in authors:
        name = LEAD.sub("", normalise_text(author.name))
        linked[name] = linked.get(name) or author.url
    linked.pop("", None)
    if linked:
        return [Author(name=name, url=url) for name, url in linked.items()]
    return [Author(name=name) for name in split_byline(byline_raw)]
