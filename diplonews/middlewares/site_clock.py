"""Our clock compared with the site's, which every answer tells."""

from datetime import timedelta

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from diplonews import clock
from diplonews.middlewares.run_middleware import RunMiddleware
from diplonews.runs.trouble import Kind


class CompareClocks(RunMiddleware):
    """Notes the site's time for the run; reports once where our clock is far from it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.origin = crawler.settings["DIPLONEWS_SITE"]
        self.largest = timedelta(seconds=crawler.settings.getint("DIPLONEWS_CLOCK_SECONDS"))

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
