"""What all section spiders do: ask whether anything changed, walk, read what is pending."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler

from diplonews import site
from diplonews.crawling.probe import Probe, Seen, is_touched
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.crawling.walk import Walk, find
from diplonews.errors import SettingError
from diplonews.runs.run import Run


class SectionSpider(RunSpider):
    """Walk the categories of a section and read their new articles.

    ``-a backfill=yes`` walks every listing to its end, which is how a gap is filled by hand;
    the first walk of a category does so by itself.
    """

    argument_names: ClassVar[tuple[str, ...]] = ("backfill",)

    def __init__(self, run: Run, plan: Plan, **kwargs: Any) -> None:
        super().__init__(run, plan, **kwargs)
        self.walks: list[Walk] = []
        self.probe: Probe | None = None
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
        crawler.signals.connect(spider.keep_look, signal=signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        stats = self.crawler.stats
        assert stats is not None
        self.walks = [
            Walk(
                category,
                self.run,
                self.origin,
                stats,
                is_backfill=self.plan.is_backfill,
                themes=self.themes,
            )
            for category in self.plan.categories
        ]
        if self.plan.is_whole:
            seconds = self.settings.getint("DIPLONEWS_LOOK_SECONDS")
            self.probe = Probe(self.run, self.origin, self.walk, seconds)
            yield self.probe.request()
            return
        for request in self._begin(self.walks):
            yield request

    def walk(self, seen: Seen) -> Iterator[scrapy.Request]:
        """Walk what the probe says may have changed, and what no sound walk has been down."""
        self.logger.info("%s", seen.why)
        settled = self.run.archive.walks.is_settled
        wanted = [
            walk
            for walk in self.walks
            if self.plan.is_backfill
            or not settled(walk.category.slug)
            or (not seen.is_unchanged and is_touched(walk.category, seen))
        ]
        self.run.archive.pending.want_again(seen.edited, self.slugs, datetime.now(UTC))
        yield from self._begin(wanted)

    def _begin(self, walks: Sequence[Walk]) -> Iterator[scrapy.Request]:
        lost = [walk for walk in walks if not walk.address]
        if lost:
            yield find(lost, self.origin)
        for walk in walks:
            if walk.address:
                yield from walk.begin()

    def next_requests(self) -> Sequence[scrapy.Request]:
        return self.reader.next_requests(self.slugs)

    def keep_look(self, reason: str) -> None:
        """Keep what the probe saw: last, and only when every walk was sound."""
        settled = self.run.archive.walks.is_settled
        is_sound = all(map(settled, self.slugs))
        if self.probe is None or self.probe.look is None:
            return
        if is_sound and reason == "finished" and not self.run.unwritten:
            self.run.archive.validators.note_look(
                self.run.section, self.probe.url, self.probe.look
            )
