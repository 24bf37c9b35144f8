"""Progress: one moving line on a terminal, or a line a minute in a log."""

import logging
import sys
from time import monotonic
from typing import Any, NamedTuple, Self

from rich.console import Console, RenderableType
from rich.file_proxy import FileProxy
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from diplonews.errors import DiplonewsError
from diplonews.runs.run import Run

logger = logging.getLogger(__name__)

TERMINAL_SECONDS = 1.0
LOG_SECONDS = 60.0
BAR_WIDTH = 20  # columns; less where the terminal has less
SHORTEST_BAR = 4


class Count(NamedTuple):
    """How far a run is."""

    read: int = 0  # answered requests, whatever the answer
    pending: int = 0  # waiting pages that the run has found so far
    seconds: float = 1.0  # since it began

    @property
    def rate(self) -> float:
        """Pages a minute."""
        return self.read / max(self.seconds, 1.0) * 60

    @property
    def seconds_left(self) -> float | None:
        """How long the pending URLs take at this rate; ``None`` where that is unknown."""
        return self.pending / self.rate * 60 if self.read and self.pending else None


def sentence(count: Count) -> str:
    """Return what the line says.

    >>> sentence(Count(34, 51, 85.0))
    '34 pages read, 51 pending, 24/min, 2 min left'
    >>> sentence(Count(1, 0, 1.0))
    '1 page read, 0 pending, 60/min'
    """
    pages = "page" if count.read == 1 else "pages"
    rate = f"{count.rate:.0f}" if count.rate >= 10 or not count.read else f"{count.rate:.1f}"
    parts = [f"{count.read} {pages} read", f"{count.pending} pending", f"{rate}/min"]
    if count.seconds_left is not None:
        parts.append(f"{duration(count.seconds_left)} left")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Return a stretch of time in short.

    >>> duration(9.4), duration(125), duration(7500)
    ('9 s', '2 min', '2 h 05 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


class Progress:
    """Says how far the crawl is: pages read and pending, pages a minute, time left."""

    def __init__(self, crawler: Crawler, console: Console) -> None:
        self.crawler = crawler
        self.console = console
        self.live: Live | None = None
        self.sharing: list[logging.StreamHandler[Any]] = []  # log handlers above the line
        self.count = Count()
        self.started = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler, Console(stderr=True))
        crawler.signals.connect(extension.opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.closed, signal=signals.engine_stopped)
        return extension

    def opened(self) -> None:
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
        self.count = self._counted()
        if self.live:
            self.live.update(self._line())
        else:
            logger.info("%s: %s", self._name, sentence(self.count))

    @property
    def _name(self) -> str:
        return self.crawler.spider.name if self.crawler.spider else ""

    def _counted(self) -> Count:
        run = Run.find(self.crawler)
        spider: Any = self.crawler.spider
        seconds = monotonic() - self.started
        if run is None or self.crawler.stats is None:
            return Count(seconds=seconds)
        if run.is_rereading:  # it makes no requests; its pages are the articles read
            return Count(self.crawler.stats.get_value("diplonews/article_count", 0), 0, seconds)
        try:
            waiting = spider.count_waiting()
        except DiplonewsError:  # no archive: the next write reports that
            return self.count
        under_way = len(run.account.open_tickets)
        return Count(run.account.opened - under_way, under_way + waiting, seconds)

    def _line(self) -> RenderableType:
        text = Text(f"{self._name} {sentence(self.count)}", no_wrap=True, overflow="ellipsis")
        width = min(BAR_WIDTH, self.console.width - text.cell_len - 1)
        if width < SHORTEST_BAR:
            return text
        line = Table.grid(padding=(0, 1))
        total = self.count.read + self.count.pending
        bar = ProgressBar(total=max(total, 1), completed=self.count.read, width=width)
        line.add_row(self._name, bar, sentence(self.count))
        return line

    def _share_terminal_with_log(self) -> None:
        """Let log lines pass above the moving line instead of through it."""
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                handler.setStream(FileProxy(self.console, sys.stderr))
                self.sharing.append(handler)
