"""Boxes that plugins put into an article's content: ``data/boxes.tsv``, a row a plugin.

Author boxes, related posts, tables of contents, ratings, counters, sharing, newsletters and more.
A row has the names that the plugin gives: classes, or ids after ``#``. At the end of a name,
``*`` stands for anything, ``#`` for a number, ``%`` for 32 hexadecimal digits. A name that an
editor or another plugin may also give is not in the table: ``code-block-3`` is, ``code-block`` is
not. Nor are names of elements with the article's words, to which some plugins give names.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

ENDINGS = {"*": ".*", "#": r"\d+", "%": "[0-9a-f]{32}"}


class Box(NamedTuple):
    """A box that a plugin puts into the content, and the names of its elements."""

    kind: str
    plugin: str
    names: tuple[str, ...]
    source: str


@cache
def boxes() -> tuple[Box, ...]:
    """Return the table's rows.

    >>> [box.plugin for box in boxes() if box.kind == "rating"][0]
    'Rate My Post'
    """
    text = files(__package__).joinpath("data", "boxes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return tuple(
        Box(kind, plugin, tuple(names.split()), source) for kind, plugin, names, source in rows
    )


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the pattern of classes, and that of ids."""
    names = [name for box in boxes() for name in box.names]
    ids = [name[1:] for name in names if name.startswith("#")]
    return _pattern(name for name in names if not name.startswith("#")), _pattern(ids)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(_name_pattern, names))))


def _name_pattern(name: str) -> str:
    ending = ENDINGS.get(name[-1])
    return re.escape(name) if ending is None else re.escape(name[:-1]) + ending


def is_box(classes: Iterable[str], element_id: str = "") -> bool:
    """Tell whether an element is a plugin's box, by its classes or its id.

    >>> is_box(["code-block", "code-block-3"]), is_box(["code-block"]), is_box([], "disqus_thread")
    (True, False, True)
    """
    by_class, by_id = _patterns()
    return any(by_class.fullmatch(name) for name in classes) or bool(
        element_id and by_id.fullmatch(element_id)
    )
