"""Printed text in one form: the visible characters, and nothing invisible."""

import html
import re
import unicodedata
from collections.abc import Iterator
from html.entities import html5
from itertools import groupby, islice
from typing import Literal

# Zero-width space, word joiner and direction marks are invisible. U+00AD is a hyphen that shows
# only where a line breaks.
INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can spell one; UTF-8 cannot
# The joiners U+200C and U+200D shape Persian, Indic scripts and emoji. They do nothing after a
# Latin letter, after white space, and at the start of a text.
JOINER = re.compile("[\u200c\u200d]")
IDLE_JOINERS = re.compile("(?<![^\\s!-\u036f\u1e00-\u1eff])[\u200c\u200d]+")
# Never kept, in any field: some database or terminal fails on each of these.
UNPRINTABLE = re.compile(f"{CONTROL.pattern}|{SURROGATE.pattern}")
# Combining marks on a letter, as in Unicode's stream-safe text. The time to order them grows with
# the square of their number.
MOST_MARKS = 30
ENTITY = re.compile(r"&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
MOST_ESCAPES = 3


def normalise_text(printed: str) -> str:
    r"""Return a line of text as people see it.

    The text is in Unicode NFC, without control and invisible characters, and with single spaces
    for all white space, also for no-break spaces. Entities that a page escaped twice, and so
    shows as text, are decoded; what they spell is text and never markup. Entities that are
    escaped more than ``MOST_ESCAPES`` times stay, which bounds the work. Quotes and dashes stay
    as printed.

    >>> normalise_text(" Cote d&#8217;Ivoire\u00a0&amp; Mali\u00ad ")
    'Cote d’Ivoire & Mali'
    """
    seen = read = _as_seen(printed)
    for _ in range(MOST_ESCAPES + 1):
        shown = ENTITY.sub(_character, read)
        if shown == read:
            return read
        read = _as_seen(shown)
    return seen


def normalise_body(printed: str) -> str:
    r"""Return a body as blocks of normalised text, with a blank line between two blocks.

    >>> normalise_body("One.\n\n \n\nTwo\nlines.")
    'One.\n\nTwo lines.'
    """
    blocks = (normalise_text(block) for block in re.split(r"\n\s*\n", printed))
    return "\n\n".join(block for block in blocks if block)


def printable(text: str) -> str:
    r"""Return a text without control characters and lone surrogates; white space stays.

    >>> printable("a\x1b[1m \ud83d b")
    'a[1m  b'
    """
    return UNPRINTABLE.sub("", text)


def composed(text: str, form: Literal["NFC", "NFKD"] = "NFC") -> str:
    """Return a text in a Unicode form, with at most ``MOST_MARKS`` combining marks on a letter."""
    if text.isascii():
        return text
    if len(text) > MOST_MARKS and not unicodedata.is_normalized("NFC", text):
        text = "".join(_with_fewer_marks(text))
    return unicodedata.normalize(form, text)


def _with_fewer_marks(text: str) -> Iterator[str]:
    for is_mark, run in groupby(text, key=lambda c: unicodedata.combining(c) > 0):
        yield "".join(islice(run, MOST_MARKS if is_mark else None))


def word_count(body: str) -> int:
    """Return the number of words, split at white space."""
    return len(body.split())


def _as_seen(text: str) -> str:
    text = SURROGATE.sub("\ufffd", CONTROL.sub("", INVISIBLE.sub("", text)))
    text = composed(text)
    if JOINER.search(text):  # most text has none, and looking behind each letter takes long
        text = composed(IDLE_JOINERS.sub("", text))
    return " ".join(text.split())


def _character(entity: re.Match[str]) -> str:
    # html.unescape alone would also read the "&copy" of "?id=1&copy=2", which has no ";".
    name = entity[1]
    return html.unescape(entity[0]) if name.startswith("#") else html5.get(name, entity[0])
