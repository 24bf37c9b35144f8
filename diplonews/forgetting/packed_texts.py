"""The texts in a file of any kind, unpacked, so that a forgotten article can be searched for.

The first bytes tell the kind, whatever a file is called.
"""

import bz2
import gzip
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator

from diplonews.archive.capture_rewriting import unpack
from diplonews.archive.captures import received_of

LARGEST = 1 << 30  # bytes that one file, or a member of one, may unpack to
DEEPEST = 4  # levels of packing: a tar of workbooks has three
AT_ONCE = 500  # rows

SQLITE = b"SQLite format 3\0"
PARQUET, ARROW, ZSTD = b"PAR1", b"ARROW1", b"\x28\xb5\x2f\xfd"
TAR, TAR_AT = b"ustar", 257
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class UnsearchableError(Exception):
    """A file whose texts cannot be read: of an unknown kind, damaged, locked or too large."""


def texts_of(path: Path) -> Iterator[bytes]:
    """Yield the texts in a file; ``UnsearchableError`` where they cannot be read.

    Raises ``OSError`` where the file itself cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(len(SQLITE))
        file.seek(0)
        if head == SQLITE:
            yield from _file_chunks(file)  # free pages too
            yield from _of_sqlite(path)
            return
        yield from _of_bytes(_bounded(file.read(LARGEST + 1)), 0)


def is_text(data: bytes) -> bool:
    """Tell whether bytes are a text that can be changed line by line."""
    return b"\0" not in data and _reader_of(data) is None


def _of_bytes(data: bytes, depth: int) -> Iterator[bytes]:
    if depth > DEEPEST:
        raise UnsearchableError("packed too often")
    if data[:2] in UTF_16:
        yield data.decode("utf-16", errors="replace").encode()
        return
    read = _reader_of(data)
    if read is not None:
        try:
            for member in read(data):
                yield from _of_bytes(member, depth + 1)
        except UnsearchableError:
            raise
        except Exception as error:  # any exception, because the bytes are damaged
            raise UnsearchableError(str(error)) from error
        return
    if b"\0" in data:
        raise UnsearchableError("of an unknown kind")
    yield data


def _reader_of(data: bytes) -> Callable[[bytes], Iterator[bytes]] | None:
    """Return the function that unpacks such bytes; ``None`` where they are text, or unknown."""
    kinds = (
        (b"\x1f\x8b", _of_stream(gzip.open)), (b"PK\x03\x04", _of_zip), (b"PK\x05\x06", _of_zip),
        (b"\xfd7zXZ\0", _of_stream(lzma.open)), (b"BZh", _of_stream(bz2.open)),
        (ZSTD, _of_stream(_open_zstd)), (PARQUET, _of_parquet),
        (ARROW, _of_arrow), (b"WARC/", _of_warc),
    )  # fmt: skip
    for mark, read in kinds:
        if data.startswith(mark):
            return read
    return _of_tar if data[TAR_AT : TAR_AT + len(TAR)] == TAR else None


def _of_stream(unpacked: Callable[[BinaryIO], Any]) -> Callable[[bytes], Iterator[bytes]]:
    """Return the function that unpacks one compressed stream."""

    def read(data: bytes) -> Iterator[bytes]:
        with unpacked(BytesIO(data)) as file:
            yield _bounded(file.read(LARGEST + 1))

    return read


def _open_zstd(data: BinaryIO) -> Any:
    from backports import zstd

    return zstd.ZstdFile(data)


def _of_zip(data: bytes) -> Iterator[bytes]:
    """Yield the content of each member; a workbook is such a file too."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        for member in packed.infolist():
            with packed.open(member) as file:
                yield _bounded(file.read(LARGEST + 1))


def _of_tar(data: bytes) -> Iterator[bytes]:
    with tarfile.open(fileobj=BytesIO(data)) as packed:
        for member in packed:
            file = packed.extractfile(member) if member.isfile() else None
            if file is not None:
                yield _bounded(file.read(LARGEST + 1))


def _of_warc(data: bytes) -> Iterator[bytes]:
    for record in ArchiveIterator(BytesIO(data)):
        yield "\n".join(value for _, value in record.rec_headers.headers).encode()
        received = received_of(record)
        body = record.raw_stream.read() if received is None else unpack(received)
        if body is None:
            raise UnsearchableError("an answer that cannot be unpacked")
        yield body


def _of_parquet(data: bytes) -> Iterator[bytes]:
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(BytesIO(data))
    for batch in table.iter_batches(AT_ONCE):
        yield _text_of(batch.to_pylist())


def _of_arrow(data: bytes) -> Iterator[bytes]:
    import pyarrow.ipc

    with pyarrow.ipc.open_file(BytesIO(data)) as file:
        for number in range(file.num_record_batches):
            yield _text_of(file.get_batch(number).to_pylist())


def _of_sqlite(path: Path) -> Iterator[bytes]:
    """Yield the rows of all tables: long values are cut up in the file's pages."""
    log = path.with_name(f"{path.name}-wal")
    how = "mode=ro" if log.exists() else "immutable=1"  # this makes no files beside it
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as database:
            database.text_factory = bytes
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in names.fetchall():
                quoted = name.decode().replace('"', '""')
                rows = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608  quoted
                while some := rows.fetchmany(AT_ONCE):
                    yield b"\n".join(_joined(row) for row in some)
    except (sqlite3.Error, ValueError) as error:
        raise UnsearchableError(str(error)) from error


def _joined(row: tuple[Any, ...]) -> bytes:
    return b"\t".join(value if isinstance(value, bytes) else str(value).encode() for value in row)


def _text_of(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as text without escapes, so that an address in them is unchanged."""
    return "\n".join("\t".join(map(str, row.values())) for row in rows).encode()


def _file_chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's bytes in pieces that overlap, so that no word is cut."""
    overlap = 1 << 12
    rest = b""
    while data := file.read(1 << 20):
        yield rest + data
        rest = data[-overlap:]


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise UnsearchableError(f"larger than {LARGEST >> 20} MB")
    return data
