"""Captures: pages as they were received, in WARC files, so that they can be read again.

One file a run, ``captures/2026/11/<run id>.warc.gz``, each record a gzip member of its own: what
a kill tears off is one record at the end. Beside it, an index by URL (CDXJ), which is made
again from the file where it falls short.

Bodies are kept unpacked, as the reader saw them; the server's own Content-Length stands behind
"X-Crawler-", as in Common Crawl's files.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from diplonews.errors import ArchiveError
from diplonews.normalise.urls import alias_key
from diplonews.ownership import advice

ASKED = "X-Diplonews-Asked"  # the URLs that led there by redirects
CHUNK = 65_536  # bytes
LEVEL = 6  # of deflate: 9 takes three times as long, and the files are a twentieth smaller
CHANGED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of the site, and where it is kept."""

    url: str  # after redirects
    asked: tuple[str, ...]  # URLs that led there
    at: datetime
    status: int
    path: Path
    offset: int

    def body(self) -> bytes:
        """Return the body; raises ``ArchiveError`` where the file is torn or gone."""
        try:
            with self.path.open("rb") as file:
                file.seek(self.offset)
                record = next(iter(ArchiveIterator(file)))
                return bytes(record.content_stream().read())
        except (OSError, StopIteration, ArchiveLoadFailed, zlib.error) as error:
            raise ArchiveError(
                f"{self.path} at {self.offset}: expected a capture of {self.url}, found "
                f"{type(error).__name__}: {error}"
            ) from error


class CaptureWriter:
    """Writes the captures of one run. Nothing is made until there is a first one."""

    def __init__(self, folder: Path, run_id: str, started_at: datetime) -> None:
        self.path = folder / f"{started_at:%Y}" / f"{started_at:%m}" / f"{run_id}.warc.gz"
        self.software = "diplonews"
        self.files: tuple[BinaryIO, BinaryIO] | None = None

    def write(
        self,
        url: str,
        *,
        asked: Sequence[str],
        at: datetime,
        status: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
    ) -> None:
        """Keep an answer. Raises ``ArchiveError`` where the system refuses."""
        try:
            warc, index = self.files or self._open()
            offset = warc.tell()
            warc.write(_member(_record(url, asked, at, status, headers, body)))
            warc.flush()
            index.write(_index_line(url, asked, at, status, offset))
            index.flush()
        except OSError as error:
            raise ArchiveError(
                f"{self.path}: a capture could not be written: {error}{advice(self.path)}"
            ) from error

    def close(self) -> None:
        files, self.files = self.files or (), None
        for file in files:
            with suppress(OSError):  # told when it was written
                file.close()

    def _open(self) -> tuple[BinaryIO, BinaryIO]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.files = self.path.open("ab"), index_of(self.path).open("ab")
        warc = self.files[0]
        about = {"software": self.software, "format": "WARC File Format 1.1"}
        warc.write(_member(_writer(BytesIO()).create_warcinfo_record(self.path.name, about)))
        return self.files


class Captures:
    """All that was captured, run by run; what is torn is read up to the tear."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*/*.warc.gz"), key=lambda path: path.name)

    def all(self, since: datetime | None = None) -> Iterator[Capture]:
        """Yield captures of *since* on, in the order of runs; those of two runs may overlap."""
        for path in self.files():
            yield from (of for of in _captures(path) if since is None or of.at >= since)

    def find(self, url: str, before: datetime | None = None) -> Capture | None:
        """Return the newest capture of a URL, in any of its forms, made not after *before*."""
        key = alias_key(url)
        found = (
            of
            for of in self.all()
            if (before is None or of.at <= before) and key in map(alias_key, (of.url, *of.asked))
        )
        return max(found, key=lambda of: of.at, default=None)

    def drop(self, older_than: datetime) -> int:
        """Remove files last written to before that time; return how many."""
        count = 0
        for path in self.files():
            try:
                if path.stat().st_mtime < older_than.timestamp():
                    path.unlink()
                    index_of(path).unlink(missing_ok=True)
                    count += 1
            except FileNotFoundError:
                continue  # another run that ends now was quicker
        return count


def index_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".warc.gz") + ".cdxj")


def _writer(file: BinaryIO) -> WARCWriter:
    return WARCWriter(file, gzip=False, warc_version="1.1")


def _member(record: Any) -> bytes:
    """Return a record as a gzip member. warcio would pack it too, at level 9."""
    plain = BytesIO()
    _writer(plain).write_record(record)
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packing.compress(plain.getbuffer()) + packing.flush()


def _record(
    url: str,
    asked: Sequence[str],
    at: datetime,
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
) -> Any:
    kept = [
        (f"X-Crawler-{name}" if name.lower() in CHANGED else name, value)
        for name, value in headers
    ]
    kept.append(("Content-Length", str(len(body))))
    about = {"WARC-Date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"}
    if asked:
        about[ASKED] = " ".join(asked)
    return _writer(BytesIO()).create_warc_record(
        url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(f"{status} captured", kept, protocol="HTTP/1.1"),
        warc_headers_dict=about,
    )


def _index_line(url: str, asked: Sequence[str], at: datetime, status: int, offset: int) -> bytes:
    about = {"url": url, "asked": list(asked), "at": at.isoformat(), "status": status}
    line = f"{alias_key(url)} {at:%Y%m%d%H%M%S} {json.dumps(about | {'offset': offset})}\n"
    return line.encode(errors="replace")


def _captures(path: Path) -> Iterator[Capture]:
    """Yield a file's captures: those its index names, and those behind them."""
    end = -1
    for of in _indexed(path):
        end = of.offset
        yield of
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
            return  # torn here: what is behind is found by scanning
        at, asked = datetime.fromisoformat(about["at"]), tuple(about["asked"])
        yield Capture(about["url"], asked, at, about["status"], path, about["offset"])


def _scanned(path: Path, behind: int) -> Iterator[Capture]:
    """Yield the captures that stand behind an offset, up to where the file is torn."""
    with path.open("rb") as file:
        for offset, member in _members(file, max(behind, 0)):
            try:
                record = next(iter(ArchiveIterator(BytesIO(member))))
                found = _capture(record, path, offset) if offset > behind else None
            except (ArchiveLoadFailed, AttributeError, StopIteration, TypeError, ValueError):
                continue  # a member that is no record of ours
            if found is not None:
                yield found


def _members(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of each whole gzip member from *start* on."""
    file.seek(start)
    offset, rest = start, b""
    while True:
        unpacking, taken = zlib.decompressobj(zlib.MAX_WBITS | 16), []
        while not unpacking.eof:
            rest = rest or file.read(CHUNK)
            if not rest:
                return  # torn, or the end
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


def _capture(record: Any, path: Path, offset: int) -> Capture | None:
    if record.rec_type != "response":
        return None
    told = record.rec_headers
    at = datetime.fromisoformat(told.get_header("WARC-Date"))
    status = int(record.http_headers.get_statuscode())
    asked = tuple((told.get_header(ASKED) or "").split())
    return Capture(told.get_header("WARC-Target-URI"), asked, at, status, path, offset)
