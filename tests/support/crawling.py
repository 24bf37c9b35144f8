"""Whole crawls by the real command line, and what they left on disk."""

import errno
import functools
import importlib
import inspect
import itertools
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
EXIT_STATUS = {"ok": 0, "unchanged": 0, "degraded": 3, "broken": 4}
# A recheck may ask for everything again, and what is gone twice in a row is withdrawn.
AT_ONCE = {"DIPLONEWS_WITHDRAW_SECONDS": "0", "DIPLONEWS_RECHECK_SECONDS": "0"}

# Two thirds of a small crawl's time go into imports. So the command line is called in forks of
# a process that has imported what it will need, but none of its settings.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.warm"])


def _scrapy(
    command: list[str], environment: dict[str, str], log: Path, arrange: Callable[[], None]
) -> None:
    """Be `scrapy` for one command, in a process of its own that is *arranged* before."""
    # The server of forks passes over what it cannot import: it would only be slow, silently.
    importlib.import_module("tests.support.warm")
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.argv = command
    arrange()
    from scrapy.cmdline import execute

    execute(command)


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


@dataclass(frozen=True)
class Crawled:
    """One `scrapy crawl`: its exit status, its log, and its report."""

    status: int
    log: str
    report: dict[str, Any]

    @property
    def verdict(self) -> str:
        return str(self.report.get("verdict", ""))


@dataclass
class Crawl:
    """Calls `scrapy crawl` on a site, and reads what it left in its folder."""

    origin: str
    var: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, *arguments: str, arrange: Callable[[], None] = nothing, **environment: str
    ) -> Crawled:
        before = self._reports()
        self.var.parent.mkdir(parents=True, exist_ok=True)
        log = self.var.with_suffix(".log")
        process = self._fork(arguments, environment, log, arrange)
        process.join(300)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{' '.join(arguments)} did not end:\n{log.read_text()[-2_000:]}")
        new = sorted(self._reports() - before)
        report = json.loads(new[-1].read_text()) if new else {}
        return Crawled(process.exitcode, log.read_text(), report)

    def side_by_side(self, *spiders: str) -> list[int | None]:
        """Crawl with each of *spiders* at the same time; return their exit statuses."""
        processes = [
            self._fork([spider], {}, self.var.with_name(f"{spider}.log"), nothing)
            for spider in spiders
        ]
        for process in processes:
            process.join(300)
        return [process.exitcode for process in processes]

    def _fork(
        self, arguments: Sequence[str], environment: dict[str, str], log: Path,
        arrange: Callable[[], None],
    ) -> "multiprocessing.context.ForkServerProcess":  # fmt: skip
        command = ["scrapy", "crawl", *arguments]
        variables = self.variables() | environment
        process = FORKS.Process(target=_scrapy, args=(command, variables, log, arrange))
        process.start()
        return process

    def call(
        self, *arguments: str, largest_file: int = resource.RLIM_INFINITY
    ) -> "subprocess.CompletedProcess[str]":
        """Call a command of `scrapy`; no file may grow over *largest_file* bytes."""

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

        return subprocess.run(
            self.command(*arguments), env=self.variables(), cwd=PROJECT, preexec_fn=limit,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Begin a crawl and leave it running."""
        command = self.command("crawl", *arguments)
        silent = subprocess.DEVNULL
        return subprocess.Popen(
            command, env=self.variables(), cwd=PROJECT, stdout=silent, stderr=silent
        )

    @staticmethod
    def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("what the test waits for did not come")
            time.sleep(0.02)

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "scrapy", *arguments]

    def variables(self) -> dict[str, str]:
        own = {"DIPLONEWS_SITE": self.origin, "DIPLONEWS_VAR": str(self.var)}
        return os.environ | own | self.environment

    def current(self, feed: str) -> list[dict[str, Any]]:
        return self._lines(f"current/{feed}")

    def changes(self, feed: str) -> list[dict[str, Any]]:
        return self._lines(f"changes/{feed}")

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.var / "feeds/manifest.json").read_text())
        return found

    def _lines(self, folder: str) -> list[dict[str, Any]]:
        files = sorted((self.var / "feeds" / folder).glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def _reports(self) -> set[Path]:
        return set((self.var / "runs").glob("2*.json"))


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
