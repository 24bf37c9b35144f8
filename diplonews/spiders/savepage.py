"""Asks for one page as politely as a crawl; the captures keep it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from diplonews.crawling.answers import reason_of
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.errors import SettingError
from diplonews.runs.trouble import Kind


class SavePageSpider(RunSpider):
    """Ask for ``-a url=…`` and nothing else."""

    name = "savepage"
    page: Response | None = None  # the answer, once it is there
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "url": ("https://…/", "the page; it is needed")
    }

    @classmethod
    def choose(cls, arguments: Mapping[str, str]) -> Plan:
        if not arguments.get("url"):
            raise SettingError("url: expected the address of a page, found none")
        return Plan(cls.name)

    @property
    def url(self) -> str:
        return self.run.arguments["url"]

    async def begin(self) -> AsyncIterator[Any]:
        yield scrapy.Request(self.url, self.keep, errback=self.failed)

    def keep(self, response: Response) -> None:
        self.logger.info("%s: %s bytes", response.url, len(response.body))
        self.page = response

    def failed(self, failure: Failure) -> None:
        self.run.note_trouble(Kind.LISTING, self.url, reason_of(failure))

    def next_requests(self) -> Sequence[scrapy.Request]:
        return []
