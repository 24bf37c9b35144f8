"""What all spiders do: belong to a run, and read what is pending when nothing else is left.

The archive alone decides what a run reads. Walks and rechecks put URLs on its pending list, and
the spider takes them from there. So this run also reads the URLs that an earlier run found and
could not read.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from diplonews import clock, site
from diplonews.crawling.absences import Absences, withdrawal_limits
from diplonews.crawling.answers import page_of
from diplonews.crawling.asking import Asker
from diplonews.crawling.captured import CapturedPages, CaptureReader
from diplonews.crawling.reading import PendingArticles, Source
from diplonews.crawling.unpacking import Unpacker
from diplonews.errors import ArchiveError, SettingError
from diplonews.items import Article
from diplonews.pages.read import read_article
from diplonews.pages.themes import Themes
from diplonews.runs.run import Run


class Plan(NamedTuple):
    """What a run is to do: its arguments say that before the first request."""

    section: str  # whose lock the run takes
    categories: tuple[site.Category, ...] = ()
    is_backfill: bool = False
    is_rereading: bool = False  # it reads captures and asks the site for nothing

    @property
    def is_whole(self) -> bool:
        """Tell whether the run is for the whole section, so that the probe speaks for it."""
        return self.categories == site.SECTIONS.get(self.section, self.categories)


class RunSpider(scrapy.Spider):
    """A spider of one run. Each kind has its own ``begin`` and ``next_requests``."""

    # For `scrapy crawl -h`: a sentence on the spider; an example and a sentence for each argument.
    purpose: ClassVar[str] = ""
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {}
    allowed_domains: list[str]
    asker: Asker
    run: Run

    def __init__(self, run: Run | None, plan: Plan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if run is not None:  # Scrapy's own tools have no run: they only `parse` what they fetch
            self.run = run
        self.plan = plan

    @classmethod
    def plan_of(cls, arguments: Mapping[str, str]) -> Plan:
        """Return what *arguments* (``-a name=value``) ask for; ``SettingError`` if wrong.

        Names that begin with an underscore are a scheduler's (Scrapyd's ``_job``). Only the report
        has them.
        """
        names = {name for name in arguments if not name.startswith("_")}
        unknown = sorted(names - set(cls.argument_help))
        if unknown:
            takes = ", ".join(cls.argument_help) or "none"
            raise SettingError(f"unknown argument {unknown[0]!r}; {cls.name} takes {takes}")
        plan = cls.choose(arguments)
        empty = sorted(name for name in names if not arguments[name].strip())
        if empty:  # mostly a shell's variable that is not set
            raise SettingError(f"{empty[0]}: expected a value, found none")
        return plan

    @classmethod
    def choose(cls, arguments: Mapping[str, str]) -> Plan:
        """Return the plan for *arguments*; their names have been checked."""
        return Plan(cls.name)

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, run: Run | None = None, **arguments: Any
    ) -> Self:
        """Make the spider of *run*, which ``conduct()`` begins and concludes.

        Without a run (`scrapy parse` and `check`) the spider makes no requests of its own.
        """
        spider = super().from_crawler(crawler, *args, run=run, plan=cls.plan_of(arguments))
        spider.allowed_domains = [site.domain(crawler.settings["DIPLONEWS_SITE"])]
        if run is not None:
            spider.asker = Asker(crawler, run)
            connect = crawler.signals.connect
            connect(spider.open_pending_articles, signal=signals.spider_opened)
            connect(spider.read_on, signal=signals.spider_idle)
            connect(spider.withdraw_absent, signal=signals.spider_closed)
            connect(spider.stop_where_nothing_is_kept, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Begin the run. `scrapy runspider` and some scripts have none."""
        if not hasattr(self, "run"):
            self.logger.error(
                "%s: expected a run, found none. Nothing is asked: call `scrapy crawl %s`, or "
                "diplonews.runs.conduct.conduct() in a script",
                self.name,
                self.name,
            )
            return
        async for request in self.begin():
            yield request

    def begin(self) -> AsyncIterator[Any]:
        """Yield the first requests of the run, or what it reads."""
        raise NotImplementedError

    def parse(self, response: Response) -> Iterator[Article]:
        """Read an article page by itself: what `scrapy parse <URL>` shows."""
        page = read_article(page_of(response), self.themes)
        fetched_at = clock.now().replace(microsecond=0)
        yield page.to_item(url=response.url, fetched_at=fetched_at, found_in="")

    @property
    def origin(self) -> str:
        return str(self.settings["DIPLONEWS_SITE"])

    def captured_pages(self) -> CapturedPages:
        """Return a reader of captures that reads as this spider does; ``find_all`` comes next."""
        most_pages = self.settings.getint("DIPLONEWS_ARTICLE_PAGES")
        reader = CaptureReader(self.themes, Unpacker(self.crawler), most_pages)
        return CapturedPages(self.run, reader)

    @property
    def themes(self) -> Themes:
        """The themes by which the site's pages are read."""
        themes: Themes = load_object(self.settings["DIPLONEWS_THEMES"])
        return themes

    def open_pending_articles(self) -> None:
        most_pages = self.settings.getint("DIPLONEWS_ARTICLE_PAGES")
        self.absences = Absences(self.run, self.crawler.stats, withdrawal_limits(self.settings))
        source = Source(self.origin, self.themes)
        self.pending_articles = PendingArticles(
            self.run, self.crawler.stats, self.absences, source, most_pages
        )

    def withdraw_absent(self) -> None:
        """Withdraw what is gone. This comes last: until then an article may be found again."""
        self.absences.withdraw(self.origin)

    def next_requests(self) -> Sequence[scrapy.Request]:
        """Return further requests, when all others are answered; none: the run is over."""
        raise NotImplementedError

    def count_waiting(self) -> int:
        """Count the pages that wait in the archive and that this run will still ask for."""
        return 0

    def _count_due(self, categories: Sequence[str] | None) -> int:
        return self.run.archive.pending.count_due(categories, self.run.number, clock.now())

    def read_on(self) -> None:
        """Go on while anything is pending."""
        try:
            requests = [] if self.run.unwritten else self.next_requests()
            if not requests and not self.run.unwritten:
                requests = self.pending_articles.decide_astray()
        except ArchiveError as error:
            self.run.abandon(self.crawler, str(error))
            return
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def stop_where_nothing_is_kept(self, failure: Failure) -> None:
        """End the run where a callback could not write to the archive."""
        if isinstance(failure.value, ArchiveError):
            self.run.abandon(self.crawler, str(failure.value))
