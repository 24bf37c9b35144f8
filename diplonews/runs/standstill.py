"""The lock of a folder: runs share it, and a command that rewrites files takes it alone.

There are two files. Runs and commands take the gate first, so that new runs do not overtake a
waiting command. The kernel frees a dead process's locks.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlalchemy import URL

from diplonews.archive.database_locks import DatabaseLock
from diplonews.errors import DiplonewsError, LockedError
from diplonews.file_owners import advice
from diplonews.runs.section_lock import check_folder, this_process

LOCK, GATE, HOLDER = "standstill.lock", "standstill.gate", "standstill.holder"


class SharedFolder:
    """The folder as a run uses it: together with other runs, never with a rewriting command."""

    def __init__(self, folders: list[Path], lock_files: list[int]) -> None:
        self.folders = folders
        self.lock_files = lock_files

    @classmethod
    def take(cls, var: Path, archive: URL, name: str) -> Self:
        """Share the folder as *name*; ``LockedError`` where a command has it alone."""
        check_folder(var)
        folders = _folders(var, archive)
        with ExitStack() as undo:
            lock_files = [_share(folder, undo) for folder in folders]
            undo.pop_all()
        shared = cls(folders, lock_files)
        shared.name_holder(name)
        return shared

    def name_holder(self, name: str) -> None:
        """Note who uses the folder, for a command that wants it alone."""
        for folder in self.folders:
            with suppress(OSError):  # a full disk: the command's message then has no name
                _mine(folder).write_text(f"{name}, {this_process()}", encoding="utf-8")

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Take the folder alone for a while, if nobody else uses it; yield whether that is so.

        Runs that begin meanwhile wait.
        """
        try:
            yield all(_lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB) for file in self.lock_files)
        finally:
            for file in self.lock_files:
                _lock(file, fcntl.LOCK_SH)

    def release(self) -> None:
        for folder in self.folders:
            with suppress(OSError):
                _mine(folder).unlink(missing_ok=True)
        for lock_file in self.lock_files:
            os.close(lock_file)
        self.lock_files = []


@contextmanager
def standstill(
    var: Path, archive: URL, name: str, *, waits: bool = False, is_everywhere: bool = False
) -> Iterator[None]:
    """Keep all runs away from a folder and its SQLite while the command *name* rewrites it.

    Raises ``LockedError`` where a run is under way. With *waits*, the command waits for its end,
    and no other run begins meanwhile. With *is_everywhere*, this is so on all machines that share
    the archive.
    """
    check_folder(var)
    with ExitStack() as locks:
        for folder in _folders(var, archive):
            _take_alone(folder, name, locks, waits=waits)
        if is_everywhere and archive.get_backend_name() != "sqlite":
            lock = DatabaseLock.take_alone(archive, waits=waits)
            locks.callback(lock.release)
        yield


def _folders(var: Path, archive: URL) -> list[Path]:
    """Return where the locks are: in the folder, and beside SQLite, which others may use."""
    folders = {var.absolute() / "locks"}
    if archive.get_backend_name() == "sqlite":
        folders.add(Path(archive.database or "").absolute().parent / "locks")
    return sorted(folders)


def _share(folder: Path, undo: ExitStack) -> int:
    gate = _open(folder, GATE)
    try:
        if not _lock(gate, fcntl.LOCK_SH | fcntl.LOCK_NB):
            raise LockedError(f"{folder.parent} is in use by {_holder_of(folder)}: nothing done")
        lock_file = _open(folder, LOCK)
        undo.callback(os.close, lock_file)
        _lock(lock_file, fcntl.LOCK_SH)
    finally:
        os.close(gate)
    return lock_file


def _take_alone(folder: Path, name: str, locks: ExitStack, *, waits: bool) -> None:
    mode = fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB
    for file in (GATE, LOCK):
        lock_file = _open(folder, file)
        locks.callback(os.close, lock_file)
        if not _lock(lock_file, mode):
            who = _holder_of(folder) if file == GATE else _sharers_of(folder)
            raise LockedError(
                f"{folder.parent} is in use by {who}: nothing done. --wait waits for the end"
            )
        if file == GATE:
            (folder / HOLDER).write_text(f"{name}, {this_process()}", encoding="utf-8")
    for left_behind in folder.glob("process-*.holder"):  # of killed processes
        left_behind.unlink(missing_ok=True)


def _open(folder: Path, name: str) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise DiplonewsError(
            f"{folder}: expected a folder to write to (DIPLONEWS_VAR), "
            f"found: {error.strerror}{advice(folder / name, folder)}"
        ) from error


def _lock(lock_file: int, mode: int) -> bool:
    try:
        fcntl.flock(lock_file, mode)
    except BlockingIOError:
        return False
    return True


def _mine(folder: Path) -> Path:
    return folder / f"process-{os.getpid()}.holder"


def _holder_of(folder: Path) -> str:
    try:
        return (folder / HOLDER).read_text(encoding="utf-8") or "a command that just began"
    except OSError:
        return "a command that just began"


def _sharers_of(folder: Path) -> str:
    """Return which living processes use the folder."""
    names = []
    for path in sorted(folder.glob("process-*.holder")):
        with suppress(OSError, ValueError):
            os.kill(int(path.name.removeprefix("process-").removesuffix(".holder")), 0)
            names.append(path.read_text(encoding="utf-8"))
    return "; ".join(names) or "a run that just began"
