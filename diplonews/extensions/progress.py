"""Progress: one moving line on a terminal; a line a minute in a schedule's log."""

import logging
import sys
from time import monotonic
from typing import Any, Self

from rich.console import Console
from rich.file_proxy import FileProxy
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from scrapy.utils.asyncio import create_looping_call

logger = logging.getLogger(__name__)

TERMINAL_SECONDS = 0.25
LOG_SECONDS = 60.0


class Progress:
    """Says how far the crawl is: section, pages, articles and pages a minute."""

    def __init__(self, crawler: Crawler, console: Console) -> None:
        assert crawler.stats is not None
        self.stats: StatsCollector = crawler.stats
        self.console = console
        self.live: Live | None = None
        self.sharing: list[logging.StreamHandler[Any]] = []  # log handlers above the line
        self.name = ""
        self.started = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler, Console(stderr=True))
        crawler.signals.connect(extension.opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.closed, signal=signals.engine_stopped)
        return extension

    def opened(self, spider: Any) -> None:
        self.name = spider.name
        self.started = monotonic()
        if self.console.is_terminal:
            self._share_terminal_with_log()
            self.live = Live(self._line(), console=self.console, transient=True)
            self.live.start()
        seconds = TERMINAL_SECONDS if self.live else LOG_SECONDS
        self.loop = create_looping_call(self.tell)
        self.loop.start(seconds, now=False)

    def closed(self) -> None:
        self.loop.stop()
        if self.live:
            self.live.stop()
            for handler in self.sharing:
                handler.setStream(sys.stderr)

    def tell(self) -> None:
        if self.live:
            self.live.update(self._line())
        else:
            logger.info("%s", self._line())

    def _line(self) -> Text:
        pages = self.stats.get_value("response_received_count", 0)
        articles = self.stats.get_value("diplonews/article_count", 0)
        minutes = max(monotonic() - self.started, 1.0) / 60
        return Text(
            f"{self.name}: {pages} pages, {articles} articles, "
            f"{pages / minutes:.0f} pages a minute"
        )

    def _share_terminal_with_log(self) -> None:
        """Let log lines pass above the moving line instead of through it."""
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(FileProxy(self.console, sys.stderr))
                self.sharing.append(handler)
