"""Following: events as they are published, a JSON line each, until a signal or a closed pipe.

Only events up to the manifest's ``last_seq`` are written. Later ones are not published yet, and
each of them will get a greater number (docs/feeds.md).
"""

import select
import signal
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import BinaryIO, Self

from diplonews.archive import Archive
from diplonews.exports.export import Order, Source
from diplonews.exports.line_writers import JsonLinesWriter
from diplonews.exports.texts import with_text
from diplonews.exports.writing import Contents
from diplonews.feeds.manifest import NAME, Manifest

POLL_SECONDS = 2.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Publication:
    """Knows up to which seq a folder is published; reads the manifest only if it changed."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive = archive
        self.folder = folder
        self.stamp: tuple[int, int, int] | None = None
        self.seq: int | None = None

    def last_seq(self) -> int:
        """Return the seq; where this machine publishes no feeds, the archive's."""
        stamp = self._stamp()
        if stamp is None:
            return self.archive.feeds.last_seq()
        if stamp != self.stamp or self.seq is None:
            manifest = Manifest.read(self.folder, with_older=False)
            if manifest is None:
                return self.archive.feeds.last_seq()
            self.stamp, self.seq = stamp, manifest.last_seq
        return self.seq

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = (self.folder / NAME).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


class Stop:
    """Ends a loop: after a first signal at the end of a line, after a second at once."""

    def __init__(self) -> None:
        self.is_asked = False
        self.is_waiting = False

    def __enter__(self) -> Self:
        self.before = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def wait(self, file: BinaryIO, seconds: float) -> bool:
        """Wait; return whether to go on: no signal came, and *file* is still open."""
        poll = select.poll()
        poll.register(file, 0)  # reports only errors, such as a closed pipe
        try:
            self.is_waiting = True
            return not self.is_asked and not poll.poll(seconds * 1000)
        except StopNowError:
            return False
        finally:
            self.is_waiting = False

    def _note(self, number: int, frame: FrameType | None) -> None:
        is_at_once = self.is_asked or self.is_waiting
        self.is_asked = True
        if is_at_once:
            raise StopNowError


class StopNowError(Exception):
    """A signal came while nothing was written, or a second one."""


def follow(order: Order, archive: Archive, folder: Path, file: BinaryIO, stop: Stop) -> int:
    """Write the chosen events to *file* as they are published; return the last seq checked."""
    publication = Publication(archive, folder)
    writer = JsonLinesWriter(file, Contents(order.place, order.names, ""))
    seq = order.selection.changed_since
    try:
        while not stop.is_asked:
            until = publication.last_seq()
            if until > seq:
                selection = replace(order.selection, changed_since=seq)
                for keys in Source(archive, selection, until).candidates():
                    if keys is not None:
                        writer.write(with_text(keys, order.text))
                        seq = keys["seq"]
                    if stop.is_asked:
                        break
                else:
                    seq = until
                file.flush()
            if not stop.wait(file, POLL_SECONDS):
                break
    except StopNowError:
        return seq
    return seq
