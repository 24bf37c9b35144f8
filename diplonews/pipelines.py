"""Decisions about an article on its way to the archive, in this order.

Each class decides (keep, warn, reject) and says why. The pure functions of ``normalise`` and
``infer`` do the work.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NoReturn, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from diplonews import clock, site
from diplonews.errors import ArchiveError, UnreadableError
from diplonews.feeds import filing
from diplonews.feeds.filing import own_slug
from diplonews.items import Article, CategoryName
from diplonews.lines import as_line
from diplonews.normalise.article_id import article_id
from diplonews.normalise.bylines import clean_authors
from diplonews.normalise.dates import EARLIEST, MOST_AHEAD, Moment, parse_date
from diplonews.normalise.digest import digest
from diplonews.normalise.fields import clean_fields
from diplonews.normalise.printed_dates import is_ambiguous
from diplonews.normalise.text import normalise_body, normalise_text, word_count
from diplonews.normalise.urls import canonical_url
from diplonews.rereading import OlderReadings
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind
from diplonews.values import ValueByValue, storable

logger = logging.getLogger(__name__)


class Rejected(DropItem):
    """An article that cannot be accepted; it is kept in ``rejected`` with the reason."""


class Waiting(DropItem):
    """An article whose time has not come: its URL stays pending."""


class ArchiveUnwritable(DropItem):
    """An article that could not be archived: its URL stays pending."""


class Normalise(ValueByValue):
    """Bring printed text to one form, and the byline to authors."""

    def process_item(self, article: Article) -> Article:
        clean_fields(article)
        article = storable(article)
        for name in ("headline", "standfirst", "byline_raw", "image_caption", "image_credit"):
            self._set_text(article, article, name, normalise_text)
        for image in article.images:
            for name in ("caption", "credit", "alt"):
                self._set_text(article, image, name, normalise_text)
        self._set_text(article, article, "site_notice", normalise_body)
        printed = article.body  # better the printed body than none
        article.body = self.work_out(article, "body", lambda: normalise_body(printed), printed)
        article.crossheads = self._texts(article, "crossheads")
        article.tags = self._texts(article, "tags")
        article.sources = self._texts(article, "sources")
        for category in article.categories:
            self._set_text(article, category, "title", normalise_text)
        article.authors = self.work_out(
            article, "authors", lambda: clean_authors(article.byline_raw, article.authors), []
        )
        article.word_count = self.work_out(
            article, "word_count", lambda: word_count(article.body), 0
        )
        return article

    def _set_text(
        self, article: Article, item: Any, name: str, function: Callable[[str], str]
    ) -> None:
        printed = getattr(item, name)
        setattr(item, name, self.work_out(article, name, lambda: function(printed), ""))

    def _texts(self, article: Article, name: str) -> list[str]:
        printed: list[str] = getattr(article, name)
        texts = (
            self.work_out(article, name, partial(normalise_text, text), "") for text in printed
        )
        return [text for text in texts if text]


class Date(ValueByValue):
    """Work out ``published_at`` and ``modified_at``.

    An article whose date cannot be read is kept without it: analysts prefer the text to nothing.
    That is logged and counted, so that a person can check it.
    """

    _is_day_first: bool | None = None  # whether the day comes first in dates of numbers

    def process_item(self, article: Article) -> Article:
        published = self.work_out(
            article,
            "published_at",
            lambda: self._moment(article, "published", article.published_raw),
            None,
        )
        if published is not None:
            may_be_modified = article.published_precision == "latest"
            article.published_at, article.published_precision = published
            if may_be_modified and published.precision in {"day", "minute"}:
                article.published_precision = "latest"
        self.work_out(article, "published_at", lambda: self._look_up(article), None)
        modified = self.work_out(
            article,
            "modified_at",
            lambda: self._moment(article, "modified", article.modified_raw),
            None,
        )
        article.modified_at = modified.at if modified is not None else None
        return article

    def _look_up(self, article: Article) -> None:
        """Take the time from RSS or REST, where the page has no exact one."""
        run = None if self.crawler is None else getattr(self.crawler.spider, "run", None)
        is_exact = article.read_from.get("published_at") not in {None, "theme", "address"}
        if run is None or is_exact:
            return
        listed = run.archive.dates.find([article.url, article.canonical_url])
        if listed is not None:
            article.published_at, article.published_precision = listed.published_at, "second"
            article.read_from["published_at"] = listed.source

    def _order(self, raw: str) -> bool | None:
        """Tell whether the day comes first in the site's dates of numbers, if *raw* is one."""
        run = None if self.crawler is None else getattr(self.crawler.spider, "run", None)
        if run is not None and self._is_day_first is None and is_ambiguous(raw):
            self._is_day_first = run.archive.dates.day_comes_first(site.TIMEZONE)
        return self._is_day_first

    def _moment(self, article: Article, name: str, raw: str) -> Moment | None:
        assert article.fetched_at is not None
        if not raw:
            return None
        try:
            return parse_date(
                raw, article.fetched_at, site.TIMEZONE, is_day_first=self._order(raw)
            )
        except UnreadableError as error:
            if self.crawler is not None and self.crawler.stats is not None:
                self.crawler.stats.inc_value(f"diplonews/{name}_at/unreadable")
            logger.warning("%s: %s", article.url, error)
            return None


class Identify(ValueByValue):
    """Give the article its canonical URL, id, sections and digest."""

    def process_item(self, article: Article) -> Article:
        printed = article.canonical_url or article.url
        article.canonical_url = self.work_out(
            article, "canonical_url", lambda: canonical_url(printed), article.url
        )
        article.id = article_id(site.NAME, article.post_id, article.canonical_url)
        if not article.categories and article.found_in in site.CATEGORIES:
            # The page names none, since a theme can hide them; the listing that led to it does.
            found_in = site.CATEGORIES[article.found_in]
            article.categories = [CategoryName(slug=found_in.slug, title=found_in.title)]
            article.read_from["categories"] = "listing"
        article.sections = self.work_out(article, "sections", lambda: self._sections(article), [])
        article.digest = digest(
            article.headline,
            article.standfirst,
            ", ".join(author.name for author in article.authors),
            article.body,
            [category.slug for category in article.categories],
        )
        return article

    def _sections(self, article: Article) -> list[str]:
        """Return the sections of the page's categories, and of the categories above them.

        A listing also shows articles of categories below it, which ``site.py`` need not have.
        """
        named = article.categories
        run = None if self.crawler is None else Run.find(self.crawler)
        if run is not None and any(
            own_slug(category.slug, category.title) not in site.CATEGORIES for category in named
        ):
            above = run.archive.surfaces.categories_above(category.slug for category in named)
            named = [*named, *(CategoryName(slug=slug, title=title) for slug, title in above)]
        slugs = (own_slug(category.slug, category.title) for category in named)
        return sorted({section for slug in slugs for section in site.sections_of(slug)})


class Enrich(ValueByValue):
    """Infer dateline, agency, language and names.

    It comes after the digest of the printed words: a better inference is no edit.
    """

    def process_item(self, article: Article) -> Article:
        # Imported here: tables and patterns cost a tenth of a run that finds nothing new.
        from diplonews import inferring

        run = None if self.crawler is None else Run.find(self.crawler)
        inferred = None if run is None else run.inferred_ahead.pop(article.url, None)
        if inferred is not None and inferred.basis == inferring.basis_of(article):
            inferred.set_on(article)
            return article
        self.work_out(article, "dateline", lambda: inferring.part_body(article), None)
        self.work_out(article, "language", lambda: inferring.name_language(article), None)
        nothing: list[Any] = []
        passages = self.work_out(
            article, "passages", lambda: inferring.passages_of(article), nothing
        )
        for name, infer in inferring.NAMES.items():
            names = self.work_out(article, name, partial(infer, article, passages), nothing)
            setattr(article, name, names)
        return article


class Check:
    """Rejects articles that no analyst could use, and says why."""

    def __init__(self, run: Run | None) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Run.find(crawler))

    def process_item(self, article: Article) -> Article:
        if self.run is None:
            return article
        assert article.fetched_at is not None
        latest = self.run.clock.latest(article.fetched_at) + MOST_AHEAD
        why = reason_to_reject(article)
        if why and self.run.is_rereading:  # it stays rejected, or stays as it was archived
            raise Rejected(why, log_level="DEBUG")
        if why:
            self._reject(self.run, article, why)
        why = "" if self.run.is_rereading else reason_to_wait(article, latest)
        if why:
            self._wait(self.run, article, why)
        return article

    @staticmethod
    def _reject(run: Run, article: Article, why: str) -> NoReturn:
        line = as_line(article)
        run.archive.pending.reject(article.url, run.number, why, clock.now(), line)
        run.note_trouble(Kind.REJECTED, article.url, why)
        raise Rejected(why, log_level="DEBUG")

    @staticmethod
    def _wait(run: Run, article: Article, why: str) -> NoReturn:
        """Leave the article pending: its date comes, or the date or a clock is corrected."""
        run.archive.pending.note_failure(article.url, why, clock.now())
        run.note_trouble(Kind.ARTICLE, article.url, why)
        raise Waiting(why, log_level="DEBUG")


class ArchiveArticle:
    """Writes the article to the archive; where that fails, the run cannot go on."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.run = Run.find(crawler)
        if self.run is not None:
            stages = [stage(crawler) for stage in (Normalise, Date, Identify, Enrich)]
            self.older = OlderReadings(crawler, self.run, stages)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, article: Article) -> Article:
        if self.run is None:
            return article
        try:
            kind = self._note(self.run, article)
        except ArchiveError as error:
            self.run.abandon(self.crawler, str(error))
            raise ArchiveUnwritable(str(error), log_level="DEBUG") from error
        self.crawler.stats.inc_value(f"diplonews/{kind or 'same'}_count")
        return article

    def _note(self, run: Run, article: Article) -> str:
        articles, feeds = run.archive.articles, feeds_of(article)
        if run.is_rereading:
            return articles.note_again(article, run.number, feeds, clock.now())
        again = self.older.read_again(article)
        if again is not None:
            self._note_reread(run, again, article)
        return articles.note(article, run.number, feeds, is_compared=again is not None)

    def _note_reread(self, run: Run, again: Article, article: Article) -> None:
        """Archive what today's code reads in the capture that an older reader read."""
        now = article.fetched_at or clock.now()
        kind = run.archive.articles.note_again(again, run.number, feeds_of(again), now)
        if kind:
            self.crawler.stats.inc_value(f"diplonews/{kind}_count")


def reason_to_reject(article: Article) -> str:
    """Return what is missing or impossible in *article*; empty where nothing is."""
    if not article.headline:
        return "expected a headline, found none"
    if article.published_at is not None and article.published_at < EARLIEST:
        return (
            f"expected a publication date from {EARLIEST:%Y-%m-%d} on, "
            f"found {article.published_raw!r}"
        )
    return ""


def reason_to_wait(article: Article, latest: datetime) -> str:
    """Return why *article* must wait: its date is after the *latest* possible one.

    This depends on a clock, so it is never final.
    """
    if article.published_at is None or article.published_at <= latest:
        return ""
    return (
        f"expected a publication date up to {latest:%Y-%m-%d}, found {article.published_raw!r}: "
        f"it waits until then"
    )


def feeds_of(article: Article) -> set[str]:
    """Return the names of the feeds an article is filed under.

    These are its sections, and its categories by the slugs of ``site.py``, for feeds of single
    categories. The category whose listing led to it counts only where its page names none
    (``Identify``): a listing page also shows articles of other categories.
    """
    named = [(category.slug, category.title) for category in article.categories]
    return filing.feeds_of(article.sections, named)
