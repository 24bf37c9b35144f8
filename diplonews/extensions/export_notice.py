"""A warning that Scrapy's export (``-O``, ``-o``) will not have all articles."""

import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from diplonews.runs.run import Run

logger = logging.getLogger(__name__)


class ExportNotice:
    """Warns at the start: articles of earlier runs are in our feeds, but not in the export."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.warn, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def warn(self) -> None:
        run = Run.find(self.crawler)
        exports = self.crawler.settings.getdict("FEEDS")
        if run is None or not exports or run.archive.articles.is_empty():
            return
        logger.warning(
            "%s: this gets only the articles that this run reads, and earlier runs have read "
            "others. All of them are in %s",
            ", ".join(map(str, exports)),
            run.var / "feeds" / "current",
        )
