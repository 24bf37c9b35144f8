"""Reparse: captures are read with today's code, and the site is asked for nothing.

It reads the newest capture of each article, and pages that could not be read so far. Where words
or facts differ, that is an event with ``reason`` "reparse".
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler

from diplonews import site
from diplonews.archive.addresses import Holder
from diplonews.archive.captures import Capture
from diplonews.archive.pending import Wanted
from diplonews.crawling.captured import newest_first
from diplonews.crawling.identity import Answer, Claim, Decision, answered
from diplonews.crawling.reading import (
    drop_guess,
    kept_category,
    note_fallback,
)
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.errors import ArchiveError, LayoutError, SettingError
from diplonews.items import Article
from diplonews.reading_ahead import Job, Lost, PageRead, ReadAhead, WorkPlan
from diplonews.runs.trouble import Kind
from diplonews.workers import choose_workers


class ReparseSpider(RunSpider):
    """Read captures again: ``-a since=2026-11-01``, ``-a category=mali,niger``."""

    name = "reparse"
    ahead: ReadAhead | None = None
    purpose = "Kept pages again, by today's code; without a request"
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "since": ("2026-11-01", "only pages that were kept from that day on"),
        "category": ("mali,niger", "only articles of these categories"),
    }

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **arguments: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **arguments)
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.note_archived, signal=signal)
        crawler.signals.connect(spider.end_workers, signal=signals.spider_closed)
        return spider

    @classmethod
    def choose(cls, arguments: Mapping[str, str]) -> Plan:
        _since(arguments)
        slugs = [slug.strip() for slug in arguments.get("category", "").split(",") if slug.strip()]
        unknown = next((slug for slug in slugs if slug not in site.CATEGORIES), None)
        if unknown is not None:
            slugs_of_site = ", ".join(site.CATEGORIES)
            raise SettingError(f"category: expected some of {slugs_of_site}, found {unknown!r}")
        return Plan(cls.name, tuple(site.CATEGORIES[slug] for slug in slugs), is_rereading=True)

    async def begin(self) -> AsyncIterator[Any]:
        self.archived = asyncio.Event()
        self.captured = self.captured_pages()
        self.captured.find_all(_since(self.run.arguments))
        count = len(self.captured.newest)
        self.logger.info("captures of %s pages are read again", count)
        slugs = [category.slug for category in self.plan.categories] or None
        self.ahead = ahead = self._read_ahead(count)
        async for article in self._known_articles(ahead, slugs):
            yield article
        async for article in self._unread(ahead, slugs):
            yield article
        ahead.close()

    def _read_ahead(self, page_count: int) -> ReadAhead:
        workers = choose_workers(self.settings["DIPLONEWS_EXECUTOR"], page_count)
        ends_itself = workers is not None and workers.see_our_files
        plan = WorkPlan.from_settings(self.settings, ends_itself=ends_itself)
        return ReadAhead(self.run, plan, workers)

    async def _known_articles(
        self, ahead: ReadAhead, slugs: Sequence[str] | None
    ) -> AsyncIterator[Article]:
        """Yield what captures of known articles say, one when the one before is archived."""
        async for job, result in ahead.over(self._jobs_of_articles(slugs)):
            holder = self.run.archive.addresses.find_by_id(job.name)
            if holder is None:  # forgotten meanwhile
                continue
            for article in self._read(job, result, holder):
                yield article
                await self.archived.wait()

    async def _unread(
        self, ahead: ReadAhead, slugs: Sequence[str] | None
    ) -> AsyncIterator[Article]:
        """Yield what can be read by now of what nobody could read."""
        wanted_by_url: dict[str, Wanted] = {}
        for wanted in self.run.archive.pending.unread(slugs):
            wanted_by_url.setdefault(wanted.url, wanted)
        jobs = (self._job(url, url, self.captured.find(url)) for url in wanted_by_url)
        async for job, result in ahead.over(job for job in jobs if job.captures):
            for article in self._read_unread(job, result, wanted_by_url[job.name]):
                yield article
                await self.archived.wait()

    def _jobs_of_articles(self, slugs: Sequence[str] | None) -> Iterator[Job]:
        for article in self.run.archive.articles.live_aliases(slugs):
            newest = self.captured.newest
            captured = {capture for key in article.url_keys for capture in newest.get(key, ())}
            if captured:
                yield self._job(article.id, article.url, captured)

    def _job(self, name: str, url: str, captured: Iterable[Capture]) -> Job:
        newest = newest_first(captured)
        further = self.captured.further(newest[0].url) if newest else {}
        return Job(name, url, newest, further)

    def note_archived(self) -> None:
        """Go on: the next page is read when what the one before says is archived."""
        self.archived.set()

    def end_workers(self) -> None:
        """End whatever workers do, also where the run is told to stop."""
        if self.ahead is not None:
            self.ahead.close()

    def next_requests(self) -> Sequence[scrapy.Request]:
        return []

    def _read(self, job: Job, result: PageRead | Lost | None, holder: Holder) -> Iterator[Article]:
        """Read the newest capture that shows the article; report it where none can be read."""
        if isinstance(result, Lost):
            self.run.note_trouble(Kind.ARTICLE, holder.url, result.why)
            return
        why = ""
        for capture in job.captures:
            try:
                article = self._article(capture, holder.url, result)
            except (ArchiveError, LayoutError) as error:
                why = why or str(error)
                continue
            except Exception as error:  # nobody foresaw it: another page is none the worse
                self.run.note_crash(error, holder.url, "reading a capture")
                return
            if self._decide(article, capture).id == holder.id:
                article.found_in = kept_category(article, holder.line)
                yield self._counted(article, result)
                return
        if not why:
            return  # all captures of its addresses show others
        self.run.note_trouble(Kind.ARTICLE, holder.url, why)

    def _read_unread(
        self, job: Job, result: PageRead | Lost | None, wanted: Wanted
    ) -> Iterator[Article]:
        if isinstance(result, Lost):
            self.run.note_trouble(Kind.ARTICLE, wanted.url, result.why)
            return
        for capture in job.captures:
            try:
                article = self._article(capture, wanted.url, result)
            except (ArchiveError, LayoutError) as error:
                self.logger.info("%s: as before: %s", wanted.url, error)
                continue
            except Exception as error:  # nobody foresaw it: another page is none the worse
                self.run.note_crash(error, wanted.url, "reading a capture")
                return
            if self.run.archive.forgotten.obey(article):
                return
            decision = self._decide(article, capture)
            if not decision.is_accepted:
                self.logger.info("%s: as before: %s", wanted.url, decision.why)
                continue
            article.found_in = wanted.category
            yield self._counted(article, result)
            return

    def _article(self, capture: Capture, url: str, result: PageRead | None) -> Article:
        """Return the article of a capture, as a worker read it, or read now."""
        if result is not None and (result.capture, result.url) == (capture, url):
            return result.article
        return self.captured.article(capture, url)

    def _decide(self, article: Article, capture: Capture) -> Decision:
        """Decide which article a capture shows, by captures alone."""
        claim = Claim(self.run.archive.addresses, self.origin, article, capture.url)
        return answered(claim.judge(), self._captured)

    def _captured(self, url: str) -> Answer:
        """Return the last capture of an address that decides a conflict."""
        for capture in newest_first(self.captured.find(url)):
            try:
                page = self.captured.read(capture)
                article = page.to_item(url=capture.url, fetched_at=capture.at, found_in="")
            except (ArchiveError, LayoutError):
                continue
            return Answer(capture.url, article)
        return Answer(why=f"{url}: expected a capture of it, found none")

    def _counted(self, article: Article, result: PageRead | None) -> Article:
        self.archived.clear()
        if result is not None and result.inferred is not None:
            self.run.inferred_ahead[article.url] = result.inferred
        self.crawler.stats.inc_value("diplonews/article_count")
        drop_guess(article)
        note_fallback(self.run, article)
        return article


def _since(arguments: Mapping[str, str]) -> datetime | None:
    printed = arguments.get("since", "")
    try:
        day = date.fromisoformat(printed) if printed else None
    except ValueError:
        raise SettingError(f"since: expected a day like 2026-11-01, found {printed!r}") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
