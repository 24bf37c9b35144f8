"""Politeness and safety that Scrapy lacks."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from diplonews import site
from diplonews.archive.captures import Captures, CaptureWriter
from diplonews.archive.validators import Hold
from diplonews.errors import ArchiveError
from diplonews.runs.run import Run

logger = logging.getLogger(__name__)

# As long as RFC 9309 lets it be kept.
KEEP_ROBOTS = timedelta(hours=24)
EVER = datetime.min.replace(tzinfo=UTC)

# A longer Crawl-delay is not meant for a crawler that reads some tens of pages.
LONGEST_DELAY = 60.0  # seconds

# A shorter Retry-After is waited for within the run; a longer one ends it.
PATIENCE = 30  # seconds
MOST_WAITS = 3  # of one request

# Answers in a row that make a site one that does not answer: three pages, each with Scrapy's
# two retries; one page where it did not answer before.
MOST_FAILURES = 9
MOST_FAILURES_AGAIN = 3

LONGEST_HOLD = timedelta(hours=1)  # of a site that does not answer
LONGEST_REQUESTED_HOLD = timedelta(days=1)  # of one that asks to be left alone


class KeptRobots(RobotsTxtMiddleware):
    """Scrapy's own obedience, with robots.txt kept between runs for a day, and Crawl-delay.

    Otherwise the one request of an unchanged site would be two. One that cannot be fetched
    forbids all (RFC 9309, 2.3.1.4), unless an older one is there to go by.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.delay = 0.0
        crawler.signals.connect(self.slow_down, signal=signals.request_reached_downloader)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlsplit(request.url).netloc
        if netloc not in self._parsers:
            kept = self._kept(netloc, datetime.now(UTC) - KEEP_ROBOTS)
            if kept is not None:
                self._parsers[netloc] = kept
        parser = await super().robot_parser(request)
        if parser is None:
            raise IgnoreRequest("not asked for: robots.txt could not be fetched")
        self._heed_delay(parser, request)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status == 429 or response.status >= 500:
            raise OSError(f"expected an answer with status 200, found {response.status}")
        # What says neither yes nor "there is none" is not kept, only heeded.
        if response.status in {200, 404, 410}:
            body = response.body.decode(errors="replace") if response.status == 200 else ""
            kept = Run.of(self.crawler).archive.validators
            kept.note_robots_txt(self._url(netloc), body.replace("\x00", ""), datetime.now(UTC))
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        waiting = self._parsers[netloc]
        assert isinstance(waiting, Deferred)
        parser = self._kept(netloc, EVER)
        self._parsers[netloc] = parser
        waiting.callback(parser)

    def _url(self, netloc: str) -> str:
        return f"{urlsplit(self.crawler.settings['DIPLONEWS_SITE']).scheme}://{netloc}/robots.txt"

    def _kept(self, netloc: str, since: datetime) -> RobotParser | None:
        kept = Run.of(self.crawler).archive.validators
        body = kept.robots_txt(self._url(netloc), since)
        return None if body is None else self._parse(body)

    def _parse(self, body: str) -> RobotParser:
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body.encode())
        return parser

    def _heed_delay(self, parser: RobotParser, request: Request) -> None:
        agent = request.headers.get("User-Agent") or self._default_useragent
        self.delay = min(parser.crawl_delay(agent) or 0.0, LONGEST_DELAY)

    def slow_down(self, request: Request) -> None:
        """Give the download slot of *request* the site's own delay, where that is longer."""
        assert self.crawler.engine is not None
        slot = self.crawler.engine.downloader.slots[request.meta["download_slot"]]
        if self.delay > slot.delay:
            slot.delay, slot.jitter = self.delay, 0.0


class Patience:
    """Leave a site alone that asks for it (Retry-After) or does not answer.

    For a while, the run waits; for longer, it ends, and runs until then ask for nothing. A
    site that is down for a day is asked for one page an hour.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.origin = crawler.settings["DIPLONEWS_SITE"]
        self.shortest = timedelta(seconds=crawler.settings.getint("DIPLONEWS_HOLD_SECONDS"))
        self.failures = 0  # in a row
        self.has_answered = False
        self.why = ""  # of the last failure
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def opened(self) -> None:
        self.run = Run.of(self.crawler)
        self.before = None
        if self.run.is_rereading:
            return  # it asks for nothing, least of all of a site that is down
        self.before = self.run.archive.validators.hold(self.origin)
        if self.before is not None and self.before.until > datetime.now(UTC) and self.shortest:
            self.run.leave_alone(self.origin, self.before)

    def closed(self) -> None:
        """Leave a site alone that answered nothing, however little it was asked."""
        if self.failures and not self.has_answered:
            self._hold_for_silence()

    def process_request(self, request: Request) -> None:
        if self.run.hold is not None:
            raise IgnoreRequest(f"not asked for: {self.run.hold.why}")

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in {429, *range(500, 600)}:
            self._answered()
            return response
        asked = retry_after(response, datetime.now(UTC))
        if asked is None:
            self._failed(f"{request.url} answered {response.status}")
        elif asked <= PATIENCE and request.meta.get("waits", 0) < MOST_WAITS:
            return await self._wait(request, asked)
        else:
            wait = min(timedelta(seconds=asked), LONGEST_REQUESTED_HOLD)
            self._hold(wait, f"{request.url} asks to come back after {asked} seconds")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest):
            self._failed(f"{request.url}: {type(exception).__name__}: {exception}")

    async def _wait(self, request: Request, seconds: int) -> Request:
        logger.info("%s asks to come back after %s seconds: waiting", request.url, seconds)
        assert self.crawler.engine is not None
        self.crawler.engine.pause()
        await asyncio.sleep(seconds)
        self.crawler.engine.unpause()
        waits = request.meta.get("waits", 0) + 1
        return request.replace(meta=request.meta | {"waits": waits}, dont_filter=True)

    def _answered(self) -> None:
        self.failures = 0
        self.has_answered = True
        if self.before is not None:
            self.before = None
            self.run.archive.validators.note_hold(self.origin, None)

    def _failed(self, why: str) -> None:
        self.failures += 1
        self.why = why
        if self.failures >= (MOST_FAILURES_AGAIN if self.before else MOST_FAILURES):
            self._hold_for_silence()

    def _hold_for_silence(self) -> None:
        times = self.before.times if self.before else 0
        self._hold(min(self.shortest * int(2 ** min(times, 20)), LONGEST_HOLD), self.why)

    def _hold(self, wait: timedelta, why: str) -> None:
        if self.run.hold is not None or not self.shortest:
            return
        times = self.before.times + 1 if self.before else 1
        hold = Hold(times, datetime.now(UTC) + wait, why)
        self.run.archive.validators.note_hold(self.origin, hold)
        self.run.leave_alone(self.origin, hold)


class KeepCaptures:
    """Keep every answer as it came, so that it can be read again without asking.

    Behind unpacking and redirects, before Scrapy retries: each answer once, bad ones too. Not
    an answer without a body (304), which says what an older capture says.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.days = crawler.settings.getint("DIPLONEWS_CAPTURE_DAYS")
        self.writer: CaptureWriter | None = None
        crawler.signals.connect(self.opened, signal=signals.spider_opened)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def opened(self) -> None:
        self.run = Run.of(self.crawler)
        if self.days > 0:
            started_at = self.run.started_at
            self.writer = CaptureWriter(self.run.captures, self.run.run_id, started_at)

    def closed(self) -> None:
        if self.writer is not None:
            self.writer.close()
        if self.days > 0:  # 0 keeps nothing new, and takes nothing away
            Captures(self.run.captures).drop(datetime.now(UTC) - timedelta(days=self.days))

    def process_response(self, request: Request, response: Response) -> Response:
        if self.writer is None or response.status == 304:
            return response
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        try:
            self.writer.write(
                response.url,
                asked=request.meta.get("redirect_urls", []),
                at=datetime.now(UTC),
                status=response.status,
                headers=headers,
                body=response.body,
            )
        except ArchiveError as error:
            self.run.abandon(self.crawler, str(error))
            raise IgnoreRequest(str(error)) from error
        return response


class StayOnSite:
    """Refuse a redirect to another host, loudly.

    Scrapy's own filter drops the redirected request without a word to whoever asked, so a
    URL would neither be read nor have failed. Standing nearer to the network than the
    redirects, this fails the request that was asked for.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings["DIPLONEWS_SITE"])

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if not 300 <= response.status < 400 or location is None:
            return response
        target = urljoin(response.url, location.decode("latin-1"))
        if not site.is_on(self.origin, target):
            wanted = site.domain(self.origin)
            raise IgnoreRequest(f"expected a page of {wanted}, found a redirect to {target}")
        return response


def retry_after(response: Response, now: datetime) -> int | None:
    """Return the seconds that an answer asks to wait; ``None`` where it says nothing of use.

    RFC 9110, 10.2.3: a number of seconds, or a date.
    """
    told = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if told.isdecimal() and len(told) < 10:
        return int(told)
    try:
        when = parsedate_to_datetime(told)
    except ValueError:
        return None
    if when.tzinfo is None:  # "-0000" is how some write UTC
        when = when.replace(tzinfo=UTC)
    return max(0, int((when - now).total_seconds()))
