"""What all section spiders do: ask whether anything changed, walk, read what is pending.

What a run reads is decided by the archive alone: walks put URLs on its pending list, and the
spider takes them off it while it has nothing else to do. So a URL that an earlier run found
and could not read is read by this one, in the same way.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider

from diplonews import site
from diplonews.errors import SettingError
from diplonews.run import Run
from diplonews.spiders.probe import Probe, Seen, is_touched
from diplonews.spiders.reading import Reader
from diplonews.spiders.walk import Walk, find


class Plan(NamedTuple):
    """What a run is to do, worked out of its arguments before the first request."""

    section: str  # whose lock it holds
    categories: tuple[site.Category, ...]
    is_backfill: bool

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the section is asked for, so that the probe speaks for it."""
        return self.categories == site.SECTIONS.get(self.section, self.categories)


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
        self.probe: Probe | None = None
        self.slugs = [category.slug for category in plan.categories]

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
        crawler.signals.connect(spider.keep_look, signal=signals.spider_closed)
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
        if self.plan.is_whole:
            seconds = self.settings.getint("DIPLONEWS_LOOK_SECONDS")
            self.probe = Probe(self.run, origin, self.walk, seconds)
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
            yield find(lost, self.settings["DIPLONEWS_SITE"])
        for walk in walks:
            if walk.address:
                yield from walk.begin()

    def read_pending(self) -> None:
        """Read on while anything is pending; walks are over when this is first called."""
        requests = self.reader.next_requests(self.slugs)
        assert self.crawler.engine is not None
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

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
