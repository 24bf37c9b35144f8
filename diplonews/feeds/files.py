"""Files written aside, brought to disk, renamed; whole or not at all."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from diplonews.errors import FileError
from diplonews.ownership import advice


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the manifest says of a file."""

    lines: int
    bytes: int
    sha256: str
    last_seq: int


def write_whole(path: Path, lines: Iterable[tuple[int, str]]) -> FileFacts:
    """Write *lines* (each with the seq it is due to) to *path*, or leave *path* as it was.

    Written under a hidden name beside it, brought to disk and renamed, then the folder is
    brought to disk. Raises ``FileError`` where the system refuses any of it.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            facts = _write(file, lines)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        discard(aside)
        raise FileError(
            f"{path}: could not be written: {error.strerror}{advice(path, path.parent)}"
        ) from error
    return facts


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Publish into *folder* alone; wait for whoever does so now. ``FileError`` if we may not."""
    lock = FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError) as error:  # a file system may have no locks
        raise FileError(
            f"{folder}: expected a folder to publish into, "
            f"found: {getattr(error, 'strerror', None) or error}"
            f"{advice(folder / '.lock', folder)}"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _write(file: BinaryIO, lines: Iterable[tuple[int, str]]) -> FileFacts:
    count = size = last_seq = 0
    fingerprint = hashlib.sha256()
    for seq, line in lines:
        data = line.encode() + b"\n"
        file.write(data)
        fingerprint.update(data)
        count, size, last_seq = count + 1, size + len(data), max(last_seq, seq)
    return FileFacts(count, size, fingerprint.hexdigest(), last_seq)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the disk that refused the file may refuse this too; the next write replaces it
