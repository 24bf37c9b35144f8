"""Feeds of an archive that no crawl made."""

from pathlib import Path

from diplonews.archive import Archive
from diplonews.feeds.publisher import Publisher
from tests.support.articles import NOW


def publish(archive: Archive, folder: Path, *numbers: int) -> None:
    for number in numbers:
        archive.runs.close(number, "security", NOW)
    Publisher(archive, folder).publish()


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*.jsonl"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
