"""Only the site is asked: the one place where a request to anywhere else is refused.

The site is a scheme, a host (with and without www) and a port (``diplonews.site``). Every
request comes by here before robots.txt is looked at: links of pages, redirects, retries, and
those that the spiders await.
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
    """Refuse what is off site; ask by the site's own scheme.

    Scrapy's own filter drops a request without a word to whoever asked. A refusal here is
    heard by the request's errback. Holds for every request of a run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.origin = crawler.settings["DIPLONEWS_SITE"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        if Run.find(self.crawler) is None:
            return None  # `scrapy shell`: whoever names the address means it
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
    """Scrapy's redirects; one that leads to no address at all fails like any other page."""

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
        except IgnoreRequest as error:  # its own, when there are too many
            count = len(request.meta.get("redirect_urls", []))
            raise LedAround(f"expected a page, found a redirect after {count} others") from error
