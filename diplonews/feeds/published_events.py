"""The events of a folder of feeds, read from its files in the order of their numbers.

Files are compared with the manifest first: only what was published is believed.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from diplonews.archive.adoption import PublishedEvent
from diplonews.errors import FileError
from diplonews.feeds import file_names, filing
from diplonews.feeds.files import CHUNK
from diplonews.feeds.manifest import Manifest

NO_DAYS = ("", "")

# What is known of a line: seq, feed, days, text; lines of ``current`` sort last.
FoundLine = tuple[int, bool, str, tuple[str, str], dict[str, Any]]


@dataclass
class PublishedFolder:
    """A folder of feeds as its manifest lists it."""

    folder: Path
    manifest: Manifest
    began_behind: dict[str, int] = field(
        default_factory=dict
    )  # by feed: changes begin after this seq

    def __post_init__(self) -> None:
        for feed in self.manifest.feeds:
            first = next(self._changes(feed, 0), None)
            self.began_behind[feed] = self.manifest.last_seq if first is None else first[0] - 1

    def events(self, after: int) -> Iterator[PublishedEvent]:
        """Yield the events after seq *after*; also some before it, which share their files."""
        sources = [self._changes(feed, after) for feed in self.manifest.feeds]
        for feed in self.manifest.feeds:
            sources += self._current(feed, after)
        for seq, lines in groupby(merge(*sources, key=itemgetter(0, 1, 2)), key=itemgetter(0)):
            yield self._event(seq, list(lines))

    def _event(self, seq: int, lines: list[FoundLine]) -> PublishedEvent:
        _, is_current, _, days, line = lines[0]
        told_in = frozenset(feed for _, is_in_current, feed, _, _ in lines if not is_in_current)
        begun = {feed for feed, began in self.began_behind.items() if began < seq}
        return PublishedEvent(
            seq, days, line, not is_current, filing.feeds_of_line(line), told_in,
            frozenset(begun - told_in),
        )  # fmt: skip

    def _changes(self, feed: str, after: int) -> Iterator[FoundLine]:
        """Yield the lines of a feed's changes, of files that reach beyond seq *after*."""
        mine = [
            (facts.last_seq, name)
            for name, facts in self.manifest.files.items()
            if name.startswith(f"changes/{feed}/") and facts.last_seq > after
        ]
        for _, name in sorted(mine):
            for line in self._lines(name):
                if line["seq"] <= self.manifest.last_seq:
                    yield line["seq"], False, feed, file_names.days_of(name), line

    def _current(self, feed: str, after: int) -> list[Iterator[FoundLine]]:
        """Return the lines of articles from before a feed's changes began, by file.

        Perhaps no other feed has these events. Sections' feeds begin with the archive, so they
        have no such lines.
        """
        files = [name for name in self.manifest.files if name.startswith(f"current/{feed}/")]
        began = self.began_behind[feed]
        if began <= after:
            return []
        return [self._current_file(feed, name, after) for name in files]

    def _current_file(self, feed: str, name: str, after: int) -> Iterator[FoundLine]:
        for line in self._read(self.folder / name):
            if line["seq"] > self.began_behind[feed]:
                return
            if line["seq"] > after:
                yield line["seq"], True, feed, NO_DAYS, line

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield a file's lines, if it is what the manifest says, or has only grown since."""
        facts, path = self.manifest.files[name], self.folder / name
        fingerprint, left = hashlib.sha256(), facts.bytes
        try:
            with path.open("rb") as file:
                while left and (data := file.read(min(left, CHUNK))):
                    fingerprint.update(data)
                    left -= len(data)
        except OSError as error:
            raise FileError(f"{path}: expected a feed, found: {error.strerror}") from error
        if left or fingerprint.hexdigest() != facts.sha256:
            raise FileError(f"{path}: expected what its manifest says, found something else")
        yield from self._read(path, None if name.endswith(".gz") else facts.bytes)

    @staticmethod
    def _read(path: Path, most: int | None = None) -> Iterator[dict[str, Any]]:
        size = 0
        try:
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                for text in file:
                    size += len(text)
                    if most is not None and size > most:
                        return
                    yield json.loads(text)
        except (OSError, EOFError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise FileError(f"{path}: expected a feed, found: {reason}") from error
