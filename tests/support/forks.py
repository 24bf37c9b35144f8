"""The command line in forks of a process that has imported what it needs (warm.py).

Two thirds of a small crawl's time would go into imports. A fork knows none of our settings yet:
they come from the environment that it is given.
"""

import importlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from tests.support.mishaps import nothing

PROJECT = Path(__file__).parents[2]
LONGEST_SECONDS = 300
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.support.warm"])

Output = Path | tuple[Connection, Connection]  # a file for all that is printed, or two pipes


def _scrapy(
    command: list[str], environment: dict[str, str], output: Output, arrange: Callable[[], None]
) -> None:
    """Be `scrapy` for one command, in a process of its own that is *arranged* before."""
    # The server of forks passes over what it cannot import: it would only be slow, silently.
    importlib.import_module("tests.support.warm")
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    if isinstance(output, Path):
        with output.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
    else:
        for connection, descriptor in zip(output, (1, 2), strict=True):
            os.dup2(connection.fileno(), descriptor)
            connection.close()
    sys.argv = command
    arrange()
    from scrapy.cmdline import execute

    execute(command)


class Forked:
    """One `scrapy` that runs, with the methods of a ``Popen`` that tests need."""

    def __init__(
        self, arguments: Sequence[str], environment: dict[str, str], output: Output,
        arrange: Callable[[], None] = nothing,
    ) -> None:  # fmt: skip
        self.arguments = ["scrapy", *arguments]
        call = (self.arguments, environment, output, arrange)
        self.process = FORKS.Process(target=_scrapy, args=call)
        self.process.start()

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def poll(self) -> int | None:
        """Return the exit status, or ``None`` while the process runs."""
        return self.process.exitcode

    def wait(self, seconds: float = LONGEST_SECONDS) -> int:
        """Return the exit status. Kills what does not end in time, and raises then."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise TimeoutError(f"{' '.join(self.arguments)} did not end in {seconds} s")
        return self.process.exitcode

    def send_signal(self, sign: int) -> None:
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(self.pid, sign)

    def kill(self) -> None:
        self.process.kill()  # which does nothing to one that has ended


def call_scrapy(
    arguments: Sequence[str], environment: dict[str, str], arrange: Callable[[], None] = nothing
) -> "subprocess.CompletedProcess[str]":
    """Call `scrapy` and return what it printed, on each of the two outputs."""
    readers, writers = zip(*(FORKS.Pipe(duplex=False) for _ in range(2)), strict=True)
    forked = Forked(arguments, environment, writers, arrange)
    for writer in writers:
        writer.close()
    printed = ["", ""]

    def read(which: int) -> None:
        with os.fdopen(os.dup(readers[which].fileno()), "r", errors="surrogateescape") as file:
            printed[which] = file.read()
        readers[which].close()

    threads = [Thread(target=read, args=[which]) for which in range(2)]
    for thread in threads:
        thread.start()
    status = forked.wait()
    for thread in threads:
        thread.join()
    return subprocess.CompletedProcess(forked.arguments, status, *printed)
