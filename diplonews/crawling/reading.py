"""Reading articles: from the pending list to the pipelines."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import scrapy
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from diplonews.archive.pending import Wanted
from diplonews.crawling.answers import GONE, page_of, reason_of, status_of
from diplonews.crawling.split import SplitArticle
from diplonews.errors import LayoutError
from diplonews.items import MAKESHIFT_LAYOUTS, Article
from diplonews.normalise.urls import alias_key
from diplonews.pages.article import ArticlePage, continue_article
from diplonews.pages.read import read_article
from diplonews.pages.themes import THEMES, Themes
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

logger = logging.getLogger(__name__)

# How many URLs are taken off the pending list at a time: memory stays the same whether ten
# articles wait or ten thousand.
BATCH = 50


class Reader:
    """Asks for pending URLs and reads their pages; a split article's pages as one."""

    def __init__(
        self,
        run: Run,
        stats: StatsCollector,
        withdraw_seconds: int,
        most_pages: int,
        themes: Themes = THEMES,
    ) -> None:
        self.run = run
        self.themes = themes
        self.stats = stats
        self.most_pages = most_pages  # of a split article
        self.withdraw_wait = timedelta(seconds=withdraw_seconds)

    def next_requests(self, categories: Sequence[str] | None) -> list[scrapy.Request]:
        """Return requests for the next pending URLs that this run has not asked for yet.

        Of those sighted in *categories*, or of all.
        """
        if self.run.hold is not None:
            return []
        pending = self.run.archive.pending
        due = pending.take(categories, self.run.number, datetime.now(UTC), BATCH)
        return [
            scrapy.Request(
                wanted.url,
                self.parse,
                errback=self.failed,
                cb_kwargs={"wanted": wanted},
            )
            for wanted in due
        ]

    def parse(self, response: Response, wanted: Wanted) -> Iterator[scrapy.Request | Article]:
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        try:
            page = read_article(page_of(response), self.themes)
            article = page.to_item(url=wanted.url, fetched_at=fetched_at, found_in="")
            self._count_unreadable(page)
        except LayoutError as error:
            self._not_read(wanted, str(error))
            return
        self.run.site_works = True
        before = self.run.archive.articles.line(wanted.article_id) if wanted.article_id else {}
        if is_another(article, before):
            self._absent(wanted, f"post {article.post_id} is at {response.url}")
            if alias_key(response.url) != alias_key(wanted.url):
                return  # it has an address of its own, by which it is found
        article.found_in = wanted.category or kept_category(article, before)
        forget_guess(article)
        note_unkept(self.run, article, page)
        split = SplitArticle(self.most_pages)
        split.note(page)
        yield from self._finish(wanted, article, page, split)

    def parse_rest(
        self, response: Response, wanted: Wanted, article: Article, split: SplitArticle
    ) -> Iterator[scrapy.Request | Article]:
        try:
            page = read_article(page_of(response), self.themes)
            check_same_post(article, page)
        except LayoutError as error:
            self._not_read(wanted, str(error))
            return
        if split.note(page):
            article = continue_article(article, page)
        yield from self._finish(wanted, article, page, split)

    def failed(self, failure: Failure) -> Iterator[Article]:
        request = failure.request  # type: ignore[attr-defined]
        wanted: Wanted = request.cb_kwargs["wanted"]
        if self.run.hold is not None:
            return  # it was not asked for, or is no worse than all else: it stays pending
        article, split = request.cb_kwargs.get("article"), request.cb_kwargs.get("split")
        is_gone = status_of(failure) in GONE
        if article is not None and is_gone and self.run.archive.pending.is_given_up(wanted.url):
            split.leave_without(f"{request.url}: {reason_of(failure)}")
            yield self._whole(wanted, article, split)
            return
        is_gone = is_gone and article is None
        if is_gone and wanted.article_id and self.run.site_works:
            self._absent(wanted, reason_of(failure))
            return
        self._not_read(wanted, reason_of(failure), is_gone=is_gone)

    def _finish(
        self, wanted: Wanted, article: Article, page: ArticlePage, split: SplitArticle
    ) -> Iterator[scrapy.Request | Article]:
        next_url = "" if split.trouble else split.next_url(page)
        if next_url:
            yield scrapy.Request(
                next_url,
                self.parse_rest,
                errback=self.failed,
                cb_kwargs={"wanted": wanted, "article": article, "split": split},
                priority=1,
            )
            return
        yield self._whole(wanted, article, split)

    def _whole(self, wanted: Wanted, article: Article, split: SplitArticle) -> Article:
        """Return an article as far as it is to be had; tell of what is not."""
        if split.trouble:
            self.run.note_trouble(Kind.ARTICLE, wanted.url, split.trouble)
        self.stats.inc_value("diplonews/article_count")
        note_fallback(self.run, article)
        return article

    def _absent(self, wanted: Wanted, why: str) -> None:
        """Note that a known article is not at its address; in time that withdraws it."""
        assert wanted.article_id is not None
        kind = self.run.archive.articles.note_absence(
            wanted.article_id, self.run.number, datetime.now(UTC), self.withdraw_wait
        )
        logger.info("%s: %s: %s", wanted.url, kind or "withdrawn before", why)
        if kind:
            self.stats.inc_value(f"diplonews/{kind}_count")

    def _count_unreadable(self, page: ArticlePage) -> None:
        """Count and tell what the page says in a form that nobody can read."""
        for sentence in page.unreadable:
            name = sentence.partition(":")[0]
            self.stats.inc_value(f"diplonews/{name}/passed_over")
            logger.info("%s: passed over %s", page.page.url, sentence)

    def _not_read(self, wanted: Wanted, why: str, *, is_gone: bool = False) -> None:
        url, now = wanted.url, datetime.now(UTC)
        if is_gone and not wanted.article_id and self.run.archive.pending.is_given_up(url):
            self.run.archive.pending.reject(url, self.run.number, why, now)
            self.run.note_trouble(Kind.REJECTED, url, why)
            return
        self.run.archive.pending.note_failure(url, why, now)
        self.run.note_trouble(Kind.ARTICLE, url, why.removeprefix(f"{url}: "))


def forget_guess(article: Article) -> None:
    """Believe the page and not the listing, where both are of a theme that nobody described.

    Such a listing's members are a guess, and a sidebar's articles may be among them.
    """
    slugs = {category.slug for category in article.categories}
    if article.layout in MAKESHIFT_LAYOUTS and slugs and article.found_in not in slugs:
        article.found_in = ""


def note_fallback(run: Run, article: Article) -> None:
    """Note an article that was read, but not as the theme prints it."""
    if article.layout in MAKESHIFT_LAYOUTS:
        found = ("theme", "page")
        fields = ", ".join(name for name, of in article.read_from.items() if of in found)
        run.note_trouble(Kind.FALLBACK, article.url, f"read without the theme: {fields}")


def note_unkept(run: Run, article: Article, page: ArticlePage) -> None:
    """Note the values of an article that could not be read off its page."""
    for name, error in page.unkept.items():
        why = f"kept without {name}: {type(error).__name__}: {error}"
        run.note_trouble(Kind.VALUE, article.url, why, error)


def is_another(article: Article, before: Mapping[str, Any]) -> bool:
    """Tell whether a page shows another article than the one its address led to *before*.

    WordPress sends visitors of a dead address to any post whose slug begins like it.
    """
    expected = before.get("post_id")
    return None not in (expected, article.post_id) and expected != article.post_id


def kept_category(article: Article, before: Mapping[str, Any]) -> str:
    """Return the category whose listing once led to an article that is read again.

    None, where its page names other categories than *before*: it was filed elsewhere.
    """
    slugs = [category.slug for category in article.categories]
    is_same = slugs == [category["slug"] for category in before.get("categories", [])]
    return str(before.get("found_in", "")) if is_same or not slugs else ""


def check_same_post(article: Article, page: ArticlePage) -> None:
    """Raise ``LayoutError`` unless *page* is a further page of *article*."""
    if page.post_id != article.post_id:
        raise LayoutError(
            f"{page.page.url}: expected a further page of post {article.post_id}, "
            f"found post {page.post_id}"
        )
