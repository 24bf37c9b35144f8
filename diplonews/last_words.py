"""What Python prints to stderr by itself: exceptions that nobody caught, a log that fails.

It is for people like the log: no line of it can steer a terminal, forge a line or show a
password. A log that cannot be written (its disk is full) is reported once, and breaks no run.
"""

import logging
import sys
import threading
from contextlib import suppress
from traceback import format_exception
from types import TracebackType

from twisted.logger import globalLogBeginner

from diplonews.printing import printable

# What was reported already of the log: a full disk refuses each of its lines.
TELLINGS: set[tuple[str, str]] = set()


def install() -> None:
    """Say in our way what Python and ``logging`` would say in theirs.

    Not where somebody else has taken such a hook, as a runner of tests has.
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = tell_uncaught
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = tell_unraisable
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = tell_of_thread
    # Until a first one begins, Twisted prints what is critical. Scrapy hands it to ``logging``.
    globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)
    # Scrapy makes new handlers several times: each of them has these.
    logging.Handler.handleError = tell_unlogged  # type: ignore[assignment, method-assign]
    logging.FileHandler.close = close_log  # type: ignore[assignment, method-assign]


def tell_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Print the traceback of *error*, which ends the process; the place of ``sys.excepthook``."""
    lines = "".join(format_exception(kind, error, traceback)).rstrip("\n").split("\n")
    _print(lines[0])
    for line in lines[1:]:
        _print(f"    {line}")  # set in: a line that begins with a time is the log's


def tell_unraisable(event: "sys.UnraisableHookArgs") -> None:
    """Print what was raised where nobody can catch it, as while an object is thrown away."""
    _print(f"{event.err_msg or 'Exception ignored in'}: {type(event.object).__name__}")
    if event.exc_value is not None:
        tell_uncaught(event.exc_type, event.exc_value, event.exc_traceback)


def tell_of_thread(event: threading.ExceptHookArgs) -> None:
    """Print what ended a thread."""
    name = event.thread.name if event.thread else "which is gone"
    _print(f"Exception in thread {name}:")
    if event.exc_value is not None:
        tell_uncaught(event.exc_type, event.exc_value, event.exc_traceback)


def tell_unlogged(handler: logging.Handler, record: logging.LogRecord) -> None:
    """Tell, once for each cause, that a record could not be logged."""
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
    """Close the file of a log, also where its last lines cannot be written."""
    try:
        _close(handler)
    except OSError as error:
        _tell_unwritten(handler, error)
        with suppress(OSError):
            _close(handler)  # the stream is gone from it: what is left is to forget the handler


def _tell_unwritten(handler: logging.Handler, error: OSError) -> None:
    path = getattr(handler, "baseFilename", "")
    why = error.strerror or type(error).__name__
    if path and (path, why) not in TELLINGS:  # without a path, it is stderr itself that is full
        TELLINGS.add((path, why))
        _print(f"{path}: could not be written: {why}. The run goes on without this log")


def _print(line: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # there is nowhere left to say it
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()
