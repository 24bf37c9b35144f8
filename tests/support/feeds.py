"""Feeds of an archive that no crawl made."""

import gzip
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from diplonews.archive import Archive
from diplonews.feeds.publisher import Publisher, utc_day


def publish(archive: Archive, folder: Path, today: str = "") -> None:
    """Publish as on a day, or today."""
    with patch("diplonews.feeds.publisher.utc_day", lambda: today or utc_day()):
        Publisher(archive, folder).publish()


def files(folder: Path) -> dict[str, bytes]:
    """Return the lines of each file of feeds, by its name."""
    paths = [path for part in ("changes", "current") for path in (folder / part).rglob("*.jsonl*")]
    return {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes())
        if path.suffix == ".gz"
        else path.read_bytes()
        for path in paths
    }


def change_lines(archive: Archive, feed: str = "security") -> list[dict[str, Any]]:
    """Return the change lines that a folder published now has."""
    number = archive.feeds.number("of no folder", [feed], utc_day())
    lines = archive.feeds.changes(feed, ("", "9"), 0, number)
    return [json.loads(line) for _, line in lines]
