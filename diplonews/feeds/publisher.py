"""Publishing: the feeds in a folder are brought up to what the archive says.

A feed is what the archive says (``archive.feeds``), so publishing twice writes the same
bytes to the same names, and whatever dies half way is made whole by the next run.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from diplonews import site
from diplonews.archive import Archive
from diplonews.feeds.files import discard, lock_folder, write_whole
from diplonews.feeds.schema import schema_text, source_digest
from diplonews.items import SCHEMA_VERSION
from diplonews.lines import as_time


class Publisher:
    """Bring the feeds in *folder* up to what the archive says.

    Which feeds there are: the sections, and the categories that were walked by name.
    """

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive = archive
        self.folder = folder
        self.feeds = sorted({*site.SECTIONS, *archive.walks.followed()})

    def publish(self, runs: Sequence[tuple[int, str]]) -> None:
        """Publish what *runs* (number, id) changed, and note them as published.

        Everything is published where the feeds have no manifest that can be read.
        """
        self.archive.checkpoint()
        with lock_folder(self.folder):
            self._discard_unfinished()
            files = self.manifest()
            if files is None:
                files = self._publish_everything(runs)
            else:
                self._publish_runs(files, runs)
            self._write_manifest(files)
        self.archive.runs.note_published([number for number, _ in runs], datetime.now(UTC))

    def repair(self) -> None:
        """Write every feed anew from the archive, and take away what it knows nothing of."""
        with lock_folder(self.folder):
            self._discard_unfinished()
            files = self._publish_everything([])
            for name in self.on_disk() - files.keys():
                (self.folder / name).unlink()
            self._write_manifest(files)

    def expected(self) -> dict[str, Iterable[tuple[int, str]]]:
        """Return the lines of every file that there should be, by its name.

        Not of those that the next publication changes (``unsettled``).
        """
        unpublished = set(self.archive.runs.unpublished_numbers())
        unsettled = self.unsettled()
        known = self.archive.feeds
        files: dict[str, Iterable[tuple[int, str]]] = {}
        for feed in self.feeds:
            for number, run_id in known.runs_of(feed):
                if number not in unpublished:
                    files[f"changes/{feed}/{run_id}.jsonl"] = known.changes(feed, number)
            for month in known.months(feed):
                name = f"current/{feed}/{month}.jsonl"
                if name not in unsettled:
                    files[name] = known.current(feed, month)
        return files

    def unsettled(self) -> set[str]:
        """Return the files that runs under way, or dead, have changes for."""
        unpublished = self.archive.runs.unpublished_numbers()
        return {
            f"current/{feed}/{month}.jsonl"
            for feed in self.feeds
            for month in self.archive.feeds.months_of(feed, unpublished)
        }

    def on_disk(self) -> set[str]:
        found = (path for path in self.folder.rglob("*.jsonl"))
        return {path.relative_to(self.folder).as_posix() for path in found}

    def _discard_unfinished(self) -> None:
        """Take away what a run that died was writing aside."""
        for part in self.folder.rglob(".*.part"):
            discard(part)

    def _publish_runs(self, files: dict[str, Any], runs: Sequence[tuple[int, str]]) -> None:
        numbers = [number for number, _ in runs]
        for feed in self.archive.feeds.feeds_of(numbers):
            if feed not in self.feeds:
                continue
            if not (self.folder / "changes" / feed).exists():
                self._publish_feed(files, feed, runs)
                continue
            for number, run_id in runs:
                self._publish_changes(files, feed, number, run_id)
            for month in self.archive.feeds.months_of(feed, numbers):
                self._publish_month(files, feed, month)

    def _publish_everything(self, runs: Sequence[tuple[int, str]]) -> dict[str, Any]:
        files: dict[str, Any] = {}
        for feed in self.feeds:
            self._publish_feed(files, feed, runs)
        return files

    def _publish_feed(
        self, files: dict[str, Any], feed: str, runs: Sequence[tuple[int, str]]
    ) -> None:
        """Publish all of a feed but what runs that may still be under way have changed."""
        unpublished = set(self.archive.runs.unpublished_numbers()) - {n for n, _ in runs}
        for number, run_id in self.archive.feeds.runs_of(feed):
            if number not in unpublished:
                self._publish_changes(files, feed, number, run_id)
        for month in self.archive.feeds.months(feed):
            self._publish_month(files, feed, month)

    def _publish_changes(self, files: dict[str, Any], feed: str, number: int, run_id: str) -> None:
        self._put(
            files, f"changes/{feed}/{run_id}.jsonl", self.archive.feeds.changes(feed, number)
        )

    def _publish_month(self, files: dict[str, Any], feed: str, month: str) -> None:
        self._put(files, f"current/{feed}/{month}.jsonl", self.archive.feeds.current(feed, month))

    def _put(self, files: dict[str, Any], name: str, lines: Iterable[tuple[int, str]]) -> None:
        facts = write_whole(self.folder / name, lines)
        if facts.lines:
            files[name] = asdict(facts)
        else:
            files.pop(name, None)
            (self.folder / name).unlink()

    def manifest(self) -> dict[str, Any] | None:
        """Return what the manifest says of each file; ``None`` where it cannot be read."""
        try:
            found = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            files = found["files"] if found["schema"] == SCHEMA_VERSION else None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return files if isinstance(files, dict) else None

    def _write_schema(self) -> None:
        """Write the schema of a line, unless the one that is there was made from the same."""
        path = self.folder / f"schema/article-{SCHEMA_VERSION}.json"
        if not path.exists() or source_digest() not in path.read_text(encoding="utf-8"):
            write_whole(path, [(0, schema_text())])

    def _write_manifest(self, files: dict[str, Any]) -> None:
        self._write_schema()
        manifest = {
            "schema": SCHEMA_VERSION,
            "published_at": as_time(datetime.now(UTC)),
            "last_seq": self.archive.feeds.last_seq(),
            "files": dict(sorted(files.items())),
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        write_whole(self.folder / "manifest.json", [(0, text)])
