"""Remove control characters and lone surrogates from every text of an item.

Pages can have them anywhere, in JSON and in addresses too, and no database accepts all of them.
So they are removed from each field, in one place, before anything is worked out.
"""

import re
from dataclasses import fields, is_dataclass
from typing import Any

from diplonews.normalise.text import printable

# Every character that some program reads as the end of a line.
LINE_ENDS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
BLOCKS = frozenset({"body", "site_notice"})  # fields of several lines


def clean_fields(item: Any) -> None:
    """Remove what cannot be printed from every text of an item, and of the items in it."""
    for field in fields(item):
        value = getattr(item, field.name)
        if isinstance(value, str):
            setattr(item, field.name, _clean(field.name, value))
        elif isinstance(value, list):
            setattr(item, field.name, [_clean_member(field.name, member) for member in value])


def _clean_member(name: str, member: object) -> object:
    if isinstance(member, str):
        return _clean(name, member)
    if is_dataclass(member):
        clean_fields(member)
    return member


def _clean(name: str, text: str) -> str:
    if text.isprintable():
        return text
    text = printable(text)
    if name in BLOCKS:
        return "\n".join(LINE_ENDS.sub(" ", line) for line in text.split("\n"))
    # Browsers ignore line ends in an address.
    return LINE_ENDS.sub("" if name.endswith("url") else " ", text)
