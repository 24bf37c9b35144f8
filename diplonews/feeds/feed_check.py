"""Feeds compared with the archive: what differs, file by file.

The archive is read once for each feed, and lines are compared one by one: an archive of any size
takes little memory.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from diplonews.archive import Archive
from diplonews.feeds import file_names
from diplonews.feeds.files import FileFacts, facts_of, unpacked_digest
from diplonews.feeds.further_files import Edition, edition_files, file_faults
from diplonews.feeds.manifest import NAME, Manifest, names_on_disk
from diplonews.feeds.schema import schema_files
from diplonews.printing import counted


@dataclass
class Expected:
    """What the archive says of a file, line by line."""

    digest: Any = field(default_factory=hashlib.sha256)
    lines: int = 0
    last_seq: int = 0

    def add(self, seq: int, line: str) -> None:
        self.digest.update(line.encode() + b"\n")
        self.lines += 1
        self.last_seq = seq


class FeedCheck:
    """Compare a folder of feeds with its archive, up to the event to which it is published."""

    def __init__(self, archive: Archive, folder: Path, editions: Sequence[Edition] = ()) -> None:
        self.editions = editions
        self.archive = archive
        self.folder = folder
        self.file_count = 0  # expected files, once they were compared
        self.waiting_count = 0

    def differences(self) -> Iterator[str]:
        """Yield a sentence for each file that differs from the archive or should not be there.

        Later events are left out: the next run publishes them.
        """
        manifest = Manifest.read(self.folder)
        if manifest is None:
            yield f"{NAME}: expected the list of files, found none that can be read"
            self.waiting_count = self.archive.feeds.count_waiting(0)
            return
        self.waiting_count = self.archive.feeds.count_waiting(manifest.last_seq)
        if wrong := self.archive.feeds.gaps():
            yield f"{self.archive.name}: {wrong}"
        if count := self.archive.feeds.count_to_erase(manifest.last_seq):
            yield (
                f"{NAME}: expected that the words of {counted(count, 'article')} are erased here "
                f"too, found them: the next run does that"
            )
        yield from self._head_faults(manifest)
        seen = set(schema_files())
        for feed in manifest.feeds:
            expected = self._expected(feed, manifest)
            seen |= expected.keys()
            for name in sorted(expected):
                yield from self._file_faults(name, expected[name], manifest.files.get(name))
        for file, is_by_same in edition_files(self.folder, manifest, self.editions):
            seen.add(file.name)
            facts = manifest.files.get(file.name)
            yield from file_faults(self.folder, file, facts, is_by_same=is_by_same)
        for name in schema_files():
            yield from self._schema_faults(name, manifest.files.get(name))
        self.file_count = len(seen)
        for name in sorted((names_on_disk(self.folder) | manifest.files.keys()) - seen):
            yield f"{name}: expected no such file, found one"

    def _head_faults(self, manifest: Manifest) -> Iterator[str]:
        folder_seq = self.archive.feeds.last_seq_of(manifest.feed_id) or 0
        if folder_seq < manifest.last_seq:
            yield (
                f"{NAME}: expected seq {folder_seq} as the archive notes, "
                f"found {manifest.last_seq}"
            )
        day = self.archive.feeds.day_of(manifest.last_seq)
        if manifest.last_day != day:
            yield f"{NAME}: expected the last day {day or 'none'}, found {manifest.last_day}"

    def _expected(self, feed: str, manifest: Manifest) -> dict[str, Expected]:
        """Return what the archive says of each file of a feed."""
        files: dict[str, Expected] = {}
        began = self.archive.feeds.began_behind(feed)
        for event in self.archive.feeds.history(feed, manifest.last_seq):
            if event.seq > began:
                name = file_names.change_name(feed, event.day, manifest.last_day)
                files.setdefault(name, Expected()).add(event.seq, event.change_line)
            if event.file:
                name = file_names.current_name(feed, event.file)
                files.setdefault(name, Expected()).add(event.seq, event.current_line)
        return files

    def _file_faults(
        self, name: str, expected: Expected, facts: FileFacts | None
    ) -> Iterator[str]:
        try:
            size, file_digest = facts_of(self.folder / name)
            is_packed = name.endswith(".gz")
            digest = unpacked_digest(self.folder / name) if is_packed else file_digest
        except FileNotFoundError:
            yield f"{name}: expected a file, found none"
            return
        except (OSError, EOFError) as error:  # another user's file, a broken disk, half a file
            reason = getattr(error, "strerror", None) or error
            yield f"{name}: expected a file, found one that cannot be read: {reason}"
            return
        if digest != expected.digest.hexdigest():
            yield f"{name}: expected what the archive says, found other lines"
        counts = (facts.lines, facts.last_seq) if facts else (0, 0)
        if counts != (expected.lines, expected.last_seq):
            yield (
                f"{NAME}: expected {expected.lines} lines up to seq {expected.last_seq} of "
                f"{name}, found {counts[0]} up to {counts[1]}"
            )
        if facts is None or (size, file_digest) != (facts.bytes, facts.sha256):
            yield f"{NAME}: expected size and SHA-256 of {name}, found others or none"

    def _schema_faults(self, name: str, facts: FileFacts | None) -> Iterator[str]:
        try:
            is_same = facts is not None and facts_of(self.folder / name) == (
                facts.bytes,
                facts.sha256,
            )
        except OSError as error:
            yield f"{name}: expected a file, found one that cannot be read: {error.strerror}"
            return
        if not is_same:
            yield f"{NAME}: expected size and SHA-256 of {name}, found others or none"
