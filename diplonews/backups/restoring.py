"""Restoring an archive in one transaction: after a kill it is as before, or restored.

It is restored from a backup, or, where there is none, from its feeds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, MetaData, insert, inspect, text, update

from diplonews import clock
from diplonews.archive import Archive, completing, tables
from diplonews.archive.description import build, indexes, number_on
from diplonews.archive.forgetting_list import ForgottenList
from diplonews.archive.renewal import ask_for_everything, note_renewal
from diplonews.backups.backup_contents import BackupContents, MemberContents
from diplonews.backups.backup_format import FormatError, Header, load_row
from diplonews.errors import ArchiveError
from diplonews.feeds.feed_adoption import Adopted, adopt, read_manifest
from diplonews.feeds.files import whole_file
from diplonews.feeds.manifest import Manifest
from diplonews.printing import counted

AT_ONCE = 500  # rows

# These queries must work with any schema, so they are SQL.
ABOUT = text("SELECT value FROM about WHERE name = 'id'")
LAST = text("SELECT (SELECT max(seq) FROM event), (SELECT max(number) FROM run)")


class Standing(NamedTuple):
    """How far an archive goes."""

    archive_id: str
    last_seq: int
    last_run: int


class Restored(NamedTuple):
    """What was restored."""

    header: Header
    adopted: Adopted | None  # None: there were no feeds


@dataclass(frozen=True, slots=True)
class Place:
    """Where an archive is restored: its database, still closed, and its folder."""

    archive: Archive
    var: Path
    process: str  # who restores it

    @property
    def feeds(self) -> Path:
        return self.var / "feeds"


def restore(backup: BackupContents, place: Place, *, is_replacing: bool = False) -> Restored:
    """Restore the archive of a backup, and take in the later events of its feeds.

    With *is_replacing*, this may replace a newer archive, or another one.
    """
    header, archive = backup.header, place.archive
    if header.schema > tables.SCHEMA:
        raise ArchiveError(
            f"expected a backup of schema {tables.SCHEMA} or before, found {header.schema}: "
            f"update the code"
        )
    manifest = read_manifest(place.feeds)
    _check_feeds(manifest, header.archive_id, place.feeds)
    with archive.write() as connection:
        standing = _standing(archive, connection)
        if not is_replacing:
            _check_place(standing, header, archive.name)
        listed = ForgottenList.read(connection)
        _drop(connection)
        _load(connection, backup, place)
        archive.migrate(connection)
        completing.complete_lines(connection)
        listed.put_back(connection)
        adopted = _go_on(connection, "restore", place, manifest)
        listed.obey(connection, clock.now())
    return Restored(header, adopted)


def adopt_feeds(place: Place) -> Adopted:
    """Make an archive from its feeds, or bring an older one up to them."""
    manifest = read_manifest(place.feeds)
    if manifest is None:
        raise ArchiveError(f"{place.feeds}: expected feeds to be adopted, found none")
    archive = place.archive
    with archive.write() as connection:
        if inspect(connection).has_table("about"):
            archive.migrate(connection)
            completing.complete_lines(connection)
            _check_feeds(manifest, connection.scalar(ABOUT) or "", place.feeds)
        else:
            archive.make(connection)
            is_id = tables.about.c.name == "id"
            named = update(tables.about).where(is_id).values(value=manifest.archive_id)
            connection.execute(named)
        adopted = _go_on(connection, "adopt", place, manifest)
    assert adopted is not None
    return adopted


def _go_on(
    connection: Connection, name: str, place: Place, manifest: Manifest | None
) -> Adopted | None:
    """Take the feeds' newer events in, and let the next runs check everything."""
    now = clock.now()
    run = note_renewal(connection, name, place.process, now)
    ask_for_everything(connection, run)
    if manifest is None:
        return None
    return adopt(connection, place.feeds, manifest, run, now)


def _standing(archive: Archive, connection: Connection) -> Standing | None:
    if not inspect(connection).has_table("about"):
        return None
    archive.schema(connection)  # raises an error where newer code wrote it
    seq, run = connection.execute(LAST).one()
    return Standing(connection.scalar(ABOUT) or "", seq or 0, run or 0)


def _check_feeds(manifest: Manifest | None, archive_id: str, feeds: Path) -> None:
    if manifest is not None and manifest.archive_id != archive_id:
        raise ArchiveError(
            f"{feeds}: expected feeds of archive {archive_id}, found those of "
            f"{manifest.archive_id}: move them away"
        )


def _check_place(standing: Standing | None, header: Header, name: str) -> None:
    """Raise ``ArchiveError`` where something would be lost that the backup lacks."""
    if standing is None:
        return
    if standing.archive_id != header.archive_id:
        raise ArchiveError(
            f"{name}: expected no archive, or that of the backup ({header.archive_id}), found "
            f"{standing.archive_id}. --replace takes its place"
        )
    if standing.last_seq > header.last_seq or standing.last_run > header.last_run:
        raise ArchiveError(
            f"{name}: expected an archive as old as the backup, up to run {header.last_run} and "
            f"seq {header.last_seq}, found one up to run {standing.last_run} and seq "
            f"{standing.last_seq}. --replace takes its place"
        )


def _drop(connection: Connection) -> None:
    """Remove an archive's tables, and no others."""
    names = [table.name for table in reversed(tables.metadata.sorted_tables)]
    if connection.dialect.name == "sqlite":
        for name in names:  # tables that refer to others come first
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        return
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {', '.join(names)}")


def _load(connection: Connection, backup: BackupContents, place: Place) -> None:
    """Make the backup's tables as it describes them, and write its rows and captures."""
    description = backup.header.tables
    try:
        metadata = build(description)
    except (KeyError, TypeError) as error:
        raise FormatError(f"expected a description of tables: {error}") from error
    metadata.create_all(connection)
    for member in backup.members():
        if member.table:
            _load_rows(connection, metadata, member)
        else:
            _load_capture(member, place.var / "captures")
    for index in indexes(metadata, description):
        index.create(connection)
    for name, column in _numbered(description):
        number_on(connection, name, column)


def _load_rows(connection: Connection, metadata: MetaData, member: MemberContents) -> None:
    table = metadata.tables.get(member.table)
    if table is None:
        raise FormatError(f"{member.name}: expected rows of a table that the header describes")
    rows = (load_row(table, line) for line in member.lines())
    statement = insert(table)
    for batch in _batches(rows):
        connection.execute(statement, batch)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


def _load_capture(member: MemberContents, folder: Path) -> None:
    """Write a file of captures; an existing one stays, since words may be erased in it."""
    path = folder / member.capture
    if path.exists():
        return
    with whole_file(path, path.with_name(f".{path.name}.part")) as file:
        while data := member.read():
            file.write(data)


def _numbered(description: Any) -> Iterator[tuple[str, str]]:
    for name, table in description.items():
        for column in table["columns"]:
            if column["is_numbered"]:
                yield name, column["name"]


def adopted_sentences(adopted: Adopted) -> Iterator[str]:
    """Yield sentences on what was taken from feeds."""
    yield (
        f"{counted(adopted.event_count, 'event')} taken from the feeds, which go to seq "
        f"{adopted.last_seq}"
    )
    if adopted.missing_count:
        yield (
            f"{counted(adopted.missing_count, 'event')} of those numbers are in no feed of this "
            f"folder: what they were about is read again"
        )
