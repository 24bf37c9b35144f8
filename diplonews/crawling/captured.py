"""Articles read from captures: kept pages, read with today's code."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from diplonews.archive.captures import Capture, Captures, Received
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

Find = Callable[[str], Sequence[Capture]]  # the captures of a URL, in the order of runs
Note = Callable[[Article, ArticlePage], None]


class CaptureReader:
    """Reads captures as pages, wherever they were found."""

    def __init__(self, themes: Themes, unpacker: Unpacker, most_pages: int) -> None:
        self.themes = themes
        self.unpacker = unpacker
        self.most_pages = most_pages  # of a split article

    def read(self, capture: Capture, received: Received | None = None) -> ArticlePage:
        """Return the page of a capture; raises ``ArchiveError`` or ``LayoutError``.

        *received*: what the capture's file has, where somebody has read it already.
        """
        return read_article(Page(capture.url, self.unpacker.body(capture, received)), self.themes)

    def article(
        self,
        capture: Capture,
        url: str,
        find: Find,
        note: Note,
        received: Mapping[Capture, Received] | None = None,
    ) -> Article:
        """Return the article of a capture, with the further pages that were captured.

        *note* is told of the first page and its article.
        """
        pages = received or {}
        page = self.read(capture, pages.get(capture))
        fetched_at = capture.at.replace(microsecond=0)
        article = page.to_item(url=url, fetched_at=fetched_at, found_in="")
        note(article, page)
        split = SplitArticle(self.most_pages)
        split.note(page)
        while next_url := split.next_url(page):
            kept = find(next_url)
            if not kept:
                raise LayoutError(next_url, "expected a capture of it, found none")
            # Prefer the same run's capture: the pages belong together.
            further = next((other for other in kept if other.path == capture.path), kept[-1])
            page = self.read(further, pages.get(further))
            check_same_post(article, page)
            if not split.note(page):
                break
            article = continue_article(article, page)
        return article


class CapturedPages:
    """The last answers to each URL, by its form: the very last may be an error page."""

    def __init__(self, run: Run, reader: CaptureReader) -> None:
        self.run = run
        self.reader = reader
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

    def further(self, url: str) -> dict[str, Sequence[Capture]]:
        """Return the captures of a split article's further pages, by their usual addresses."""
        first, all_pages = alias_key(url), dict[str, Sequence[Capture]]()
        for number in range(2, self.reader.most_pages + 1):
            keys = (f"{first}/{number}", f"{first}/page/{number}")
            page = {key: self.newest[key] for key in keys if key in self.newest}
            if not page:
                break
            all_pages |= page
        return all_pages

    def read(self, capture: Capture) -> ArticlePage:
        """Return the page of a capture; raises ``ArchiveError`` or ``LayoutError``."""
        return self.reader.read(capture)

    def article(self, capture: Capture, url: str) -> Article:
        """Return the article of a capture, with the further pages that were captured."""
        return self.reader.article(capture, url, self.find, partial(note_unkept, self.run))


def newest_first(captured: Iterable[Capture]) -> list[Capture]:
    """Return captures in one order; those of one moment by where they are kept."""
    return sorted(captured, key=_moment_and_place, reverse=True)


def _moment_and_place(capture: Capture) -> tuple[datetime, str, int]:
    return capture.at, capture.path.name, capture.offset
