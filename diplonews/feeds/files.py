"""Files are written aside, brought to disk and renamed: whole or not at all."""

import errno
import fcntl
import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from filelock import FileLock

from diplonews.errors import FileError
from diplonews.file_owners import advice

CHUNK = 1 << 20
ASIDE_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
MOST_TRIES = 100  # to get a file that nobody else has renamed meanwhile
WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)  # said by a file system without locks


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the manifest says of a file."""

    bytes: int
    lines: int
    sha256: str
    last_seq: int
    made_from: str = ""  # of an edition's file: the fingerprint of the feed files it was made from


class MeasuredFile:
    """A file open for writing, with the size and the fingerprint of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = 0
        self.fingerprint = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.fingerprint.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


class OtherContentError(Exception):
    """The file to which lines are added is not what the manifest says."""


def write_whole(
    path: Path, lines: Iterable[tuple[int, str]], onto: FileFacts | None = None
) -> FileFacts:
    """Write *lines*, each with its seq, to *path*; where that fails, *path* stays as it was.

    With *onto*, the lines are added to the file that *onto* describes; ``OtherContentError`` where
    *path* is another one. A name that ends with ``.gz`` makes a compressed file. Raises
    ``FileError`` where the system refuses.
    """
    with whole_file(path, path.with_name(f".{path.name}.part")) as file:
        return _write(MeasuredFile(file), path, lines, onto)


@contextmanager
def whole_file(path: Path, aside: Path) -> Iterator[BinaryIO]:
    """Give a file to write, which replaces *path* where the block ends well.

    It is written as *aside*, in the same folder, brought to disk and renamed. Then the folder is
    brought to disk. Who else writes to *aside* now is waited for. Raises ``FileError`` where the
    system refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_alone(aside) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise FileError(
            f"{path}: could not be written: {error.strerror}{advice(path, path.parent)}"
        ) from error


@contextmanager
def written_alone(aside: Path, rights: int = 0o666, *, waits: bool = True) -> Iterator[BinaryIO]:
    """Give an empty file that no other process writes; it goes at the end, unless it was renamed.

    Several runs may end at once, and each writes the file about the last one. So this waits for
    the other process, or raises ``BlockingIOError``.
    """
    for tries_left in reversed(range(MOST_TRIES)):
        # With its name: some libraries ask a file for it.
        with open(aside, "r+b", opener=lambda name, _: os.open(name, ASIDE_FLAGS, rights)) as file:
            _lock(file, waits=waits)
            # Who wrote it before has renamed or removed it. Some file systems of networks give
            # a file another number each time: there the last try has to do.
            if tries_left and not _is_at(aside, file):
                continue
            try:
                file.truncate()  # what a process left that was killed
                yield file
            finally:
                if _is_at(aside, file):
                    discard(aside)
            return


def _lock(file: BinaryIO, *, waits: bool) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in WITHOUT_LOCKS:
            raise


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(file.fileno()))
    except OSError:
        return False


def facts_of(path: Path) -> tuple[int, str]:
    """Return the size and the SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def unpacked_digest(path: Path) -> str:
    """Return the SHA-256 of a compressed file's lines."""
    fingerprint = hashlib.sha256()
    with gzip.open(path, "rb") as content:
        while chunk := content.read(CHUNK):
            fingerprint.update(chunk)
    return fingerprint.hexdigest()


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock *folder* for one publication; wait for others. ``FileError`` if that is refused."""
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError) as error:  # some file systems have no locks
        raise FileError(
            f"{folder}: expected a folder to publish into, "
            f"found: {getattr(error, 'strerror', None) or error}"
            f"{advice(folder / '.lock', folder)}"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _write(
    measured: MeasuredFile, path: Path, lines: Iterable[tuple[int, str]], onto: FileFacts | None
) -> FileFacts:
    count, last_seq = (onto.lines, onto.last_seq) if onto else (0, 0)
    if onto is not None:
        _copy(path, measured, onto)
    compressed = None
    if path.suffix == ".gz":  # without name and time: equal lines are equal bytes
        compressed = gzip.GzipFile("", "wb", 6, cast(BinaryIO, measured), mtime=0)
    target = measured if compressed is None else compressed
    for seq, line in lines:
        target.write(line.encode() + b"\n")
        count, last_seq = count + 1, max(last_seq, seq)
    if compressed is not None:
        compressed.close()
    return FileFacts(measured.size, count, measured.fingerprint.hexdigest(), last_seq)


def _copy(path: Path, measured: MeasuredFile, facts: FileFacts) -> None:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            measured.write(chunk)
    if measured.fingerprint.hexdigest() != facts.sha256:
        raise OtherContentError(path)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # a disk that refused the file may refuse this too; the next write replaces it
