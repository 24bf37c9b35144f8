"""Printed text in one form: what a reader sees, without what only a typesetter would miss."""

import html
import re
import unicodedata

# Zero-width space, word joiner and the marks of direction: nothing a reader sees. The joiners
# U+200C and U+200D stay, since scripts and emoji need them; U+00AD is a hyphen that only shows
# where a line breaks.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can spell one; UTF-8 cannot
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def normalise_text(printed: str) -> str:
    r"""Return a line of text as a reader sees it.

    Unicode NFC; control and invisible characters out; all white space, no-break spaces too,
    as single spaces. Entities that a page shows as text because it escaped them twice are
    read. Quotes and dashes stay as printed.

    >>> normalise_text(" Cote d&#8217;Ivoire\u00a0&amp; Mali\u00ad ")
    'Cote d’Ivoire & Mali'
    """
    text = printed
    while ENTITY.search(text):
        read = html.unescape(text)
        if read == text:
            break
        text = read
    text = SURROGATE.sub("\ufffd", INVISIBLE.sub("", text))
    text = CONTROL.sub("", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def normalise_body(printed: str) -> str:
    r"""Return a body as blocks of normalised text with a blank line between.

    >>> normalise_body("One.\n\n \n\nTwo\nlines.")
    'One.\n\nTwo lines.'
    """
    blocks = (normalise_text(block) for block in re.split(r"\n\s*\n", printed))
    return "\n\n".join(block for block in blocks if block)


def word_count(body: str) -> int:
    """Return the number of words, parted at white space."""
    return len(body.split())
