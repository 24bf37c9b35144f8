"""A net under the run: every logged exception becomes a trouble of the run.

Scrapy catches exceptions of callbacks, pipelines, middlewares, extensions and signal handlers,
logs them, and goes on. So does asyncio. So the log is the one place with all of them.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from diplonews.runs.run import Run

# Loggers of Scrapy that log an error only where they caught an exception.
CORE = {"scrapy.core.engine", "scrapy.core.scraper", "scrapy.utils.signal"}
# Loggers of Scrapy that say how a request failed: its errback gets that too.
TELLERS = {
    "scrapy.downloadermiddlewares.retry",  # at each attempt, though the next one may succeed
    "scrapy.downloadermiddlewares.robotstxt",
}

# Exceptions of failed requests that are no fault of any code.
FAILURES = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    HttpError,
    IgnoreRequest,
    OSError,
    ResponseDataLossError,
)


class CrashNet(logging.Handler):
    """Notes every exception that is logged during a run in its report."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    def emit(self, record: logging.LogRecord) -> None:
        error = _error_of(record)
        if error is None or (record.name in TELLERS and is_failure(error)):
            return
        self.run.note_crash(error, _url_of(record), "")


@contextmanager
def crash_net(run: Run) -> Iterator[None]:
    """Spread the net as long as the block lasts."""
    net = CrashNet(run)
    # Scrapy logs errors in handling a download's result as INFO.
    engine = logging.getLogger("scrapy.core.engine")
    logging.getLogger().addHandler(net)
    before, engine.level = engine.level, logging.NOTSET
    quiet = _Quiet(before)
    engine.addFilter(quiet)
    try:
        yield
    finally:
        engine.removeFilter(quiet)
        engine.setLevel(before)
        logging.getLogger().removeHandler(net)


class _Quiet(logging.Filter):
    """Lets records from a level on pass, and every record with an exception."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self.level = level

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= self.level or bool(record.exc_info)


def is_failure(error: BaseException) -> bool:
    """Tell whether site or network made a request fail, and no code."""
    return isinstance(error, FAILURES) or type(error).__module__.startswith("twisted.")


def _error_of(record: logging.LogRecord) -> BaseException | None:
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        return record.exc_info[1]
    if not record.name.startswith("scrapy."):
        return None
    # `logs.py` removes some tracebacks; the exception stays among the arguments.
    parts = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    error = next((argument for argument in parts if isinstance(argument, BaseException)), None)
    if error is None and record.name in CORE and record.levelno >= logging.ERROR:
        return RuntimeError(record.getMessage())  # Scrapy does not always log the exception
    return error


def _url_of(record: logging.LogRecord) -> str:
    """Return the URL of the request or item that Scrapy's message is about."""
    about: Any = record.args if isinstance(record.args, dict) else {}
    page = about.get("request") or about.get("item") or ""
    return str(getattr(page, "url", page))
