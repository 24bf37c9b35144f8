"""An export: chosen articles in one format; the file is whole or not there."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from diplonews.archive import Archive
from diplonews.exports.formats import Format
from diplonews.exports.selection import FULL, Selection
from diplonews.exports.texts import with_text
from diplonews.exports.writing import Contents, open_file
from diplonews.feeds.schema import CHANGE_KEYS
from diplonews.lines import NAMES, as_time
from diplonews.printing import binary_output

CURRENT, CHANGES = "current", "changes"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and how."""

    format: Format
    selection: Selection
    names: tuple[str, ...]  # of keys
    text: str = FULL
    path: Path | None = None  # None: standard output

    @property
    def place(self) -> str:
        return CHANGES if self.selection.has_events else CURRENT


@dataclass(slots=True)
class Result:
    """What was exported."""

    line_count: int = 0
    cut_count: int = 0  # cells that were too long for a spreadsheet
    seq: int = 0  # the last seq in it


def names_of(place: str) -> tuple[str, ...]:
    """Return the keys of a line, in order."""
    return ("seq", *(CHANGE_KEYS if place == CHANGES else ()), *NAMES, "withdrawn_at")


class Source:
    """The chosen lines, as of now, or of an earlier seq."""

    def __init__(self, archive: Archive, selection: Selection, seq: int | None = None) -> None:
        self.archive = archive
        self.selection = selection
        self.seq = archive.feeds.last_seq() if seq is None else seq
        span = selection.span(self.seq)
        lines = archive.lines
        find = lines.event_ids if selection.has_events else lines.current_ids
        self.ids = find(span)

    def __len__(self) -> int:
        """Return the number of candidates; all of them may be chosen."""
        return len(self.ids)

    @property
    def as_of(self) -> str:
        """The time of the last event, as lines print times; empty where there is none."""
        moment = self.archive.lines.time_of(self.seq)
        return as_time(moment) if moment else ""

    def candidates(self) -> Iterator[Mapping[str, Any] | None]:
        """Yield each chosen line, and ``None`` for each other one, which counts for progress."""
        lines = self.archive.lines
        rows = lines.events if self.selection.has_events else lines.current
        for _, text in rows(self.ids):
            keys = json.loads(text)
            yield keys if self.selection.has(keys) else None

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return (keys for keys in self.candidates() if keys is not None)


def export(
    order: Order, source: Source, lines: Iterable[Mapping[str, Any] | None] | None = None
) -> Result:
    """Write what *order* chooses; *lines* are the candidates of *source*, if counted outside.

    Raises ``BrokenPipeError`` where standard output was closed.
    """
    assert order.format.writer is not None
    result = Result(seq=source.seq)
    contents = Contents(
        place=order.place,
        names=order.names,
        title=order.selection.as_title(),
        text=order.text,
        as_of=source.as_of,
        key=order.selection.as_words(),
    )
    target: AbstractContextManager[BinaryIO] = (
        binary_output() if order.path is None else open_file(order.path)
    )
    with target as file:
        writer = order.format.writer(file, contents)
        for keys in source.candidates() if lines is None else lines:
            if keys is not None:
                writer.write(with_text(keys, order.text))
                result.line_count += 1
        writer.close()
    result.cut_count = getattr(writer, "cut_count", 0)
    return result
