"""The lock of a section: one run at a time, and which run that is.

The lock is where the archive is: in the database where machines share one, else in a file.
"""

import os
import socket
from errno import EACCES, EROFS
from pathlib import Path
from typing import Protocol, Self

from filelock import FileLock, Timeout
from sqlalchemy import URL

from diplonews.archive.database_locks import DatabaseLock
from diplonews.errors import DiplonewsError, LockedError
from diplonews.file_owners import advice


class Lock(Protocol):
    """What a run needs from its lock."""

    def is_lost(self) -> bool: ...

    def name_holder(self, run_id: str) -> None: ...

    def release(self) -> None: ...


def take_lock(archive: URL, var: Path, section: str) -> Lock:
    """Take the lock of *section*; ``LockedError`` where another run has it.

    Raises ``DiplonewsError`` where *var* cannot be written to: better now than at the end of the
    run.
    """
    check_folder(var)
    if archive.get_backend_name() == "sqlite":
        return SectionLock.take(Path(archive.database or "").parent / "locks", section)
    lock = DatabaseLock.take(archive, section)
    try:
        lock.share_archive()
    except LockedError:
        lock.release()
        raise
    return lock


def check_folder(var: Path) -> None:
    """Make *var* where it is missing; ``DiplonewsError`` unless files can be made in it."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        number = 0
        if not os.access(var, os.W_OK | os.X_OK):
            number = EROFS if os.statvfs(var).f_flag & os.ST_RDONLY else EACCES
        why = f"{os.strerror(number)}{advice(var)}" if number else ""
    except FileExistsError:
        why = "a file" if var.exists() else "a link to nothing"
    except OSError as error:
        why = f"{error.strerror}{advice(var)}"
    if why:
        raise DiplonewsError(f"{var}: expected a folder to write to (DIPLONEWS_VAR), found: {why}")


def this_process() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


class SectionLock:
    """The lock of one section on this machine. The kernel frees a dead process's lock."""

    def __init__(self, lock: FileLock, holder: Path) -> None:
        self.lock = lock
        self.holder = holder
        self.file = _identity(Path(lock.lock_file))

    def is_lost(self) -> bool:
        """Tell whether the lock's file was removed, so that another run may make a new one."""
        return _identity(Path(self.lock.lock_file)) != self.file

    @classmethod
    def take(cls, folder: Path, section: str) -> Self:
        """Take the lock of *section* in *folder*; ``LockedError`` where another run has it."""
        holder = folder / f"{section}.holder"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / f"{section}.lock")
            lock.acquire(blocking=False)
        except Timeout:
            who = (
                holder.read_text(encoding="utf-8") if holder.exists() else "a run that just began"
            )
            raise LockedError(f"{section} is being crawled by {who}: nothing done") from None
        except OSError as error:
            raise DiplonewsError(
                f"{folder}: expected a folder to write to (DIPLONEWS_VAR), "
                f"found: {error.strerror}{advice(folder / f'{section}.lock', folder)}"
            ) from error
        return cls(lock, holder)

    def name_holder(self, run_id: str) -> None:
        """Note which run has the lock, for the message of a run that finds it taken."""
        text = f"run {run_id}, {this_process()}"
        try:
            self.holder.write_text(text, encoding="utf-8")
        except OSError as error:
            raise DiplonewsError(
                f"{self.holder}: expected a file to write to (DIPLONEWS_VAR), "
                f"found: {error.strerror}{advice(self.holder)}"
            ) from error

    def release(self) -> None:
        self.lock.release()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
