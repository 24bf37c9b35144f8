"""robots.txt: obeyed, kept between runs for a day, with its Crawl-delay."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler
from twisted.internet.defer import Deferred

from diplonews import clock
from diplonews.refusals import (
    ForbiddenByRobots,
    LedAround,
    OffSite,
    RobotsUnknown,
    name_failure,
)
from diplonews.runs.run import Run

logger = logging.getLogger(__name__)

# The longest time that RFC 9309 allows.
KEEP_ROBOTS = timedelta(hours=24)

# A longer Crawl-delay cannot be meant for a crawler that reads some tens of pages.
LONGEST_DELAY = 60.0  # seconds

# RFC 9309, 2.5: at least so much is read.
LARGEST = 500 * 1024  # bytes


class KeptRobots(RobotsTxtMiddleware):
    """Scrapy's middleware, with robots.txt kept between runs for a day, and Crawl-delay.

    It is kept because an unchanged site would otherwise cost two requests. Where it cannot be
    fetched, everything is forbidden (RFC 9309, 2.3.1.4), unless an older one is kept. A redirect
    off the site, or one without an end, counts as no robots.txt: only the site itself may set
    rules. One that is too large to be read forbids everything.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.delay = 0.0
        self.why = ""  # why the last one could not be fetched
        crawler.signals.connect(self.slow_down, signal=signals.request_reached_downloader)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise ForbiddenByRobots("not asked for: robots.txt forbids it") from error

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlsplit(request.url).netloc
        if netloc not in self._parsers:
            kept = self._kept(netloc, KEEP_ROBOTS)
            if kept is not None:
                self._parsers[netloc] = kept
        parser = await super().robot_parser(request)
        if parser is None:
            raise RobotsUnknown(f"not asked for: robots.txt could not be fetched: {self.why}")
        self._heed_delay(parser, request)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status == 429 or response.status >= 500:
            raise OSError(f"expected an answer with status 200, found {response.status}")
        body = response.body[:LARGEST] if response.status == 200 else b""
        if body.lstrip().startswith(b"<"):  # a page, not rules: the old rules stay
            self._answer(netloc, self._kept(netloc) or self._parse(""))
            return
        # An answer that is neither rules nor "there is none" is obeyed, but not kept.
        if response.status in {200, 404, 410}:
            self._keep(netloc, body.decode("utf-8-sig", errors="replace"))
        await super()._parse_robots(response.replace(body=body), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        parser = self._kept(netloc)
        self.why = name_failure(exc)
        if parser is None and isinstance(exc, LedAround | OffSite):
            logger.warning("%s: %s: taken for none", self._url(netloc), exc)
            self._keep(netloc, "")
            parser = self._parse("")
        self._answer(netloc, parser)

    def _answer(self, netloc: str, parser: RobotParser | None) -> None:
        """Give *parser* to the requests that wait for it."""
        waiting = self._parsers[netloc]
        assert isinstance(waiting, Deferred)
        self._parsers[netloc] = parser
        waiting.callback(parser)

    def _url(self, netloc: str) -> str:
        return f"{urlsplit(self.crawler.settings['DIPLONEWS_SITE']).scheme}://{netloc}/robots.txt"

    def _keep(self, netloc: str, text: str) -> None:
        run, text = Run.find(self.crawler), text.replace("\x00", "")
        if run is not None:
            run.archive.validators.note_robots_txt(self._url(netloc), text, clock.now())

    def _kept(self, netloc: str, longest: timedelta | None = None) -> RobotParser | None:
        """Return what was kept at most *longest* ago; without *longest*, at any time."""
        run = Run.find(self.crawler)
        kept = run.archive.validators.robots_txt(self._url(netloc)) if run else None
        if kept is None:
            return None
        if longest is not None and not clock.is_recent(kept.fetched_at, clock.now(), longest):
            return None
        return self._parse(kept.body)

    def _parse(self, body: str) -> RobotParser:
        parser: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body.encode())
        return parser

    def _heed_delay(self, parser: RobotParser, request: Request) -> None:
        agent = request.headers.get("User-Agent") or self._default_useragent
        self.delay = min(parser.crawl_delay(agent) or 0.0, LONGEST_DELAY)

    def slow_down(self, request: Request) -> None:
        """Give the download slot of *request* the site's Crawl-delay, where that is longer."""
        slot = self.crawler.engine.downloader.slots[request.meta["download_slot"]]
        if self.delay > slot.delay:
            slot.delay, slot.jitter = self.delay, 0.0
