"""Reading articles: from the pending list to the pipelines."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import scrapy
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from diplonews.errors import LayoutError
from diplonews.items import Article
from diplonews.pages.article import ArticlePage, continue_article
from diplonews.run import Run
from diplonews.spiders.answers import GONE, page_of, reason_of, status_of

# How many URLs are taken off the pending list at a time: memory stays the same whether ten
# articles wait or ten thousand.
BATCH = 50


class Reader:
    """Asks for pending URLs and reads their pages; a split article's pages as one."""

    def __init__(self, run: Run, stats: StatsCollector) -> None:
        self.run = run
        self.stats = stats

    def next_requests(self, categories: Sequence[str]) -> list[scrapy.Request]:
        """Return requests for the next pending URLs that this run has not asked for yet."""
        pending = self.run.archive.pending
        wanted = pending.take(categories, self.run.number, datetime.now(UTC), BATCH)
        return [
            scrapy.Request(
                url,
                self.parse,
                errback=self.failed,
                cb_kwargs={"found_at_url": url, "found_in": category},
            )
            for url, category in wanted
        ]

    def parse(
        self, response: Response, found_at_url: str, found_in: str
    ) -> Iterator[scrapy.Request | Article]:
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        try:
            page = ArticlePage(page_of(response))
            article = page.to_item(url=found_at_url, fetched_at=fetched_at, found_in=found_in)
        except LayoutError as error:
            self._not_read(found_at_url, str(error))
            return
        yield from self._finish(article, page)

    def parse_rest(
        self, response: Response, article: Article
    ) -> Iterator[scrapy.Request | Article]:
        try:
            page = ArticlePage(page_of(response))
            check_same_post(article, page)
        except LayoutError as error:
            self._not_read(article.url, str(error))
            return
        yield from self._finish(continue_article(article, page), page)

    def failed(self, failure: Failure) -> None:
        request = failure.request  # type: ignore[attr-defined]
        known = request.cb_kwargs
        url = known["article"].url if "article" in known else known["found_at_url"]
        self._not_read(url, reason_of(failure), is_gone=status_of(failure) in GONE)

    def _finish(self, article: Article, page: ArticlePage) -> Iterator[scrapy.Request | Article]:
        if page.next_page_url:
            yield scrapy.Request(
                page.next_page_url,
                self.parse_rest,
                errback=self.failed,
                cb_kwargs={"article": article},
                priority=1,
            )
            return
        self.stats.inc_value("diplonews/article_count")
        if "fallback" in (article.read_from.get("headline"), article.read_from.get("body")):
            fields = ", ".join(name for name, of in article.read_from.items() if of == "fallback")
            self.run.note_trouble("fallback", article.url, f"read without the theme: {fields}")
        yield article

    def _not_read(self, url: str, why: str, *, is_gone: bool = False) -> None:
        now = datetime.now(UTC)
        if is_gone and self.run.archive.pending.is_given_up(url):
            self.run.archive.pending.reject(url, self.run.number, why, now)
            self.run.note_trouble("rejected", url, why)
            return
        self.run.archive.pending.note_failure(url, why, now)
        self.run.note_trouble("article", url, why.removeprefix(f"{url}: "))


def check_same_post(article: Article, page: ArticlePage) -> None:
    """Raise ``LayoutError`` unless *page* is a further page of *article*."""
    if page.post_id != article.post_id:
        raise LayoutError(
            f"{page.page.url}: expected a further page of post {article.post_id}, "
            f"found post {page.post_id}"
        )
