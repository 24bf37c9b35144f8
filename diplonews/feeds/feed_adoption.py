"""Adoption: an archive that is older than its feeds takes the feeds' events in.

So followers of the feeds see no number twice: the archive goes on after the feeds' last one.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from diplonews import site
from diplonews.archive.adoption import Adoption
from diplonews.archive.renewal import note_folder
from diplonews.archive.tables import event, feed, folder, walk
from diplonews.errors import ArchiveError
from diplonews.feeds.manifest import NAME, Manifest, names_on_disk
from diplonews.feeds.published_events import PublishedFolder

START_AGAIN = (
    "Move the folder away, and call this again: the feeds are written again under a new feed_id, "
    "so whoever follows them starts over"
)


class Adopted(NamedTuple):
    """What was taken in from a folder of feeds."""

    event_count: int
    missing_count: int  # numbers of events that no feed of the folder has
    last_seq: int


def read_manifest(feeds: Path) -> Manifest | None:
    """Return the manifest of a folder of feeds; ``None`` where there are no feeds.

    Raises ``ArchiveError`` where there are feeds, but nothing says what was published.
    """
    manifest = Manifest.read(feeds)
    if manifest is None and ((feeds / NAME).exists() or names_on_disk(feeds)):
        raise ArchiveError(
            f"{feeds}: expected feeds with a manifest of this schema, found one that cannot be "
            f"read so. {START_AGAIN}"
        )
    return manifest


def adopt(
    connection: Connection, feeds: Path, manifest: Manifest, run: int, now: datetime
) -> Adopted:
    """Take in what *feeds* have and the archive lacks; ``ArchiveError`` where they differ.

    This is part of the transaction of *connection*. The events are noted as *run*'s.
    """
    published = PublishedFolder(feeds, manifest)
    is_this = folder.c.feed_id == manifest.feed_id
    folder_seq = connection.scalar(select(folder.c.last_seq).where(is_this)) or 0
    last_seq = connection.scalar(select(func.max(event.c.seq))) or 0
    adoption = Adoption(connection, run, now)
    try:
        # Up to the noted seq, the archive wrote these feeds itself.
        for it in published.events(min(folder_seq, last_seq)):
            adoption.take(it)
        adoption.finish(manifest.last_seq)
    except ArchiveError as error:
        raise ArchiveError(f"{feeds}: {error}. {START_AGAIN}") from error
    _note_feeds(connection, published)
    note_folder(connection, manifest.feed_id, manifest.last_seq)
    return Adopted(adoption.count, adoption.missing_count, manifest.last_seq)


def _note_feeds(connection: Connection, published: PublishedFolder) -> None:
    """Note the folder's feeds that the archive does not know as feeds to publish."""
    known_feeds = set(connection.scalars(select(feed.c.name)))
    walks = set(connection.scalars(select(walk.c.category)))
    for name in published.manifest.feeds:
        if name not in known_feeds:
            row = {"name": name, "began_behind": published.began_behind[name]}
            connection.execute(insert(feed).values(row))
        if name not in site.SECTIONS and name not in walks:
            connection.execute(insert(walk).values(category=name, feed=name))
