"""Collects the state of archive, feeds and disk; health.py judges it."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from diplonews.archive import Archive
from diplonews.clock import ClockTime
from diplonews.errors import FileError
from diplonews.feeds.files import write_whole
from diplonews.lines import as_time
from diplonews.printing import as_json
from diplonews.runs.health import Health, SectionHealth, Sizes, Verification
from diplonews.runs.sizes import archive_bytes, earlier_size

RECENT = timedelta(days=30)
LONGEST_HOLD = timedelta(days=1)


def examine(
    archive: Archive,
    var: Path,
    sections: Mapping[str, Sequence[str] | None],
    fresh_seconds: Mapping[str, int],
    moment: ClockTime,
) -> Health:
    """Return how the crawler is at a *moment*.

    *sections* has the categories of each section, ``None`` for all. *fresh_seconds* has the most
    time since a section's last reading, by its name; "" is for all others.
    """
    standing, now = archive.standing, moment.at
    slugs = [slug for categories in sections.values() for slug in categories or ()]
    return Health(
        at=now,
        uptime=moment.uptime,
        sections=[
            _section(archive, name, categories, fresh_seconds, now)
            for name, categories in sections.items()
        ],
        completeness=archive.comparison.find(slugs),
        unchecked_at=standing.longest_unchecked_at(),
        rejected_count=standing.rejected_count(),
        held_count=standing.held_count(),
        holds=archive.validators.holds(now, LONGEST_HOLD),
        sizes=_sizes(archive, var, now),
        verification=last_verification(var),
    )


def _section(
    archive: Archive,
    name: str,
    categories: Sequence[str] | None,
    fresh_seconds: Mapping[str, int],
    now: datetime,
) -> SectionHealth:
    standing = archive.standing
    return SectionHealth(
        name=name,
        last_run=standing.last_run(name),
        fresh_seconds=fresh_seconds.get(name, fresh_seconds.get("")),
        sound_walk_at=standing.sound_walk_at(categories or ()),
        new_article_at=standing.new_article_at(name),
        backlog=standing.backlog(categories, now),
        open_categories=standing.open_categories(categories or ()),
    )


def _sizes(archive: Archive, var: Path, now: datetime) -> Sizes:
    since = now - RECENT
    size = archive_bytes(archive)
    earlier = earlier_size(var, now)
    captures, captures_growth = _folder_bytes(var / "captures", since)
    return Sizes(
        archive=size,
        archive_growth=size - earlier.archive if earlier else 0,
        feeds=_folder_bytes(var / "feeds", since)[0],
        captures=captures,
        captures_growth=captures_growth,
        disk_left=shutil.disk_usage(var).free,
        archive_since=earlier.at if earlier else None,
    )


def _folder_bytes(folder: Path, since: datetime) -> tuple[int, int]:
    """Return the bytes of all files below *folder*, and of those written since a time."""
    total = recent = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                status = (Path(path) / name).stat()
            except OSError:  # it was removed meanwhile
                continue
            total += status.st_size
            recent += status.st_size if status.st_mtime >= since.timestamp() else 0
    return total, recent


def note_verification(var: Path, verification: Verification) -> None:
    """Keep what `scrapy verify` found, for `scrapy status`."""
    write_whole(
        _verification_path(var),
        [(0, as_json({"at": as_time(verification.at), "differences": verification.differences}))],
    )


def last_verification(var: Path) -> Verification | None:
    """Return what the last `scrapy verify` found; ``None`` where it was never called."""
    path = _verification_path(var)
    try:
        kept = json.loads(path.read_text())
        return Verification(
            datetime.fromisoformat(kept["at"]).astimezone(UTC), int(kept["differences"])
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileError(f"{path}: expected what `scrapy verify` found: {error}") from error


def _verification_path(var: Path) -> Path:
    return var / "verified.json"
