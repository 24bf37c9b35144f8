"""How much of an article's text a line keeps: all, the beginning, or nothing. Pure."""

from typing import Any

from diplonews.exports.selection import EXCERPT, NONE, Keys

LONGEST = 300  # characters of an excerpt
ELLIPSIS = "…"


def with_text(keys: Keys, text: str) -> dict[str, Any]:
    """Return the keys of a line with ``body`` as *text* says; ``diff`` only with a whole body."""
    line = dict(keys)
    if text in {EXCERPT, NONE}:
        line["body"] = excerpt(line["body"] or "") or None if text == EXCERPT else None
        if "diff" in line:
            line["diff"] = None
    return line


def excerpt(body: str) -> str:
    """Return the beginning of a body, up to the end of a word.

    >>> excerpt("The talks ended.")
    'The talks ended.'
    >>> len(excerpt("word " * 100))
    300
    """
    if len(body) <= LONGEST:
        return body
    beginning = body[:LONGEST].rpartition(" ")[0] or body[: LONGEST - 1]
    return beginning.rstrip(" \n.,;:–—-") + ELLIPSIS
