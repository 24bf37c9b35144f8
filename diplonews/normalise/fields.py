"""Every text of an item without what is no text: control characters, halves of characters.

Pages can spell them anywhere, in JSON as in addresses, and no database takes them all. So they
are taken out of each field, in one place, before anything is worked out.
"""

import re
from dataclasses import fields, is_dataclass
from typing import Any

from diplonews.normalise.text import printable

# Whatever some program takes for the end of a line.
LINE_ENDS = re.compile("[\t\n\x0b\x0c\r\x85\u2028\u2029]+")
BLOCKS = frozenset({"body", "site_notice"})  # fields of several lines


def clean_fields(item: Any) -> None:
    """Take out of every text of an item, and of the items in it, what is no text."""
    for of in fields(item):
        value = getattr(item, of.name)
        if isinstance(value, str):
            setattr(item, of.name, _clean(of.name, value))
        elif isinstance(value, list):
            setattr(item, of.name, [_clean_member(of.name, member) for member in value])


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
    # An address is what it is without them, as browsers read it.
    return LINE_ENDS.sub("" if name.endswith("url") else " ", text)
