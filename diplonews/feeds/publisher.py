"""Publishing: the feeds in a folder are brought up to what the archive says.

A feed is what the archive says (``archive.feeds``), so publishing twice writes the same
bytes to the same names, and whatever dies half way is made whole by the next run. What a
folder has is known by its own manifest, so that each machine's folder is complete.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from diplonews import site
from diplonews.archive import Archive
from diplonews.feeds.files import discard, lock_folder, write_whole
from diplonews.feeds.manifest import Manifest, names_on_disk
from diplonews.feeds.schema import schema_name, schema_texts, source_digest

logger = logging.getLogger(__name__)


class Publisher:
    """Bring the feeds in *folder* up to what the archive says.

    Which feeds there are: the sections, and the categories that were walked by name.
    """

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive = archive
        self.folder = folder
        self.feeds = sorted({*site.SECTIONS, *archive.walks.followed()})

    def publish(self) -> None:
        """Publish what closed runs changed and this folder has not, and what is missing in it.

        Everything is published where the feeds have no manifest that can be read.
        """
        with self._lock():
            manifest = Manifest.read(self.folder) or Manifest()
            self.archive.checkpoint()
            lost = self._forget_lost(manifest)
            self._bring_up_to_date(manifest)
            for name in lost - manifest.files.keys():
                discard(self.folder / name)
            self._write(manifest)

    def repair(self) -> None:
        """Write every feed again from the archive, and take away what it knows nothing of."""
        with self._lock():
            manifest = Manifest.read(self.folder) or Manifest()
            manifest.files = {}
            self._bring_up_to_date(manifest)
            for name in self.on_disk() - manifest.files.keys():
                (self.folder / name).unlink()
            self._write(manifest)

    def expected(self) -> dict[str, Iterable[tuple[int, str]]]:
        """Return the lines of every file that there should be, by its name.

        Not of those that the next publication changes (``unsettled``).
        """
        unsettled = self.unsettled()
        waiting = {number for number, _ in self.waiting()}
        known = self.archive.feeds
        files: dict[str, Iterable[tuple[int, str]]] = {}
        for feed in self.feeds:
            for number, run_id, _ in known.runs(feed):
                if number not in waiting:
                    files[_changes(feed, run_id)] = known.changes(feed, number)
            for month in known.months(feed):
                name = _current(feed, month)
                if name not in unsettled:
                    files[name] = known.current(feed, month)
        return files

    def waiting(self) -> set[tuple[int, str]]:
        """Return number and feed of what runs changed that is not in this folder yet.

        They are under way, have died, or were made on another machine since.
        """
        manifest = Manifest.read(self.folder)
        return {
            (number, feed)
            for feed in self.feeds
            for number, run_id, is_closed in self.archive.feeds.runs(feed)
            if not is_closed
            or (manifest is not None and _changes(feed, run_id) not in manifest.files)
        }

    def unsettled(self) -> set[str]:
        """Return the files that runs which are not in this folder yet have changes for."""
        waiting = self.waiting()
        return {
            _current(feed, month)
            for feed in self.feeds
            for month in self.archive.feeds.months_of(
                feed, sorted(number for number, of in waiting if of == feed)
            )
        }

    def on_disk(self) -> set[str]:
        return names_on_disk(self.folder)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the folder's lock, which is waited for: a publication takes seconds.

        Where machines share a folder, its file system may know no locks; the database does.
        """
        manifest = Manifest.read(self.folder)
        shared = self.archive.wait_for_lock(f"feeds {manifest.folder_id if manifest else ''}")
        try:
            with lock_folder(self.folder):
                for part in self.folder.rglob(".*.part"):  # of a run that died
                    discard(part)
                yield
        finally:
            if shared is not None:
                shared.release()

    def _forget_lost(self, manifest: Manifest) -> set[str]:
        """Take off the manifest the files that are gone or cut, so that they are put back."""
        lost = {
            name
            for name, facts in manifest.files.items()
            if _size(self.folder / name) != facts.get("bytes")
        }
        for name in lost:
            del manifest.files[name]
        if lost:
            logger.warning(
                "%s: %s files were gone or not of their size, and are put back: %s",
                self.folder, len(lost), ", ".join(sorted(lost)[:3]),
            )  # fmt: skip
        return lost

    def _bring_up_to_date(self, manifest: Manifest) -> None:
        for feed in self.feeds:
            new = [
                (number, run_id)
                for number, run_id, is_closed in self.archive.feeds.runs(feed)
                if is_closed and _changes(feed, run_id) not in manifest.files
            ]
            for number, run_id in new:
                lines = self.archive.feeds.changes(feed, number)
                self._put(manifest, _changes(feed, run_id), lines)
            touched = self.archive.feeds.months_of(feed, [number for number, _ in new])
            months = self.archive.feeds.months(feed)
            missing = {of for of in months if _current(feed, of) not in manifest.files}
            for month in sorted({*touched, *missing}):
                lines = self.archive.feeds.current(feed, month)
                self._put(manifest, _current(feed, month), lines)

    def _put(self, manifest: Manifest, name: str, lines: Iterable[tuple[int, str]]) -> None:
        facts = write_whole(self.folder / name, lines)
        if facts.lines:
            manifest.files[name] = asdict(facts)
        else:
            manifest.files.pop(name, None)
            (self.folder / name).unlink()

    def _write_schema(self) -> None:
        """Write the schemas of lines, unless those that are there were made from the same."""
        paths = [self.folder / schema_name(part) for part in ("current", "changes")]
        if not all(map(_is_whole, paths)):
            for name, text in schema_texts().items():
                write_whole(self.folder / name, [(0, text)])

    def _write(self, manifest: Manifest) -> None:
        self._write_schema()
        manifest.archive_id = self.archive.id
        manifest.last_seq = self.archive.feeds.last_seq()
        # A power cut may take back what is committed; never what the manifest says there is.
        self.archive.checkpoint()
        manifest.write(self.folder)


def _is_whole(path: Path) -> bool:
    """Tell whether a file of the schema was made from today's sources, and not cut since."""
    try:
        found = path.read_bytes()
    except OSError:
        return False
    return source_digest().encode() in found and found.endswith(b"\n}\n")


def _changes(feed: str, run_id: str) -> str:
    return f"changes/{feed}/{run_id}.jsonl"


def _current(feed: str, month: str) -> str:
    return f"current/{feed}/{month}.jsonl"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
