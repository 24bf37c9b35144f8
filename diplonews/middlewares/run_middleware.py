"""The base of middlewares that work for a run, from its opening to its closing."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler

from diplonews.runs.run import Run


class RunMiddleware:
    """Knows the run of its crawl; ``run`` is ``None`` where there is none (`scrapy shell`)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run: Run | None = None
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def opened(self) -> None:
        """Find the run, when the spider is opened."""
        self.run = Run.find(self.crawler)

    def closed(self) -> None:
        """Do what is left to do when the crawl is over."""
