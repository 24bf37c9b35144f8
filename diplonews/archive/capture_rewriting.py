"""Captures without the records of a forgotten article: files are written aside, then renamed.

The other records stay byte by byte. The index is removed first and written last: after a kill in
between, the file is read without an index.
"""

import os
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from diplonews.archive.captures import Received, index_line, index_of, members, received_of
from diplonews.archive.traces import TraceSearch
from diplonews.errors import FileError
from diplonews.file_owners import advice

LARGEST = 64 << 20  # bytes of an unpacked answer; the site's pages have less than a hundredth


def drop_records(path: Path, search: TraceSearch, *, is_dry: bool = False) -> int:
    """Remove the records in which *search* finds something; return how many.

    Raises ``FileError`` where the file cannot be read or written. With *is_dry*, only count.
    """
    try:
        dropped, end = set(), 0
        for offset, member in _whole_members(path):
            end = offset + len(member)
            if _is_traced(member, search):
                dropped.add(offset)
        is_torn = end < path.stat().st_size  # by a kill: its content is not known
        if (dropped or is_torn or not index_of(path).exists()) and not is_dry:
            _rewrite(path, dropped)
    except OSError as error:
        raise FileError(
            f"{path}: could not be rewritten: {error.strerror}{advice(path, path.parent)}"
        ) from error
    return len(dropped)


def keep_records(path: Path, kept: set[int], *, is_dry: bool = False) -> tuple[int, int]:
    """Keep only the records at some offsets; return how many went, and the bytes left.

    Raises ``FileError`` where the file cannot be read or written.
    """
    try:
        sizes = {
            offset: len(member)
            for offset, member in _whole_members(path)
            if _received(member) is not None
        }
        dropped = sizes.keys() - kept
        left = path.stat().st_size - sum(sizes[offset] for offset in dropped)
        if dropped and not is_dry:
            _rewrite(path, dropped)
    except OSError as error:
        raise FileError(
            f"{path}: could not be rewritten: {error.strerror}{advice(path, path.parent)}"
        ) from error
    return len(dropped), left


def _is_traced(member: bytes, search: TraceSearch) -> bool:
    received = _received(member)
    if received is not None:
        return is_to_drop(received, search)
    return search.is_in(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(member))


def is_to_drop(received: Received, search: TraceSearch) -> bool:
    """Tell whether an answer shows a forgotten article, or cannot be unpacked to find out."""
    if any(search.is_in(url.encode()) for url in (received.url, *received.asked)):
        return True
    body = unpack(received)
    return body is None or search.is_in(body)


def unpack(received: Received) -> bytes | None:
    """Return the unpacked body of an answer; ``None`` where it cannot be unpacked."""
    body = received.body
    codings = [
        coding.strip().lower()
        for name, value in received.headers
        if name.lower() == "content-encoding"
        for coding in value.split(",")
    ]
    try:
        for coding in reversed(codings):
            body = _unpacked(coding, body)
    except (ValueError, zlib.error, ImportError, OSError, EOFError):
        return None
    return body


def _unpacked(coding: str, body: bytes) -> bytes:
    if coding in {"", "identity"} or not body:
        return body
    if coding in {"gzip", "x-gzip"}:
        return _joined(body, lambda: zlib.decompressobj(zlib.MAX_WBITS | 16))
    if coding == "deflate":
        try:
            return _joined(body, zlib.decompressobj)
        except zlib.error:  # some servers send it without a header
            return _joined(body, lambda: zlib.decompressobj(-zlib.MAX_WBITS))
    if coding == "zstd":
        from backports import zstd

        with zstd.ZstdFile(BytesIO(body)) as file:
            return _bounded(file.read(LARGEST + 1))
    if coding == "br":
        import brotli  # type: ignore[import-untyped]

        return _bounded(brotli.Decompressor().process(body, output_buffer_limit=LARGEST + 1))
    raise ValueError(coding)


def _joined(body: bytes, unpacker: Callable[[], Any]) -> bytes:
    """Return the unpacked body, which may be several compressed ones in a row.

    Other bytes after them are ignored, as browsers do.
    """
    unpacked = b""
    while body:
        unpacking = unpacker()
        try:
            unpacked = _bounded(unpacked + unpacking.decompress(body, LARGEST + 1))
        except zlib.error:
            if not unpacked:
                raise
            break
        body = unpacking.unused_data if unpacking.eof else b""
    return unpacked


def _bounded(unpacked: bytes) -> bytes:
    """Return the bytes, or raise ``ValueError`` where they are too many for a page."""
    if len(unpacked) > LARGEST:
        raise ValueError(f"expected {LARGEST} bytes at most")
    return unpacked


def _whole_members(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        yield from members(file, 0)


def _received(member: bytes) -> Received | None:
    """Return the answer in a record; ``None`` where it has none (the file's first record)."""
    try:
        return received_of(next(iter(ArchiveIterator(BytesIO(member)))))
    except (ArchiveLoadFailed, AttributeError, StopIteration, TypeError, ValueError):
        return None


def _rewrite(path: Path, dropped: set[int]) -> None:
    index = index_of(path)
    index.unlink(missing_ok=True)
    aside, lines, length = path.with_name(f".{path.name}.part"), [], 0
    stamp = path.stat()
    with aside.open("wb") as file:
        for offset, member in _whole_members(path):
            if offset in dropped:
                continue
            received = _received(member)
            if received is not None:
                lines.append(index_line(received, length))
            length += file.write(member)
        file.flush()
        os.fsync(file.fileno())
    if not lines:
        aside.unlink()
        path.unlink()
        return
    os.utime(aside, (stamp.st_atime, stamp.st_mtime))  # files are pruned by this time
    aside.replace(path)
    aside = index.with_name(f".{index.name}.part")
    aside.write_bytes(b"".join(lines))
    aside.replace(index)
