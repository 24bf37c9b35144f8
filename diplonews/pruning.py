"""Pruning: captures and reports are removed by age; archive and feeds never are."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from diplonews.archive import Archive
from diplonews.archive.capture_rewriting import keep_records
from diplonews.archive.captures import Captures, index_of
from diplonews.errors import FileError, SettingError
from diplonews.file_owners import advice

# The folder of each kind, and the files in it.
KINDS = {"captures": "captures", "reports": "runs/*.json", "doctor": "doctor/*.json"}
NEWEST_REPORT = "latest.json"

AGE = re.compile(r"([0-9]{1,5})d", re.ASCII)


class Pruned(NamedTuple):
    """What was removed of a kind, or would be."""

    kind: str
    file_count: int
    record_count: int  # captures removed from files that stay
    bytes: int


def read_age(text: str) -> timedelta:
    """Return the age from which files are removed.

    >>> read_age("90d").days
    90
    """
    match = AGE.fullmatch(text)
    if match is None:
        raise SettingError(f"--older-than: expected days, such as 90d, found {text!r}")
    return timedelta(days=int(match[1]))


class Pruning:
    """Removes files that were last written before a time."""

    def __init__(self, archive: Archive, var: Path, before: datetime, *, is_dry: bool) -> None:
        self.archive = archive
        self.var = var
        self.before = before
        self.is_dry = is_dry

    def prune(self, kinds: list[str], *, with_newest: bool) -> Iterator[Pruned]:
        """Prune *kinds*. Without *with_newest* the newest capture of each article is kept."""
        for kind in kinds:
            if kind == "captures":
                yield self._prune_captures(with_newest=with_newest)
            else:
                yield self._prune_files(kind)

    def _prune_files(self, kind: str) -> Pruned:
        paths = [
            path
            for path in sorted(self.var.glob(KINDS[kind]))
            if path.name != NEWEST_REPORT and self._is_old(path)
        ]
        size = sum(path.stat().st_size for path in paths)
        if not self.is_dry:
            for path in paths:
                _remove(path)
        return Pruned(kind, len(paths), 0, size)

    def _prune_captures(self, *, with_newest: bool) -> Pruned:
        captures = Captures(self.var / "captures")
        needed = set() if with_newest else self.archive.kept_pages.needed(captures.all())
        file_count = record_count = size = 0
        for path in filter(self._is_old, captures.files()):
            offsets = {capture.offset for capture in needed if capture.path == path}
            before = path.stat().st_size
            if offsets:
                count, left = keep_records(path, offsets, is_dry=self.is_dry)
                record_count, size = record_count + count, size + before - left
                continue
            file_count, size = file_count + 1, size + before
            if not self.is_dry:
                _remove(index_of(path))
                _remove(path)
        return Pruned("captures", file_count, record_count, size)

    def _is_old(self, path: Path) -> bool:
        return path.stat().st_mtime < self.before.timestamp()


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            f"{path}: could not be removed: {error.strerror}{advice(path, path.parent)}"
        ) from error
