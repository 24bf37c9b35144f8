"""How large the archive is and was: one number a day, in a small file.

A database does not say how it grew. So `scrapy verify`, which runs every night, notes its size.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from diplonews.archive import Archive
from diplonews.feeds.files import write_whole
from diplonews.lines import as_time
from diplonews.printing import as_json

COMPARED_WITH = timedelta(days=30)  # the oldest size within so many days
KEPT = timedelta(days=400)


class NotedSize(NamedTuple):
    """The archive's size on an earlier day."""

    at: datetime
    archive: int  # bytes


def archive_bytes(archive: Archive) -> int:
    """Return how many bytes the database takes on disk."""
    if archive.engine.dialect.name == "postgresql":
        with archive.read() as connection:
            question = text("SELECT pg_database_size(current_database())")
            return int(connection.execute(question).scalar_one())
    path = archive.engine.url.database or ""
    files = [Path(f"{path}{ending}") for ending in ("", "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def note_size(archive: Archive, var: Path, at: datetime) -> None:
    """Note the archive's size; the first of a day stays. ``FileError`` where it cannot be kept."""
    sizes = [one for one in read_sizes(var) if at - KEPT < one.at <= at]
    if any(one.at.date() == at.date() for one in sizes):
        return
    sizes.append(NotedSize(at, archive_bytes(archive)))
    rows = [{"at": as_time(one.at), "archive": one.archive} for one in sizes]
    write_whole(_path(var), [(0, as_json(rows))])


def read_sizes(var: Path) -> list[NotedSize]:
    """Return the noted sizes, oldest first; none where the file is missing or damaged."""
    try:
        rows = json.loads(_path(var).read_text())
        return [
            NotedSize(datetime.fromisoformat(row["at"]).astimezone(UTC), int(row["archive"]))
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # an unknown size must not stop `scrapy status`


def earlier_size(var: Path, now: datetime) -> NotedSize | None:
    """Return the oldest size of the last 30 days; ``None`` where none is a day old."""
    recent = [one for one in read_sizes(var) if now - COMPARED_WITH <= one.at]
    return next((one for one in recent if one.at <= now - timedelta(days=1)), None)


def _path(var: Path) -> Path:
    return var / "sizes.json"
