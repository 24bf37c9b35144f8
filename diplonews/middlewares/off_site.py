"""Requests go to the site alone: others are refused here, and only here.

The site is a scheme, a host (with or without www) and a port (``diplonews.site``). Every request
passes here before robots.txt is read: links, redirects, retries, and awaited requests.
"""

from typing import Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from diplonews import site
from diplonews.refusals import LedAround, OffSite
from diplonews.runs.run import Run


class StayOnSite:
    """Refuses requests off site; sends others by the site's own scheme.

    Scrapy's own filter drops a request and calls no errback. A refusal here calls it, for every
    request of a run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.origin = crawler.settings["DIPLONEWS_SITE"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        if Run.find(self.crawler) is None:
            return None  # `scrapy shell`: a person typed the address
        address = site.address_on(self.origin, request.url)
        is_redirected = bool(request.meta.get("redirect_urls"))
        if not address or (is_redirected and address != request.url):
            way = "a redirect" if is_redirected else "a link"
            is_other = site.domain(request.url) != site.domain(self.origin)
            place = site.domain(self.origin) if is_other else self.origin
            raise OffSite(f"expected a page of {place}, found {way} to {request.url}")
        if address == request.url:
            return None
        meta = request.meta | {"link": request.url}
        return request.replace(url=address, meta=meta, dont_filter=True)


class Redirects(RedirectMiddleware):
    """Scrapy's redirects; one without a valid address fails like any other page."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except ValueError as error:  # "http://[", or a port of eight digits
            place = (response.headers.get("Location") or b"").decode("latin-1")
            raise OffSite(
                f"expected a page of the site, found a redirect to {place}: {error}"
            ) from error
        except IgnoreRequest as error:  # Scrapy's own, after too many
            count = len(request.meta.get("redirect_urls", []))
            raise LedAround(f"expected a page, found a redirect after {count} others") from error
