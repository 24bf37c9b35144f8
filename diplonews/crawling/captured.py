"""Articles read from captures: kept pages, read with today's code."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from diplonews.archive.captures import Capture, Captures
from diplonews.crawling.reading import check_same_post, note_unkept
from diplonews.crawling.split import SplitArticle
from diplonews.crawling.unpacking import Unpacker
from diplonews.errors import LayoutError
from diplonews.items import Article
from diplonews.normalise.urls import alias_key
from diplonews.pages.article import ArticlePage
from diplonews.pages.continuation import continue_article
from diplonews.pages.read import read_article
from diplonews.pages.select import Page
from diplonews.pages.themes import Themes
from diplonews.runs.run import Run

MOST_TRIED = 10  # captures of one URL


class CapturedPages:
    """The last answers to each URL, by its form: the very last may be an error page."""

    def __init__(self, run: Run, themes: Themes, unpacker: Unpacker, most_pages: int) -> None:
        self.run = run
        self.themes = themes
        self.unpacker = unpacker
        self.most_pages = most_pages  # of a split article
        self.newest: dict[str, deque[Capture]] = {}

    def find_all(self, since: datetime | None = None, without: Path | None = None) -> None:
        """Find what was captured *since* a time, *without* the file of one run."""
        for capture in Captures(self.run.captures).all(since):
            if capture.status == 200 and (without is None or capture.path.name != without.name):
                for key in {alias_key(url) for url in (capture.url, *capture.asked)}:
                    kept = self.newest.setdefault(key, deque(maxlen=MOST_TRIED))
                    kept.append(capture)

    def find(self, url: str) -> Sequence[Capture]:
        """Return the last captures of a URL, in any of its forms, in the order of runs."""
        return self.newest.get(alias_key(url), ())

    def read(self, capture: Capture) -> ArticlePage:
        """Return the page of a capture; raises ``ArchiveError`` or ``LayoutError``."""
        return read_article(Page(capture.url, self.unpacker.body(capture)), self.themes)

    def article(self, capture: Capture, url: str) -> Article:
        """Return the article of a capture, with the further pages that were captured."""
        page = self.read(capture)
        fetched_at = capture.at.replace(microsecond=0)
        article = page.to_item(url=url, fetched_at=fetched_at, found_in="")
        note_unkept(self.run, article, page)
        split = SplitArticle(self.most_pages)
        split.note(page)
        while next_url := split.next_url(page):
            kept = self.find(next_url)
            if not kept:
                raise LayoutError(next_url, "expected a capture of it, found none")
            # Prefer the same run's capture: the pages belong together.
            further = next((other for other in kept if other.path == capture.path), kept[-1])
            page = self.read(further)
            check_same_post(article, page)
            if not split.note(page):
                break
            article = continue_article(article, page)
        return article


def newest_first(captured: Iterable[Capture]) -> list[Capture]:
    return sorted(captured, key=lambda capture: capture.at, reverse=True)
