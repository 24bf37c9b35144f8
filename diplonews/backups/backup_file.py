"""The file of a backup: readable by its owner alone, whole or not there."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diplonews.archive import Archive
from diplonews.backups.backup_contents import BackupContents, check
from diplonews.backups.backup_format import FormatError, Header, Sums
from diplonews.backups.backup_writer import BackupWriter
from diplonews.errors import FileError
from diplonews.feeds.files import sync_folder, written_alone
from diplonews.file_owners import advice

OWNERS_ALONE = 0o600


def save(archive: Archive, path: Path, captures: Path | None) -> Sums:
    """Write a backup beside *path*, read it back, and rename it to *path*; return its sums.

    It replaces an earlier backup of the same archive. Raises ``FileError`` where *path* is
    anything else, or where the system refuses.
    """
    _check_place(path, archive.id)
    aside = path.with_name(f".{path.name}.part")
    try:
        with written_alone(aside, OWNERS_ALONE, waits=False) as file:
            os.fchmod(file.fileno(), OWNERS_ALONE)  # a dead process may have left it with others
            written = BackupWriter(file).write(archive, captures)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            if check(file) != written:
                raise FileError(f"{path}: expected what was written, found something else")
            aside.replace(path)
            sync_folder(path.parent)
    except FormatError as error:
        raise FileError(f"{path}: expected what was written, found something else") from error
    except BlockingIOError as error:
        raise FileError(f"{aside}: another backup is being written to it") from error
    except OSError as error:
        raise FileError(
            f"{path}: could not be written: {error.strerror}{advice(path, path.parent)}"
        ) from error
    return written


@contextmanager
def open_backup(path: Path) -> Iterator[BackupContents]:
    """Open a backup; ``FileError`` where it cannot be read, or is damaged."""
    try:
        with path.open("rb") as file:
            yield BackupContents(file)
    except FormatError as error:
        raise FileError(f"{path}: expected a whole backup: {error}") from error
    except OSError as error:
        if error.filename != str(path):
            raise
        raise FileError(f"{path}: expected a backup: {error.strerror}{advice(path)}") from error


def _check_place(path: Path, archive_id: str) -> None:
    """Raise ``FileError`` where a backup of this archive may not be written."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"{path}: expected a file to write to: {error.strerror}") from error
    if not stat.S_ISREG(mode):
        raise FileError(f"{path}: expected the name of a file, found something else")
    header = _header(path)
    if header is None or header.archive_id != archive_id:
        there = "another file" if header is None else f"a backup of archive {header.archive_id}"
        raise FileError(
            f"{path}: expected no file, or an earlier backup of this archive, found {there}. It "
            f"is left as it is: choose another name"
        )


def _header(path: Path) -> Header | None:
    try:
        with path.open("rb") as file:
            return BackupContents(file).header
    except (OSError, FormatError):
        return None
