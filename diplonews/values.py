"""Values of an article one by one: where one fails, only this value is lost.

Analysts prefer an article without tags to no article. A lost value is a trouble of the run, with a
traceback, since the error is unexpected.
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, Self, TypeVar

from scrapy.crawler import Crawler

from diplonews.items import Article
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

Value = TypeVar("Value")

# Lone surrogates, which JSON can spell (`"\ud800"`) and UTF-8 cannot.
SURROGATE = re.compile("[\ud800-\udfff]")
LARGEST = 2**63  # of numbers, in both databases


class ValueByValue:
    """A pipeline that computes values one by one."""

    def __init__(self, crawler: Crawler | None = None) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def work_out(
        self, article: Article, name: str, function: Callable[[], Value], otherwise: Value
    ) -> Value:
        """Return the result of *function*, or *otherwise* where it raises an unexpected error."""
        try:
            return function()
        except Exception as error:
            run = Run.find(self.crawler) if self.crawler is not None else None
            if self.crawler is None or run is None:  # there is no report for it
                raise
            why = f"kept without {name}: {type(error).__name__}: {error}"
            run.note_trouble(Kind.VALUE, article.url, why, error)
            if self.crawler.stats is not None:
                self.crawler.stats.inc_value(f"diplonews/{name}/unreadable")
            return otherwise


def storable(value: Any) -> Any:
    """Return *value* as UTF-8, JSON and databases can store it: changed in place, or new.

    >>> storable(["talks" + chr(0xD83D), 2**70, 7]) == ["talks" + chr(0xFFFD), None, 7]
    True
    """
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, int) and not -LARGEST <= value < LARGEST:
        return None
    if isinstance(value, list):
        value[:] = map(storable, value)
    elif isinstance(value, dict):
        return {storable(key): storable(of_key) for key, of_key in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            setattr(value, field.name, storable(getattr(value, field.name)))
    return value
