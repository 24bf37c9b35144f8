"""The lock of a section: one run of it at a time, and who holds it."""

import os
import socket
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from diplonews.errors import DiplonewsError, LockedError
from diplonews.ownership import advice


class SectionLock:
    """The lock of one section on this machine. The kernel frees a dead process's lock."""

    def __init__(self, lock: FileLock, holder: Path) -> None:
        self.lock = lock
        self.holder = holder

    @classmethod
    def take(cls, folder: Path, section: str) -> Self:
        """Take the lock of *section* in *folder*; ``LockedError`` where another run holds it."""
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
        """Say which run holds the lock, for whoever finds it taken."""
        text = f"run {run_id}, process {os.getpid()} on {socket.gethostname()}"
        try:
            self.holder.write_text(text, encoding="utf-8")
        except OSError as error:
            raise DiplonewsError(
                f"{self.holder}: expected a file to write to (DIPLONEWS_VAR), "
                f"found: {error.strerror}{advice(self.holder)}"
            ) from error

    def release(self) -> None:
        self.lock.release()
