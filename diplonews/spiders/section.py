"""What all section spiders do: walk each category's listing, then read what is pending.

What a run reads is decided by the archive alone: walks put URLs on its pending list, and the
spider takes them off it while it has nothing else to do. So a URL that an earlier run found
and could not read is read by this one, in the same way.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from diplonews import site
from diplonews.errors import SettingError
from diplonews.run import Run
from diplonews.spiders.reading import Reader
from diplonews.spiders.walk import Walk, find


class Plan(NamedTuple):
    """What a run is to do, worked out of its arguments before the first request."""

    section: str  # whose lock it holds
    categories: tuple[site.Category, ...]
    is_backfill: bool


class SectionSpider(scrapy.Spider):
    """Walk the categories of a section and read their new articles.

    ``-a backfill=yes`` walks every listing to its end, which is how a gap is filled by hand;
    the first walk of a category does so by itself.
    """

    argument_names: ClassVar[tuple[str, ...]] = ("backfill",)
    allowed_domains: list[str]

    def __init__(self, run: Run, plan: Plan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run = run
        self.plan = plan
        self.walks: list[Walk] = []

    @classmethod
    def plan_of(cls, arguments: Mapping[str, str]) -> Plan:
        """Return what *arguments* (``-a name=value``) ask for; ``SettingError`` if nonsense."""
        unknown = sorted(set(arguments) - set(cls.argument_names))
        if unknown:
            takes = ", ".join(cls.argument_names)
            raise SettingError(f"unknown argument {unknown[0]!r}; {cls.name} takes {takes}")
        backfill = arguments.get("backfill", "no")
        if backfill not in {"yes", "no"}:
            raise SettingError(f"backfill: expected yes or no, found {backfill!r}")
        section, categories = cls.choose(arguments)
        return Plan(section, categories, backfill == "yes")

    @classmethod
    def choose(cls, arguments: Mapping[str, str]) -> tuple[str, tuple[site.Category, ...]]:
        """Return the section and its categories to walk."""
        return cls.name, site.SECTIONS[cls.name]

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, run: Run | None = None, **arguments: Any
    ) -> Self:
        plan = cls.plan_of(arguments)
        # `scrapy crawl` of ours begins and concludes the run; a script may leave it to us.
        run = run or Run.begin(crawler.settings, plan.section, arguments)
        spider = super().from_crawler(crawler, *args, run=run, plan=plan)
        spider.allowed_domains = [site.domain(crawler.settings["DIPLONEWS_SITE"])]
        crawler.signals.connect(spider.read_pending, signal=signals.spider_idle)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        origin = self.settings["DIPLONEWS_SITE"]
        stats = self.crawler.stats
        assert stats is not None
        self.reader = Reader(self.run, stats)
        self.walks = [
            Walk(category, self.run, origin, stats, is_backfill=self.plan.is_backfill)
            for category in self.plan.categories
        ]
        lost = [walk for walk in self.walks if not walk.address]
        if lost:
            yield find(lost, origin)
        for walk in self.walks:
            if walk.address:
                for request in walk.begin():
                    yield request

    def read_pending(self) -> None:
        """Read on while anything is pending; walks are over when this is first called."""
        requests = self.reader.next_requests([c.slug for c in self.plan.categories])
        assert self.crawler.engine is not None
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
