"""Processes of this machine that work for a run, and end with it.

They are spawned and not forked: a fork of a process with threads may wait for ever. They need
nothing of the program that started the run, so a script needs no guard around its beginning.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from types import ModuleType
from typing import Any

from diplonews import last_words, streams

# A terminal or a service manager sends these to all processes of a run. The run itself ends its
# workers, when it has taken what they give back.
OF_THE_RUN = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}


class Processes:
    """Workers that are processes of this machine."""

    see_our_files = True

    def __init__(self, count: int) -> None:
        """Prepare *count* processes; ``OSError`` where the system refuses what they need."""
        self.count = count
        self._others = set(active_children())
        self._executor = self._begin()

    def _begin(self) -> Executor:
        return ProcessPoolExecutor(self.count, get_context("spawn"), initializer=begin_work)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        with _without_main(), _deaf():  # a process begins when there is work for it
            return self._executor.submit(function, *arguments)

    def restart(self) -> None:
        self.close()
        self._executor = self._begin()

    def close(self) -> None:
        for process in set(active_children()) - self._others:
            process.kill()  # what is under way is not waited for
        self._executor.shutdown(wait=True, cancel_futures=True)


def begin_work() -> None:
    """Prepare a process to work: what it prints is clean, and it ends with its run."""
    streams.open_closed()
    last_words.install()
    logging.getLogger().addHandler(logging.NullHandler())  # what it logs, the run logs itself
    logging.getLogger().setLevel(logging.INFO)  # as the run's own is, unless it is told otherwise
    threading.Thread(target=_end_with_run, daemon=True).start()


def _end_with_run() -> None:
    run = parent_process()
    if run is not None:
        wait([run.sentinel])
        os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Have signals wait; a process that begins meanwhile hears none of them, all its life."""
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_RUN)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep a new process from importing the program that started the run."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
