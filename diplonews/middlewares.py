"""Politeness and safety that Scrapy lacks."""

from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.misc import build_from_crawler

from diplonews import site
from diplonews.run import Run

# As long as RFC 9309 lets it be kept.
KEEP_ROBOTS = timedelta(hours=24)


class KeptRobots(RobotsTxtMiddleware):
    """Scrapy's own obedience, with robots.txt kept between runs for a day.

    Otherwise the one request of an unchanged site would be two.
    """

    async def robot_parser(self, request: Request) -> RobotParser | None:
        parts = urlsplit(request.url)
        if parts.netloc not in self._parsers:
            kept = Run.of(self.crawler).archive.validators
            url = f"{parts.scheme}://{parts.netloc}/robots.txt"
            body = kept.robots_txt(url, datetime.now(UTC) - KEEP_ROBOTS)
            if body is not None:
                parser = build_from_crawler(self._parserimpl, self.crawler, body.encode())
                self._parsers[parts.netloc] = parser
        return await super().robot_parser(request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        # What says neither yes nor "there is none" is not kept, only heeded.
        if response.status in {200, 404, 410}:
            body = response.body.decode(errors="replace") if response.status == 200 else ""
            kept = Run.of(self.crawler).archive.validators
            kept.note_robots_txt(response.url, body.replace("\x00", ""), datetime.now(UTC))
        await super()._parse_robots(response, netloc, request)


class StayOnSite:
    """Refuse a redirect to another host, loudly.

    Scrapy's own filter drops the redirected request without a word to whoever asked, so a
    URL would neither be read nor have failed. Standing nearer to the network than the
    redirects, this fails the request that was asked for.
    """

    def __init__(self, domain: str) -> None:
        self.domain = domain

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(site.domain(crawler.settings["DIPLONEWS_SITE"]))

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if not 300 <= response.status < 400 or location is None:
            return response
        target = urljoin(response.url, location.decode("latin-1"))
        if site.domain(target) != self.domain:
            raise IgnoreRequest(f"expected a page of {self.domain}, found a redirect to {target}")
        return response
