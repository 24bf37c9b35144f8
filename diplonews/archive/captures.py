"""Captures: pages as they were received, in WARC files, so that they can be read again.

A run has one file, ``captures/2026/11/<run id>.warc.gz``. Each record is a gzip member, so a kill
can damage only the last one. Beside the file is an index by URL (CDXJ). Records that the index
lacks are found by scanning the file.

Bodies are kept as received: what the server compressed stays so, as says the header
"Content-Encoding". Where a transfer changed a header's meaning (chunks were put together), the
header stands after "X-Crawler-", as in Common Crawl's files.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from diplonews.errors import ArchiveError
from diplonews.file_owners import advice
from diplonews.normalise.urls import alias_key

ASKED = "X-Diplonews-Asked"  # the URLs that led there by redirects
CHUNK = 65_536  # bytes
LEVEL = 6  # of deflate; 9 takes three times as long and saves a twentieth
PACKED_LEVEL = 1  # of a body that the server compressed: it gets no smaller
CHANGED = frozenset({"content-length", "transfer-encoding"})


class Received(NamedTuple):
    """An answer of the site, to be kept."""

    url: str  # after redirects
    asked: Sequence[str]  # URLs that led there
    at: datetime
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes  # compressed, where the headers say so

    @property
    def is_packed(self) -> bool:
        return any(name.lower() == "content-encoding" for name, _ in self.headers)


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of the site, and where it is kept."""

    url: str  # after redirects
    asked: tuple[str, ...]  # URLs that led there
    at: datetime
    status: int
    path: Path
    offset: int

    def is_of(self, key: str) -> bool:
        """Tell whether *key* is the form of its URL, or of one that led there."""
        return key in map(alias_key, (self.url, *self.asked))

    def received(self) -> Received:
        """Return the answer as received; raises ``ArchiveError`` if it is damaged or gone."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.offset)
                record = next(iter(ArchiveIterator(file)))
                headers = record.http_headers.headers
                body = record.raw_stream.read()
                return Received(self.url, self.asked, self.at, self.status, headers, body)
        except (AttributeError, OSError, StopIteration, ArchiveLoadFailed, zlib.error) as error:
            raise ArchiveError(
                f"{self.path} at {self.offset}: expected a capture of {self.url}, found "
                f"{type(error).__name__}: {error}"
            ) from error


class CaptureWriter:
    """Writes the captures of one run. The file is made with the first one."""

    def __init__(self, folder: Path, run_id: str, started_at: datetime) -> None:
        self.path = folder / f"{started_at:%Y}" / f"{started_at:%m}" / f"{run_id}.warc.gz"
        self.software = "diplonews"
        self.files: tuple[BinaryIO, BinaryIO] | None = None

    def write(self, received: Received) -> None:
        """Keep an answer. Raises ``ArchiveError`` where the system refuses."""
        try:
            warc, index = self.files or self._open()
            offset = warc.tell()
            level = PACKED_LEVEL if received.is_packed else LEVEL
            warc.write(_member(_record(received), level))
            warc.flush()
            index.write(index_line(received, offset))
            index.flush()
        except OSError as error:
            raise ArchiveError(
                f"{self.path}: a capture could not be written: {error}{advice(self.path)}"
            ) from error

    def close(self) -> None:
        files, self.files = self.files or (), None
        for file in files:
            with suppress(OSError):  # reported when it was written
                file.close()

    def _open(self) -> tuple[BinaryIO, BinaryIO]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.files = self.path.open("ab"), index_of(self.path).open("ab")
        warc = self.files[0]
        about = {"software": self.software, "format": "WARC File Format 1.1"}
        record = _writer(BytesIO()).create_warcinfo_record(self.path.name, about)
        warc.write(_member(record, LEVEL))
        return self.files


class Captures:
    """All captures, run by run. A damaged file is read up to the damage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*/*.warc.gz"), key=lambda path: path.name)

    def all(self, since: datetime | None = None) -> Iterator[Capture]:
        """Yield captures from *since* on, in the order of runs. Times of two runs may overlap."""
        for path in self.files():
            for capture in _captures(path):
                if since is None or capture.at >= since:
                    yield capture

    def find(self, url: str, before: datetime | None = None) -> Capture | None:
        """Return the newest capture of a URL, in any of its forms, made not after *before*."""
        key = alias_key(url)
        newest: Capture | None = None
        for path in reversed(self.files()):
            # A file that was last written before that capture has no newer one.
            if newest is not None and path.stat().st_mtime < newest.at.timestamp():
                continue
            for capture in _captures(path):
                is_early = before is None or capture.at <= before
                is_newer = newest is None or capture.at > newest.at
                if is_early and is_newer and capture.is_of(key):
                    newest = capture
        return newest

    def drop(self, older_than: datetime) -> int:
        """Remove files that were last written before *older_than*; return how many."""
        count = 0
        for path in self.files():
            try:
                if path.stat().st_mtime < older_than.timestamp():
                    path.unlink()
                    index_of(path).unlink(missing_ok=True)
                    count += 1
            except FileNotFoundError:
                continue  # another run has just removed it
        return count


def index_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".warc.gz") + ".cdxj")


def whole_bytes(path: Path, until: datetime) -> tuple[int, bytes]:
    """Return how many bytes from a file's beginning are whole records, and their index.

    Only captures made up to *until* count, because the run may be under way.
    """
    size = count = 0
    for capture in _indexed(path):
        if capture.at > until:
            return capture.offset, _first_lines(index_of(path), count)
        size, count = capture.offset, count + 1
    with path.open("rb") as file:
        for offset, member in members(file, size):
            captured = _read_member(member, path, offset)
            if captured is not None and captured.at > until:
                break
            size = offset + len(member)
    return size, _first_lines(index_of(path), count)


def _first_lines(path: Path, count: int) -> bytes:
    if not count:
        return b""
    with path.open("rb") as file:
        return b"".join(islice(file, count))


def _writer(file: BinaryIO) -> WARCWriter:
    return WARCWriter(file, gzip=False, warc_version="1.1")


def _member(record: Any, level: int) -> bytes:
    """Return a record as a gzip member; warcio would compress it at level 9."""
    plain = BytesIO()
    _writer(plain).write_record(record)
    packing = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packing.compress(plain.getbuffer()) + packing.flush()


def _record(received: Received) -> Any:
    kept = [
        (f"X-Crawler-{name}" if name.lower() in CHANGED else name, value)
        for name, value in received.headers
    ]
    kept.append(("Content-Length", str(len(received.body))))
    about = {"WARC-Date": f"{received.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
    if received.asked:
        about[ASKED] = " ".join(received.asked)
    return _writer(BytesIO()).create_warc_record(
        received.url,
        "response",
        payload=BytesIO(received.body),
        length=len(received.body),
        http_headers=StatusAndHeaders(f"{received.status} captured", kept, protocol="HTTP/1.1"),
        warc_headers_dict=about,
    )


def index_line(received: Received, offset: int) -> bytes:
    about = {
        "url": received.url,
        "asked": list(received.asked),
        "at": received.at.isoformat(),
        "status": received.status,
        "offset": offset,
    }
    line = f"{alias_key(received.url)} {received.at:%Y%m%d%H%M%S} {json.dumps(about)}\n"
    return line.encode(errors="replace")


def _captures(path: Path) -> Iterator[Capture]:
    """Yield a file's captures: those its index names, and those after them."""
    end = -1
    for capture in _indexed(path):
        end = capture.offset
        yield capture
    yield from _scanned(path, end)


def _indexed(path: Path) -> Iterator[Capture]:
    size = path.stat().st_size
    try:
        lines = index_of(path).read_bytes().splitlines(keepends=True)
    except OSError:
        return
    for line in lines:
        try:
            about = json.loads(line.split(b" ", 2)[2]) if line.endswith(b"\n") else {}
        except (IndexError, ValueError):
            about = {}
        if not about or about["offset"] >= size:
            return  # damaged here: scanning finds the rest
        at, asked = datetime.fromisoformat(about["at"]), tuple(about["asked"])
        yield Capture(about["url"], asked, at, about["status"], path, about["offset"])


def _scanned(path: Path, last: int) -> Iterator[Capture]:
    """Yield the captures after the one at offset *last*, up to where the file is damaged."""
    with path.open("rb") as file:
        for offset, member in members(file, max(last, 0)):
            capture = _read_member(member, path, offset) if offset > last else None
            if capture is not None:
                yield capture


def received_of(record: Any) -> Received | None:
    """Return the answer in a WARC record; ``None`` where it has none."""
    if record.rec_type != "response":
        return None
    about = record.rec_headers
    return Received(
        about.get_header("WARC-Target-URI"),
        tuple((about.get_header(ASKED) or "").split()),
        datetime.fromisoformat(about.get_header("WARC-Date")),
        int(record.http_headers.get_statuscode()),
        record.http_headers.headers,
        record.raw_stream.read(),
    )


def members(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each whole gzip member from *start* on."""
    file.seek(start)
    offset, rest = start, b""
    while True:
        unpacking, taken = zlib.decompressobj(zlib.MAX_WBITS | 16), []
        while not unpacking.eof:
            rest = rest or file.read(CHUNK)
            if not rest:
                return  # damaged, or the end
            try:
                unpacking.decompress(rest)
            except zlib.error:
                return
            taken.append(rest)
            rest = b""
        rest = unpacking.unused_data
        member = b"".join(taken)
        member = member[: len(member) - len(rest)]
        yield offset, member
        offset += len(member)


def _read_member(member: bytes, path: Path, offset: int) -> Capture | None:
    """Return the capture in a gzip member; ``None`` where it is not one of ours."""
    try:
        return _capture(next(iter(ArchiveIterator(BytesIO(member)))), path, offset)
    except (ArchiveLoadFailed, AttributeError, StopIteration, TypeError, ValueError):
        return None


def _capture(record: Any, path: Path, offset: int) -> Capture | None:
    if record.rec_type != "response":
        return None
    headers = record.rec_headers
    at = datetime.fromisoformat(headers.get_header("WARC-Date"))
    status = int(record.http_headers.get_statuscode())
    asked = tuple((headers.get_header(ASKED) or "").split())
    return Capture(headers.get_header("WARC-Target-URI"), asked, at, status, path, offset)
