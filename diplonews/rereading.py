"""An older reader's capture is read again before an article is compared with it.

A better reader is no edit by the site. An article may have other words than those that an older
reader archived. Then the older capture is read with today's code first. What differs now is an
event with ``reason`` "reparse"; what still differs from the new page is an edit. All this is
skipped where the same reader read both.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Protocol

from scrapy.crawler import Crawler

from diplonews.archive.articles import OtherReading
from diplonews.archive.captures import CaptureWriter
from diplonews.crawling.captured import CapturedPages, newest_first
from diplonews.crawling.reading import kept_category
from diplonews.crawling.run_spider import RunSpider
from diplonews.errors import ArchiveError, LayoutError
from diplonews.items import Article
from diplonews.runs.run import Run

logger = logging.getLogger(__name__)


class Stage(Protocol):
    """A pipeline that normalises a printed article or computes values."""

    def process_item(self, article: Article) -> Article: ...


class OlderReadings:
    """Reads captures of older readings again, and puts the articles through *stages*."""

    def __init__(self, crawler: Crawler, run: Run, stages: Sequence[Stage]) -> None:
        self.crawler = crawler
        self.run = run
        self.stages = stages
        self._captured: CapturedPages | None = None  # made when first needed

    def read_again(self, article: Article) -> Article | None:
        """Return what today's code reads in the older capture, if *article* differs from it.

        ``None`` where the same reader read both, or where no older capture can be read.
        """
        other = self.run.archive.articles.find_other_reading(article)
        if other is None:
            return None
        again = next(self._readings(other), None)
        if again is None:
            logger.info("%s: another reader read it, and no capture of that is left", article.url)
        return again

    def _readings(self, other: OtherReading) -> Iterator[Article]:
        url, captured = str(other.line["url"]), self._captured_pages()
        for capture in newest_first(
            entry for entry in captured.find(url) if other.since <= entry.at <= other.until
        ):
            try:
                again = captured.article(capture, url)
            except (ArchiveError, LayoutError) as error:
                logger.info("%s: this capture is passed over: %s", url, error)
                continue
            again.found_in = kept_category(again, other.line)
            for stage in self.stages:
                again = stage.process_item(again)
            if again.headline and again.post_id in {None, other.post_id}:
                yield again

    def _captured_pages(self) -> CapturedPages:
        if self._captured is None:
            assert isinstance(self.crawler.spider, RunSpider)
            own_path = CaptureWriter(self.run.captures, self.run.run_id, self.run.started_at).path
            self._captured = self.crawler.spider.captured_pages()
            try:
                self._captured.find_all(without=own_path)
            except OSError as error:
                logger.warning("%s: captures could not be read: %s", self.run.captures, error)
        return self._captured
