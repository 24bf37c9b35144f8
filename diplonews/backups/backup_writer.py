"""Writing a backup: one state of the archive, whatever runs write meanwhile."""

import gzip
import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import Connection, Table, func, select

from diplonews import __version__, clock
from diplonews.archive import Archive, tables
from diplonews.archive.captures import Captures, index_of, whole_bytes
from diplonews.archive.description import describe
from diplonews.backups.backup_format import HEADER, SUMS, Header, Member, Sums, dump_row
from diplonews.errors import ArchiveError

BLOCK = 16 << 20  # bytes: of a table that are compressed before they are written
LEVEL = 6


class BackupWriter:
    """Writes one backup into an open file, from beginning to end."""

    def __init__(self, file: BinaryIO) -> None:
        counted_file = cast(BinaryIO, _CountedFile(file))
        self.tar = tarfile.TarFile(fileobj=counted_file, mode="w", format=tarfile.PAX_FORMAT)
        self.sums = Sums()
        self.made_at = clock.now()

    def write(self, archive: Archive, captures: Path | None) -> Sums:
        """Write all rows, then the *captures* of a folder, if any; return the sums."""
        with archive.read() as connection:
            header = _header(connection, archive.name, has_captures=captures is not None)
            self.made_at = header.made_at
            self._add(HEADER, header.dump())
            for table in tables.metadata.sorted_tables:
                self._add_table(connection, table)
        if captures is not None:
            for path in Captures(captures).files():
                with suppress(FileNotFoundError):  # it was removed meanwhile, because of its age
                    self._add_capture(captures, path)
        self._put(SUMS, self.sums.dump())
        self.tar.close()
        return self.sums

    def _add_table(self, connection: Connection, table: Table) -> None:
        for number, (data, rows) in enumerate(_blocks(connection, table)):
            self._add(f"tables/{table.name}/{number:06}.jsonl.gz", data, rows)

    def _add_capture(self, folder: Path, path: Path) -> None:
        """Add a run's captures and their index, up to this backup's time."""
        with path.open("rb") as file:
            size, index = whole_bytes(path, self.made_at)
            if not size:
                return
            place = f"captures/{path.parent.relative_to(folder).as_posix()}"
            self._add_file(f"{place}/{path.name}", file, size)
            self._add(f"{place}/{index_of(path).name}", index)

    def _add(self, name: str, data: bytes, rows: int = 0) -> None:
        self.sums.members[name] = Member(len(data), hashlib.sha256(data).hexdigest(), rows)
        self._put(name, data)

    def _put(self, name: str, data: bytes) -> None:
        self.tar.addfile(self._about(name, len(data)), BytesIO(data))
        self.tar.members.clear()  # type: ignore[attr-defined]

    def _add_file(self, name: str, file: BinaryIO, size: int) -> None:
        source = _HashedFile(file)
        self.tar.addfile(self._about(name, size), source)  # type: ignore[arg-type]
        self.tar.members.clear()  # type: ignore[attr-defined]
        self.sums.members[name] = Member(size, source.fingerprint.hexdigest())

    def _about(self, name: str, size: int) -> tarfile.TarInfo:
        about = tarfile.TarInfo(name)
        about.size, about.mode, about.mtime = size, 0o600, int(self.made_at.timestamp())
        return about


class _CountedFile:
    """A file for writing that counts its bytes itself, because it may be a pipe."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.place = 0

    def tell(self) -> int:
        return self.place

    def write(self, data: bytes) -> int:
        self.place += len(data)
        return self.file.write(data)


class _HashedFile:
    """A file for reading, with the fingerprint of what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.fingerprint = hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self.file.read(size)
        self.fingerprint.update(data)
        return data


def _header(connection: Connection, name: str, *, has_captures: bool) -> Header:
    facts = connection.execute(select(tables.about.c.name, tables.about.c.value))
    about = {row.name: row.value for row in facts}
    made_at = clock.now()  # captures of all that is archived were made before now
    if about.get("schema") != str(tables.SCHEMA):
        raise ArchiveError(
            f"{name}: expected an archive of schema {tables.SCHEMA}, found "
            f"{about.get('schema')}: make the backup by the code that wrote it"
        )
    return Header(
        made_at=made_at,
        program=f"diplonews {__version__}",
        schema=tables.SCHEMA,
        archive_id=about["id"],
        last_seq=connection.scalar(select(func.max(tables.event.c.seq))) or 0,
        last_run=connection.scalar(select(func.max(tables.run.c.number))) or 0,
        rows={
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables.metadata.sorted_tables
        },
        tables=describe(tables.metadata),
        has_captures=has_captures,
    )


def _blocks(connection: Connection, table: Table) -> Iterator[tuple[bytes, int]]:
    """Yield a table's rows in the order of their keys, compressed, some thousands at a time."""
    rows = select(table).order_by(*table.primary_key.columns)
    streaming = connection.execution_options(stream_results=True, max_row_buffer=200)
    block, size, count = BytesIO(), 0, 0
    file = _compressed(block)
    with streaming.execute(rows) as result:
        for row in result.mappings():
            size += file.write(dump_row(dict(row)))
            count += 1
            if size >= BLOCK:
                file.close()
                yield block.getvalue(), count
                block, size, count = BytesIO(), 0, 0
                file = _compressed(block)
    file.close()
    if count:
        yield block.getvalue(), count


def _compressed(block: BytesIO) -> gzip.GzipFile:
    """Return a gzip file without name and time, so that equal rows are equal bytes."""
    return gzip.GzipFile("", "wb", LEVEL, block, mtime=0)
