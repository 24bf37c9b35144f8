"""Our clock against the site's: every answer says what time it is there."""

from datetime import timedelta
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from diplonews import clock
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind


class CompareClocks:
    """Note the site's time for the run; tell once where ours is far from it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.origin = crawler.settings["DIPLONEWS_SITE"]
        self.run: Run | None = None
        self.largest = timedelta(seconds=crawler.settings.getint("DIPLONEWS_CLOCK_SECONDS"))
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def opened(self) -> None:
        self.run = Run.find(self.crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if self.run is None:
            return response
        date, age = (
            (response.headers.get(name) or b"").decode("latin-1") for name in ("Date", "Age")
        )
        self.run.clock.note(date, age, clock.now())
        return response

    def closed(self) -> None:
        ahead = self.run.clock.ahead if self.run else None
        if self.run is None or ahead is None or not self.run.clock.is_off(self.largest):
            return
        way = "behind" if ahead > timedelta(0) else "ahead of"
        self.run.note_trouble(
            Kind.CLOCK,
            self.origin,
            f"expected our clock and the site's to differ by {self.largest} at most, found ours "
            f"{abs(timedelta(seconds=round(ahead.total_seconds())))} {way} it: set this "
            f"machine's clock (or DIPLONEWS_CLOCK_SECONDS, if the site's is wrong)",
        )
