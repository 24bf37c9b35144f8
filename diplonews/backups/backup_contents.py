"""Reading a backup from its beginning to its end, once, and checking it on the way."""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from diplonews.backups.backup_format import (
    CAPTURES,
    HEADER,
    ROWS,
    SUMS,
    FormatError,
    Header,
    Member,
    Sums,
)

CHUNK = 1 << 20
LONGEST_HEADER = 64 << 20  # bytes: of header and sums, which are read into memory


class MemberContents:
    """One member of a backup: rows, or a file of captures."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self.name = name
        self.file = file
        self.size = self.row_count = 0
        self.fingerprint = hashlib.sha256()

    @property
    def table(self) -> str:
        """The table of the rows; empty where it has captures."""
        match = ROWS.fullmatch(self.name)
        return match[1] if match else ""

    @property
    def capture(self) -> str:
        """The name of the file in the folder of captures; empty where it has rows."""
        match = CAPTURES.fullmatch(self.name)
        return match[1] if match else ""

    def read(self, size: int = CHUNK) -> bytes:
        with _only_format_errors():
            data = self.file.read(size)
        self.size += len(data)
        self.fingerprint.update(data)
        return data

    def lines(self) -> Iterator[bytes]:
        with gzip.GzipFile(fileobj=cast(BinaryIO, self)) as file:
            lines = iter(file)
            while True:
                with _only_format_errors():
                    line = next(lines, None)
                if line is None:
                    return
                self.row_count += 1
                yield line

    def finish(self) -> Member:
        """Read the rest of the member; return its size, fingerprint and rows."""
        while self.read():
            pass
        return Member(self.size, self.fingerprint.hexdigest(), self.row_count)


class BackupContents:
    """The contents of an open backup. ``FormatError`` where it is not whole."""

    def __init__(self, file: BinaryIO) -> None:
        with _only_format_errors():
            self.tar = tarfile.open(fileobj=file, mode="r|")  # noqa: SIM115
        self.sums = Sums()
        self.header = Header.load(self._read_first())

    def _read_first(self) -> bytes:
        name, member = self._next()
        if name != HEADER:
            raise FormatError(f"expected {HEADER} first, found {name[:60]!r}")
        data = member.read(LONGEST_HEADER)
        self.sums.members[name] = member.finish()
        return data

    def members(self) -> Iterator[MemberContents]:
        """Yield the members with rows or captures; then compare everything with the sums."""
        name, member = self._next()
        while name != SUMS:
            if not member.table and not member.capture:
                raise FormatError(f"expected rows or captures, found {name[:60]!r}")
            yield member
            self.sums.members[name] = member.finish()
            name, member = self._next()
        written = Sums.load(member.read(LONGEST_HEADER))
        for name in sorted(written.members.keys() | self.sums.members.keys()):
            if written.members.get(name) != self.sums.members.get(name):
                raise FormatError(f"{name}: expected the size, the SHA-256 and the rows written")
        counts = {name: count for name, count in self.header.rows.items() if count}
        if counts != self.sums.rows():
            raise FormatError("expected as many rows as the header says")

    def _next(self) -> tuple[str, MemberContents]:
        with _only_format_errors():
            info = self.tar.next()
            self.tar.members.clear()  # type: ignore[attr-defined]
            file = self.tar.extractfile(info) if info is not None and info.isfile() else None
        if info is None or file is None:
            raise FormatError("expected more, found its end: it was cut")
        return info.name, MemberContents(info.name, cast(BinaryIO, file))


def check(file: BinaryIO) -> Sums:
    """Read a whole backup; return what was found. ``FormatError`` where it is not whole."""
    backup = BackupContents(file)
    for member in backup.members():
        if member.table:
            for _ in member.lines():
                pass
    return backup.sums


@contextmanager
def _only_format_errors() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(f"expected a backup: {error}") from error
