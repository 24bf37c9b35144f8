"""What a crawl is arranged to meet in the middle: its death, an exception, a disk without room."""

import ctypes
import errno
import functools
import importlib
import inspect
import itertools
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


def nothing() -> None:
    """Arrange nothing."""


def die_at_rename(number: int, moment: str) -> None:
    """Arrange that this process is killed ``before`` or ``after`` its *number*-th rename."""
    rename, left = os.replace, iter(range(number, 0, -1))

    def rename_and_die(*paths: Any, **options: Any) -> None:
        is_last = next(left) == 1
        if is_last and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        rename(*paths, **options)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)

    os.replace = rename_and_die


def die_at_commit(number: int) -> None:
    """Arrange that this process is killed as it begins its *number*-th commit."""
    from sqlalchemy import Engine, event

    left = iter(range(number, 0, -1))

    def die(_: Any) -> None:
        if next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", die)


def limit_files(largest: int) -> None:
    """Arrange that no file may grow over *largest* bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class InjectedError(Exception):
    """An exception that nobody can have foreseen."""


def crash_at(target: str, number: int | None, moment: str, mark: Path) -> None:
    """Arrange that the *number*-th call of *target* (``module:Class.method``) raises.

    ``None`` is every call; ``before`` it does anything, or ``after`` it has done all. *mark*
    is made then.
    """
    module_name, _, path = target.partition(":")
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    function, calls = getattr(owner, name), itertools.count(1)

    def strike() -> None:
        mark.touch()
        raise InjectedError(f"{target}, call {number}, {moment}")

    takes = inspect.signature(function).parameters

    @functools.wraps(function)
    def plain(*args: Any, **kwargs: Any) -> Any:
        is_struck = next(calls) == number or number is None
        if is_struck and moment == "before":
            strike()
        # Whoever sends a signal passes what a handler takes, and all to this one.
        result = function(*args, **{name: of for name, of in kwargs.items() if name in takes})
        if is_struck:
            strike()
        return result

    @functools.wraps(function)
    def generator(*args: Any, **kwargs: Any) -> Any:
        is_struck = next(calls) == number or number is None
        if is_struck and moment == "before":
            strike()
        yield from function(*args, **kwargs)
        if is_struck:
            strike()

    @functools.wraps(function)
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        is_struck = next(calls) == number or number is None
        if is_struck and moment == "before":
            strike()
        result = await function(*args, **kwargs)
        if is_struck:
            strike()
        return result

    wrapper: Any = plain
    if inspect.isgeneratorfunction(function):
        wrapper = generator
    elif inspect.iscoroutinefunction(function):
        wrapper = coroutine
    setattr(owner, name, wrapper)


def read_only_but(folder: Path) -> None:
    """Arrange that nothing can be written outside of *folder*, wherever Python tries to.

    So it is on a read-only root whose temporary folder is full. What is loaded once for all
    tests is forgotten.
    """
    from diplonews.infer import language

    language._identifier.cache_clear()
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    changing = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink"}

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        is_change = event in changing or (event == "open" and bool(arguments[2] & writing))
        path = arguments[0] if is_change else None
        if not isinstance(path, str) or path == os.devnull:
            return
        if not os.path.realpath(path).startswith(str(folder)):
            raise OSError(errno.EROFS, "Read-only file system", path)

    sys.addaudithook(refuse)


def lead_names_to(hosts: Path) -> None:
    """Arrange that names are looked up in the file *hosts*, by this process alone."""
    new_mounts, slave_of_all = 0x20000, "--make-rslave"
    if ctypes.CDLL(None, use_errno=True).unshare(new_mounts):
        raise OSError(ctypes.get_errno(), "no mounts of its own for this process")
    subprocess.run(["mount", slave_of_all, "/"], check=True)
    subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)
