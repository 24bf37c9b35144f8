"""Captures: every answer is kept as received, before anything reads it."""

from datetime import timedelta

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from diplonews import clock
from diplonews.archive.capture_rewriting import is_to_drop
from diplonews.archive.captures import Captures, CaptureWriter, Received
from diplonews.archive.traces import Traces, TraceSearch
from diplonews.errors import ArchiveError
from diplonews.middlewares.run_middleware import RunMiddleware
from diplonews.refusals import Unkept


class KeepCaptures(RunMiddleware):
    """Keep every answer as received, so that it can be read again without a request.

    It runs after redirects, before unpacking and before Scrapy retries, so each answer is kept
    once, bad ones too. An answer without a body (304) is not kept, nor one that names a forgotten
    article.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.days = crawler.settings.getint("DIPLONEWS_CAPTURE_DAYS")
        self.largest_difference = timedelta(
            seconds=crawler.settings.getint("DIPLONEWS_CLOCK_SECONDS")
        )
        self.writer: CaptureWriter | None = None
        self.forgotten = TraceSearch(Traces())

    def opened(self) -> None:
        super().opened()
        if self.run is not None and self.days > 0:
            started_at = self.run.started_at
            self.writer = CaptureWriter(self.run.captures, self.run.run_id, started_at)
        if self.run is not None:
            self.forgotten = TraceSearch(self.run.archive.forgotten.traces())

    def closed(self) -> None:
        """Remove old files, unless captures are off or the clock cannot be trusted."""
        if self.writer is not None:
            self.writer.close()
        clocks = self.run.clock if self.run else None
        is_sure = (
            clocks and clocks.ahead is not None and not clocks.is_off(self.largest_difference)
        )
        if self.run is not None and is_sure and self.days > 0:
            Captures(self.run.captures).drop(clock.now() - timedelta(days=self.days))

    def process_response(self, request: Request, response: Response) -> Response:
        if self.run is None or self.writer is None or response.status == 304:
            return response
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        links = [request.meta["link"]] if "link" in request.meta else []
        received = Received(
            response.url,
            asked=[*links, *request.meta.get("redirect_urls", [])],
            at=clock.now(),
            status=response.status,
            headers=headers,
            body=response.body,
        )
        if self.forgotten.traces and is_to_drop(received, self.forgotten):
            return response
        try:
            self.writer.write(received)
        except ArchiveError as error:
            self.run.abandon(self.crawler, str(error))
            raise Unkept(str(error)) from error
        return response
