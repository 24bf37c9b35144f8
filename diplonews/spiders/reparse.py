"""Reparse: captures are read with today's code, and the site is asked for nothing.

It reads the newest capture of each article, and pages that could not be read so far. Where words
or facts differ, that is an event with ``reason`` "reparse".
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, ClassVar

import scrapy

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
from diplonews.runs.trouble import Kind


class ReparseSpider(RunSpider):
    """Read captures again: ``-a since=2026-11-01``, ``-a category=mali,niger``."""

    name = "reparse"
    purpose = "Kept pages again, by today's code; without a request"
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "since": ("2026-11-01", "only pages that were kept from that day on"),
        "category": ("mali,niger", "only articles of these categories"),
    }

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
        self.captured = self.captured_pages()
        self.captured.find_all(_since(self.run.arguments))
        count = len(self.captured.newest)
        self.logger.info("captures of %s pages are read again", count)
        slugs = [category.slug for category in self.plan.categories] or None
        for article_id, keys in self.run.archive.articles.live_aliases(slugs):
            captured = {capture for key in keys for capture in self.captured.newest.get(key, ())}
            if captured:
                holder = self.run.archive.addresses.find_by_id(article_id)
                if holder is None:  # it was forgotten meanwhile
                    continue
                for article in self._read(newest_first(captured), holder):
                    yield article
        for wanted in self.run.archive.pending.unread(slugs):
            unread = newest_first(self.captured.find(wanted.url))
            for article in self._read_unread(unread, wanted):
                yield article

    def next_requests(self) -> Sequence[scrapy.Request]:
        return []

    def _read(self, captured: Sequence[Capture], holder: Holder) -> Iterator[Article]:
        """Read the newest capture that shows the article; report it where none can be read."""
        why = ""
        for capture in captured:
            try:
                article = self.captured.article(capture, holder.url)
            except (ArchiveError, LayoutError) as error:
                why = why or str(error)
                continue
            if self._decide(article, capture).id == holder.id:
                article.found_in = kept_category(article, holder.line)
                yield self._counted(article)
                return
        if not why:
            return  # all captures of its addresses show others
        self.run.note_trouble(Kind.ARTICLE, holder.url, why)

    def _read_unread(self, captured: Sequence[Capture], wanted: Wanted) -> Iterator[Article]:
        for capture in captured:
            try:
                article = self.captured.article(capture, wanted.url)
            except (ArchiveError, LayoutError) as error:
                self.logger.info("%s: as before: %s", wanted.url, error)
                continue
            if self.run.archive.forgotten.obey(article):
                return
            decision = self._decide(article, capture)
            if not decision.is_accepted:
                self.logger.info("%s: as before: %s", wanted.url, decision.why)
                continue
            article.found_in = wanted.category
            yield self._counted(article)
            return

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

    def _counted(self, article: Article) -> Article:
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
