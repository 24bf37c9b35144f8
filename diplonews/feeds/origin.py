"""The archive that feeds were made from: found again, or missed.

Feeds are made from one archive, and continue its ``seq``. Going on with another one, or with
the same one as it was last week, would give readers numbers that they have seen already.
"""

from pathlib import Path

from sqlalchemy import URL

from diplonews.archive import Archive
from diplonews.errors import ArchiveError, MissingArchiveError
from diplonews.feeds.manifest import NAME, Manifest, names_on_disk

WHAT_TO_DO = (
    "Put the right one back from a backup, or mend DIPLONEWS_ARCHIVE or DIPLONEWS_VAR. To begin "
    "again at seq 1, move the folder of feeds away and tell its readers"
)


def open_archive(url: URL, feeds: Path, *, create: bool = True) -> Archive:
    """Open the archive at *url*, made or migrated where needed, for the feeds in that folder.

    Raises ``ArchiveError`` where there are feeds and the archive is not the one that they were
    made from.
    """
    has_feeds = (feeds / NAME).exists() or bool(names_on_disk(feeds))
    try:
        archive = Archive.open(url, create=create and not has_feeds)
    except MissingArchiveError as error:
        if not has_feeds:
            raise
        found = str(error).partition(":")[0] if url.database is None else url.database
        raise ArchiveError(
            f"{feeds}: expected the archive that these feeds were made from, found none or an "
            f"empty one at {found}. {WHAT_TO_DO}"
        ) from error
    try:
        check_origin(archive, feeds)
    except ArchiveError:
        archive.close()
        raise
    return archive


def check_origin(archive: Archive, feeds: Path) -> None:
    """Raise ``ArchiveError`` unless what is in *feeds* was made from *archive*."""
    manifest = Manifest.read(feeds)  # first: the archive only grows meanwhile
    if manifest is None:
        _check_names(archive, feeds)
        return
    if manifest.archive_id not in {"", archive.id}:
        raise ArchiveError(
            f"{feeds}: expected the archive {manifest.archive_id} that these feeds were made "
            f"from, found {archive.id} at {archive.name}. {WHAT_TO_DO}"
        )
    last_seq = archive.feeds.last_seq()
    if last_seq < manifest.last_seq:
        raise ArchiveError(
            f"{feeds}: expected an archive that goes to seq {manifest.last_seq} as these feeds "
            f"do, found one that goes to {last_seq} at {archive.name}: an older copy? {WHAT_TO_DO}"
        )


def _check_names(archive: Archive, feeds: Path) -> None:
    """Where no manifest tells, the names of the runs do."""
    runs = {Path(name).stem for name in names_on_disk(feeds) if name.startswith("changes/")}
    foreign = sorted(runs - archive.runs.names(runs))
    if foreign:
        raise ArchiveError(
            f"{feeds}: expected feeds of the archive {archive.name}, found changes of run "
            f"{foreign[0]}, which it does not know. {WHAT_TO_DO}"
        )
