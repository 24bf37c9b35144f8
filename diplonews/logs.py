"""The log: one record a line, in UTC. Items show as their address, and foreign text is escaped."""

import logging
import time
from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.settings import BaseSettings

from diplonews.errors import DiplonewsError
from diplonews.printing import printable

ROBOTS = "scrapy.downloadermiddlewares.robotstxt"


class BriefFormatter(LogFormatter):
    """Scrapy's messages with an item's address in place of the item."""

    def scraped(self, item: Any, *args: Any, **kwargs: Any) -> LogFormatterResult:
        return self._brief(super().scraped(item, *args, **kwargs), item)

    def dropped(self, item: Any, *args: Any, **kwargs: Any) -> LogFormatterResult:
        return self._brief(super().dropped(item, *args, **kwargs), item)

    def item_error(self, item: Any, *args: Any, **kwargs: Any) -> LogFormatterResult:
        return self._brief(super().item_error(item, *args, **kwargs), item)

    @staticmethod
    def _brief(result: LogFormatterResult, item: Any) -> LogFormatterResult:
        arguments = result["args"]
        if isinstance(arguments, dict) and "item" in arguments:
            result["args"] = arguments | {"item": getattr(item, "url", type(item).__name__)}
        return result


class CleanFormatter(logging.Formatter):
    """One line a record, whatever it contains; a traceback follows, indented.

    So a line that begins with a time is ours: no URL, header or page can forge one.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = ""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return printable(super().formatMessage(record))

    def formatException(self, exc_info: Any) -> str:  # noqa: N802 - logging's name
        return self._set_in(super().formatException(exc_info))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        return self._set_in(super().formatStack(stack_info))

    @staticmethod
    def _set_in(text: str) -> str:
        return "\n".join(f"    {printable(line)}" for line in text.split("\n"))


class CleanLog:
    """A Scrapy add-on: whatever command runs, its log is written by ``CleanFormatter``."""

    def update_settings(self, _settings: BaseSettings) -> None:
        clean()


def clean() -> None:
    """Give our formatter to all handlers of the root logger."""
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, CleanFormatter):
            handler.setFormatter(CleanFormatter(getattr(handler.formatter, "_fmt", None)))


def without_traceback(record: logging.LogRecord) -> bool:
    """Remove the traceback of a record whose sentence says everything.

    These are our own errors, and a robots.txt that could not be fetched.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, DiplonewsError):
        record.msg, record.args = "%s", (error,)
    if isinstance(error, DiplonewsError) or record.name == ROBOTS:
        record.exc_info = None
    if record.name == ROBOTS:  # the page's request reports it too
        record.levelno, record.levelname = logging.DEBUG, "DEBUG"
    return True


def quieten() -> None:
    """Silence Scrapy's messages on its own parts at every start; warnings stay."""
    clean()
    for name in ("scrapy.core.engine", "scrapy.core.scraper", "scrapy.utils.signal", ROBOTS):
        logging.getLogger(name).addFilter(without_traceback)
    for name in ("addons", "core.engine", "crawler", "extensions", "middleware", "utils.log"):
        logging.getLogger(f"scrapy.{name}").setLevel(logging.WARNING)
    # They warn of a too large answer, and raise an exception with the same words.
    for name in ("downloadermiddlewares.httpcompression", "core.downloader.handlers"):
        logging.getLogger(f"scrapy.{name}").setLevel(logging.ERROR)
