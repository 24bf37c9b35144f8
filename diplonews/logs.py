"""What Scrapy says of items in the log: where from and why, never their words."""

import logging
from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult

from diplonews.errors import DiplonewsError

ROBOTS = "scrapy.downloadermiddlewares.robotstxt"


class BriefFormatter(LogFormatter):
    """Scrapy's messages without the item in them; an article's body is no log line."""

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


def without_traceback(record: logging.LogRecord) -> bool:
    """Take the traceback off a record that says all in a sentence.

    Of an error of ours, and of a robots.txt that could not be fetched.
    """
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, DiplonewsError):
        record.msg, record.args = "%s", (error,)
    if isinstance(error, DiplonewsError) or record.name == ROBOTS:
        record.exc_info = None
    return True


def quieten() -> None:
    """Leave out what Scrapy says of its own parts at every start; warnings stay."""
    for name in ("scrapy.core.scraper", "scrapy.utils.signal", ROBOTS):
        logging.getLogger(name).addFilter(without_traceback)
    for name in ("addons", "core.engine", "crawler", "extensions", "middleware", "utils.log"):
        logging.getLogger(f"scrapy.{name}").setLevel(logging.WARNING)
