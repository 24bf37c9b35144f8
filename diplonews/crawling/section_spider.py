"""What all section spiders do: ask the probe, walk, read what is pending."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler

from diplonews import clock, site
from diplonews.archive.validators import Look
from diplonews.crawling.gate import Gate
from diplonews.crawling.listing_search import find
from diplonews.crawling.probe import Probe, Seen, is_touched
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.crawling.walk import Surroundings, Walk
from diplonews.crawling.walk_limits import WalkLimits
from diplonews.errors import SettingError
from diplonews.runs.run import Run


class SectionSpider(RunSpider):
    """Walk the categories of a section and read their new articles.

    ``-a backfill=yes`` walks every listing to its end: so a person fills a gap. The first walk of
    a category goes to the end by itself.
    """

    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "backfill": ("yes", "walk every listing to its end, to fill a gap")
    }

    def __init__(self, run: Run | None, plan: Plan, **kwargs: Any) -> None:
        super().__init__(run, plan, **kwargs)
        self.look: tuple[str, Look] | None = None  # address, and what the probe saw there
        self.slugs = [category.slug for category in plan.categories]

    @classmethod
    def choose(cls, arguments: Mapping[str, str]) -> Plan:
        backfill = arguments.get("backfill", "no")
        if backfill not in {"yes", "no"}:
            raise SettingError(f"backfill: expected yes or no, found {backfill!r}")
        section, categories = cls.choose_categories(arguments)
        return Plan(section, categories, backfill == "yes")

    @classmethod
    def choose_categories(
        cls, arguments: Mapping[str, str]
    ) -> tuple[str, tuple[site.Category, ...]]:
        """Return the section and its categories to walk."""
        return cls.name, site.SECTIONS[cls.name]

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, run: Run | None = None, **arguments: Any
    ) -> Self:
        spider = super().from_crawler(crawler, *args, run=run, **arguments)
        if run is not None:
            crawler.signals.connect(spider.keep_look, signal=signals.spider_closed)
        return spider

    async def begin(self) -> AsyncIterator[Any]:
        self.gate = Gate(self.settings.getint("DIPLONEWS_WALK_STRETCH"))
        self.limits = WalkLimits.read(self.settings)
        if not self.plan.is_whole:
            for request in self._begin(self._walks(frozenset())):
                yield request
            return
        seconds = self.settings.getint("DIPLONEWS_LOOK_SECONDS")
        probe = Probe(self.run, self.origin, self.asker, seconds)
        seen = await probe.ask()
        if seen.look is not None:
            self.look = (probe.url, seen.look)
        self.logger.info("%s", seen.why)
        self.run.archive.pending.want_again(seen.edited, self.slugs, clock.now())
        for request in self._begin(self._wanted(seen)):
            yield request

    def _walks(self, in_rss: frozenset[str]) -> list[Walk]:
        stats, is_backfill = self.crawler.stats, self.plan.is_backfill
        surroundings = Surroundings(
            self.origin, self.themes, self.gate, self.limits, is_backfill, in_rss
        )
        return [Walk(category, self.run, stats, surroundings) for category in self.plan.categories]

    def _wanted(self, seen: Seen) -> list[Walk]:
        """Return walks of categories that changed, or whose last walk was not sound."""
        is_last_walk_sound = self.run.archive.walks.is_last_walk_sound
        return [
            walk
            for walk in self._walks(seen.in_rss)
            if self.plan.is_backfill
            or not is_last_walk_sound(walk.category.slug)
            or (not seen.is_unchanged and is_touched(walk.category, seen))
        ]

    def _begin(self, walks: Sequence[Walk]) -> Iterator[scrapy.Request]:
        lost = [walk for walk in walks if not walk.address]
        if lost:
            yield find(lost, self.origin, self.limits.tries)
        for walk in walks:
            if walk.address:
                yield from walk.begin()

    def next_requests(self) -> Sequence[scrapy.Request]:
        """Return requests for what is pending; when that is read, for further listing pages."""
        return self.pending_articles.next_requests(self.slugs) or self.gate.open()

    def count_waiting(self) -> int:
        return self._count_due(self.slugs)

    def keep_look(self, reason: str) -> None:
        """Keep what the probe saw, last of all and only if every walk was sound."""
        if self.look is None or reason != "finished" or self.run.unwritten:
            return
        if self.run.has_crashed or not all(
            map(self.run.archive.walks.is_last_walk_sound, self.slugs)
        ):
            return
        url, look = self.look
        self.run.archive.validators.note_look(self.run.section, url, look)
