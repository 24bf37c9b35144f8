"""The run's account in Scrapy: each request gets a ticket when it is made, and later an end.

Scrapy drops some requests and calls no errback: by its off-site filter, its limits of length and
depth, its filter of duplicates, or an exception in a middleware. When nothing is under way, an
open ticket belongs to such a request. It then fails like any other.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from diplonews import clock, site
from diplonews.archive.pending import Wanted
from diplonews.crawling.answers import error_of, is_gone, reason_of
from diplonews.errors import ArchiveError
from diplonews.items import Article
from diplonews.refusals import PageOnHold, RobotsUnknown, SiteOnHold
from diplonews.runs.account import End, Ticket
from diplonews.runs.crashes import is_failure
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

TICKET = "ticket"  # in a request's meta; copied to its retries and redirects

Errback = Callable[[Failure], Any]


class KeepAccount:
    """A spider middleware next to the spider: each request has a ticket before others see it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.requests: dict[Ticket, Request] = {}  # as they were last scheduled
        self.run = Run.find(crawler)
        if self.run is not None:  # `scrapy shell` and others have none
            connect = crawler.signals.connect
            connect(self.scheduled, signal=signals.request_scheduled)
            connect(self.fail_dropped, signal=signals.spider_idle)
            connect(self.callback_crashed, signal=signals.spider_error)
            connect(self.pipeline_crashed, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for made in start:
            if isinstance(made, Request):
                self._open(made)
            yield made

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        async for made in result:
            if isinstance(made, Request):
                self._open(made)
            yield made
        self._close(response.meta.get(TICKET), _end_of(response))

    def scheduled(self, request: Request) -> None:
        """Note a request on its way to the scheduler: a new one, a retry or a redirect."""
        ticket = self._open(request)
        if ticket is not None:
            self.requests[ticket] = request
            if request.url not in ticket.urls:
                ticket.urls.append(request.url)

    def fail_dropped(self) -> None:
        """Fail what is open in the account, once nothing is under way in Scrapy."""
        engine = self.crawler.engine
        assert self.run is not None
        if not engine.spider_is_idle():
            return  # another handler of this signal has made requests
        dropped = [ticket for ticket in self.run.account.open_tickets if ticket in self.requests]
        for ticket in dropped:
            request = self.requests[ticket]
            why = self._why_dropped(request)
            failure = Failure(IgnoreRequest(why))  # type: ignore[no-untyped-call]
            engine.scraper.enqueue_scrape(failure, request)
        if dropped:
            raise DontCloseSpider

    def callback_crashed(self, failure: Failure, response: Response | Failure | None) -> None:
        """Fail the page whose callback or errback crashed, so that its URL waits longer."""
        request = getattr(response, "request", None)
        if isinstance(request, Request):
            self._fail(request, failure)

    def pipeline_crashed(self, item: Any, response: Any, failure: Failure) -> None:
        """Fail the article on which a pipeline crashed, so that its URL waits longer."""
        self.crawler.stats.inc_value("diplonews/lost_article_count")
        request = getattr(response, "request", None)
        if isinstance(request, Request):
            self._fail(request, failure)
        elif isinstance(item, Article):
            self._note_failure(item.url, failure, is_article=True)

    def _open(self, request: Request) -> Ticket | None:
        """Give *request* a ticket and a way to close it, unless it has one."""
        if self.run is None:
            return None
        ticket: Ticket | None = request.meta.get(TICKET)
        if ticket is None:
            ticket = self.run.account.open(request.url)
            self.requests[ticket] = request
            request.meta[TICKET] = ticket
            request.errback = self._told_of(ticket, request.errback)
        return ticket

    def _told_of(self, ticket: Ticket, errback: Errback | None) -> Errback:
        """Return an errback that notes how the request failed, then calls *errback*."""

        def failed(failure: Failure) -> Any:
            assert self.run is not None
            error = error_of(failure)
            if isinstance(error, ArchiveError):
                self._close(ticket, End.LEFT)
                self.run.abandon(self.crawler, str(error))
                return None
            self._close(ticket, end_of(error, ticket.url, self.run))
            if not is_failure(error):
                self.run.note_crash(error, ticket.url, "in a middleware")
            if errback is None:
                self.run.note_trouble(Kind.LISTING, ticket.url, reason_of(failure))
                return None
            return errback(failure)

        return failed

    def _close(self, ticket: Ticket | None, end: End) -> None:
        if ticket is not None and self.run is not None:
            self.run.account.close(ticket, end)
            self.requests.pop(ticket, None)

    def _fail(self, request: Request, failure: Failure) -> None:
        assert self.run is not None
        ticket: Ticket | None = request.meta.get(TICKET)
        if ticket is not None:
            self.run.account.spoil(ticket)
            self.requests.pop(ticket, None)
        wanted = request.cb_kwargs.get("wanted")
        if isinstance(wanted, Wanted):
            self._note_failure(wanted.url, failure, is_article=True)
        else:
            self._note_failure(ticket.url if ticket else request.url, failure, is_article=False)

    def _note_failure(self, url: str, failure: Failure, *, is_article: bool) -> None:
        assert self.run is not None
        error = error_of(failure)
        if isinstance(error, ArchiveError):
            return  # the run stops, and the URL stays as it was
        why = f"expected to read it, found {type(error).__name__}: {error}"
        self.run.note_trouble(Kind.ARTICLE if is_article else Kind.LISTING, url, why)
        self.run.archive.pending.note_failure(url, why, clock.now())

    def _why_dropped(self, request: Request) -> str:
        origin = str(self.crawler.settings["DIPLONEWS_SITE"])
        if not site.is_on(origin, request.url):
            return f"expected a page of {site.domain(origin)}, found {request.url}"
        return "not asked for: Scrapy dropped the request (the log may say why)"


def end_of(error: BaseException, url: str, run: Run) -> End:
    """Return how a request for *url* ended that failed with *error*."""
    if isinstance(error, HttpError):
        return End.GONE if is_gone(error.response, url) else End.FAILED
    if isinstance(error, RobotsUnknown):
        return End.FAILED  # robots.txt could not be fetched: nobody said that this page is closed
    if isinstance(error, IgnoreRequest):
        is_left = run.is_over or isinstance(error, PageOnHold | SiteOnHold)
        return End.LEFT if is_left else End.REFUSED
    return End.FAILED


def _end_of(response: Response) -> End:
    return End.UNCHANGED if response.status == 304 else End.READ
