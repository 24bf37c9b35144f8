"""Politeness and safety that Scrapy lacks."""

from typing import Self
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from diplonews import site


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
