"""A net under the run: every exception that anything logs becomes a trouble of the run.

Scrapy catches what callbacks, pipelines, middlewares, extensions and signal handlers raise,
logs it, and goes on. So does asyncio. What they log is therefore where all of it can be seen.
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

# What of Scrapy logs an error only where an exception was caught.
CORE = {"scrapy.core.engine", "scrapy.core.scraper", "scrapy.utils.signal"}
# What of Scrapy tells, on the way, how a request failed: whoever made it hears of that too.
TELLERS = {
    "scrapy.downloadermiddlewares.retry",  # at each attempt, though the next one may succeed
    "scrapy.downloadermiddlewares.robotstxt",
}

# How a request fails without anybody's code being at fault.
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
    """Note in the report of a run every exception that is logged while it lasts."""

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
    # What Scrapy cannot do with a download's outcome, it logs as mere information.
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
    """Let through records from a level on, and every record with an exception."""

    def __init__(self, level: int) -> None:
        super().__init__()
        self.level = level

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= self.level or bool(record.exc_info)


def is_failure(error: BaseException) -> bool:
    """Tell whether a request failed by what site or network did, and by nobody's code."""
    return isinstance(error, FAILURES) or type(error).__module__.startswith("twisted.")


def _error_of(record: logging.LogRecord) -> BaseException | None:
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        return record.exc_info[1]
    if not record.name.startswith("scrapy."):
        return None
    # `logs.py` takes some tracebacks off the log: the exception is left among the arguments.
    parts = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    error = next((argument for argument in parts if isinstance(argument, BaseException)), None)
    if error is None and record.name in CORE and record.levelno >= logging.ERROR:
        return RuntimeError(record.getMessage())  # Scrapy does not always say which
    return error


def _url_of(record: logging.LogRecord) -> str:
    """Return the URL of the request or item that Scrapy's message is about."""
    about: Any = record.args if isinstance(record.args, dict) else {}
    page = about.get("request") or about.get("item") or ""
    return str(getattr(page, "url", page))
