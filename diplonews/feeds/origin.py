"""Checks that the archive is the one from which the feeds were made.

Feeds are made from one archive and have its ``seq``. Another archive, or last week's state of this
one, would give followers numbers that they have seen already.
"""

import json
from pathlib import Path

from sqlalchemy import URL

from diplonews.archive import Archive
from diplonews.errors import ArchiveError, MissingArchiveError
from diplonews.feeds.file_names import is_old_name
from diplonews.feeds.manifest import NAME, OLD_NAME, Manifest, names_on_disk

WHAT_TO_DO = (
    "Put the right one back from a backup, or mend DIPLONEWS_ARCHIVE or DIPLONEWS_VAR. If it is "
    "lost, `scrapy verify --adopt` makes it again from these feeds"
)


def open_archive(url: URL, feeds: Path, *, create: bool = True) -> Archive:
    """Open the archive at *url* for the feeds in a folder; make or migrate it if needed.

    Raises ``ArchiveError`` where there are feeds that were made from another archive.
    """
    has_feeds = (feeds / NAME).exists() or bool(names_on_disk(feeds))
    try:
        archive = Archive.open(url, create=create and not has_feeds)
    except MissingArchiveError as error:
        if not has_feeds:
            raise
        place = str(error).partition(":")[0] if url.database is None else url.database
        raise ArchiveError(
            f"{feeds}: expected the archive that these feeds were made from, found none or an "
            f"empty one at {place}. {WHAT_TO_DO}"
        ) from error
    try:
        check_origin(archive, feeds)
    except ArchiveError:
        archive.close()
        raise
    return archive


def check_origin(archive: Archive, feeds: Path) -> None:
    """Raise ``ArchiveError`` unless the files in *feeds* were made from *archive*."""
    manifest = Manifest.read(
        feeds, with_older=False
    )  # read first: the archive may only grow meanwhile
    if manifest is None:
        _check_old_manifest(archive, feeds)
        _check_lines(archive, feeds)
        return
    if manifest.archive_id not in {"", archive.id}:
        raise _other_archive(archive, feeds, f"the archive {manifest.archive_id}")
    last_seq = archive.feeds.last_seq()
    if last_seq < manifest.last_seq:
        raise ArchiveError(
            f"{feeds}: expected an archive that goes to seq {manifest.last_seq} as these feeds "
            f"do, found one that goes to {last_seq} at {archive.name}: an older copy? {WHAT_TO_DO}"
        )
    folder_seq = archive.feeds.last_seq_of(manifest.feed_id)
    if folder_seq is None or folder_seq < manifest.last_seq:
        raise ArchiveError(
            f"{feeds}: expected an archive that published these feeds up to seq "
            f"{manifest.last_seq}, found one that published them up to {folder_seq or 'none'} at "
            f"{archive.name}: an older copy, which went on since? {WHAT_TO_DO}"
        )


def _check_old_manifest(archive: Archive, feeds: Path) -> None:
    """Check the archive against a manifest of an earlier schema."""
    try:
        named = json.loads((feeds / OLD_NAME).read_text(encoding="utf-8"))["archive"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    if named not in {"", archive.id}:
        raise _other_archive(archive, feeds, f"the archive {named}")


def _check_lines(archive: Archive, feeds: Path) -> None:
    """Without a manifest, compare a line: its event must be in the archive."""
    for name in sorted(names_on_disk(feeds), reverse=True):
        if is_old_name(name) or name.endswith(".gz"):
            continue
        try:
            with (feeds / name).open(encoding="utf-8") as file:
                line = json.loads(file.readline())
            seq, article_id = int(line["seq"]), str(line["id"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # half a line, or not ours: it is written again
        if not archive.feeds.has_event(seq, article_id):
            raise _other_archive(archive, feeds, f"the archive with seq {seq} of {article_id}")
        return


def _other_archive(archive: Archive, feeds: Path, expected: str) -> ArchiveError:
    return ArchiveError(
        f"{feeds}: expected {expected} that these feeds were made from, found {archive.id} "
        f"at {archive.name}. {WHAT_TO_DO}"
    )
