"""Uncaught exceptions and failures of the log, printed to stderr by us, not by Python.

As in the log, no line can steer a terminal, forge a line or show a password. A log that cannot be
written, on a full disk, is reported once and breaks no run.
"""

import atexit
import logging
import os
import sys
import threading
from contextlib import suppress
from traceback import format_exception
from types import TracebackType

from twisted.logger import globalLogBeginner

from diplonews.printing import printable

# Failures of the log that were reported already: a full disk refuses every line.
TELLINGS: set[tuple[str, str]] = set()


def install() -> None:
    """Replace the hooks of Python and ``logging`` by ours.

    A hook that others have taken, such as a test runner's, stays.
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = tell_uncaught
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = tell_unraisable
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = tell_of_thread
    atexit.register(give_up_full_stderr)
    # Until an observer begins, Twisted prints critical events. Scrapy passes them to ``logging``.
    globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)
    # Scrapy makes new handlers several times; these methods are for all of them.
    logging.Handler.handleError = tell_unlogged  # type: ignore[assignment, method-assign]
    logging.FileHandler.close = close_log  # type: ignore[assignment, method-assign]


def tell_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Print the traceback of *error*, which ends the process; the place of ``sys.excepthook``."""
    lines = "".join(format_exception(kind, error, traceback)).rstrip("\n").split("\n")
    _print(lines[0])
    for line in lines[1:]:
        _print(f"    {line}")  # indented: a line that begins with a time is the log's


def tell_unraisable(event: "sys.UnraisableHookArgs") -> None:
    """Print an exception that cannot be caught, such as in an object's deletion."""
    _print(f"{event.err_msg or 'Exception ignored in'}: {type(event.object).__name__}")
    if event.exc_value is not None:
        tell_uncaught(event.exc_type, event.exc_value, event.exc_traceback)


def tell_of_thread(event: threading.ExceptHookArgs) -> None:
    """Print the exception that ended a thread."""
    name = event.thread.name if event.thread else "which is gone"
    _print(f"Exception in thread {name}:")
    if event.exc_value is not None:
        tell_uncaught(event.exc_type, event.exc_value, event.exc_traceback)


def tell_unlogged(handler: logging.Handler, record: logging.LogRecord) -> None:
    """Report, once for each cause, that a record could not be logged."""
    error = sys.exc_info()[1]
    if isinstance(error, OSError):
        _tell_unwritten(handler, error)
        return
    place = f"{record.pathname}:{record.lineno}"
    if (place, "") not in TELLINGS:
        TELLINGS.add((place, ""))
        _print(f"{place}: a message could not be logged: {type(error).__name__}: {error}")


_close = logging.FileHandler.close


def close_log(handler: logging.FileHandler) -> None:
    """Close a log's file, even where its last lines cannot be written."""
    try:
        _close(handler)
    except OSError as error:
        _tell_unwritten(handler, error)
        with suppress(OSError):
            _close(handler)  # its stream is gone; this only unregisters the handler


def _tell_unwritten(handler: logging.Handler, error: OSError) -> None:
    path = getattr(handler, "baseFilename", "")
    why = error.strerror or type(error).__name__
    if path and (path, why) not in TELLINGS:  # without a path, stderr itself is full
        TELLINGS.add((path, why))
        _print(f"{path}: could not be written: {why}. The run goes on without this log")


def give_up_full_stderr() -> None:
    """Drop what stderr could not take. Else Python ends with status 120, however the run was."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stderr.fileno())
            sys.stderr.flush()


def _print(line: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # nothing is left to print to
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()
