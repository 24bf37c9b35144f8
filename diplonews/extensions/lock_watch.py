"""A lost lock ends the run: another run of the section may have begun."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThread

from diplonews.runs.run import Run

INTERVAL = 5  # seconds


class LockWatch:
    """Checks the run's lock every few seconds, in a thread, because the network may hang."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.loop = LoopingCall(self.check)
        crawler.signals.connect(self.begin, signal=signals.spider_opened)
        crawler.signals.connect(self.end, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def begin(self) -> None:
        self.run = getattr(self.crawler.spider, "run", None)
        if isinstance(self.run, Run):
            self.loop.start(INTERVAL, now=False)

    def check(self) -> "Deferred[None]":
        assert isinstance(self.run, Run)
        return deferToThread(self.run.lock.is_lost).addCallback(self.stop_where_lost)

    def stop_where_lost(self, is_lost: bool) -> None:
        if is_lost and self.run is not None and self.loop.running:
            self.loop.stop()
            self.run.lose_lock(self.crawler)

    def end(self) -> None:
        if self.loop.running:
            self.loop.stop()
