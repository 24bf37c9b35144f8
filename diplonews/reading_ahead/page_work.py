"""What a worker does: read captured pages, and infer what can be inferred from them.

It gives back what it could read without any trouble and without a word in the log. All else the
run reads itself when its turn comes, as if there were no worker. So events, reports and log are
the same with workers and without.
"""

import logging
import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any, NamedTuple

import scrapy
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector
from scrapy.utils.misc import load_object

from diplonews.archive.captures import Capture, Received
from diplonews.crawling.captured import CaptureReader
from diplonews.crawling.unpacking import Unpacker
from diplonews.errors import ArchiveError, DiplonewsError
from diplonews.items import Article
from diplonews.normalise.urls import alias_key
from diplonews.pages.article import ArticlePage
from diplonews.reading_ahead.fingerprint import fingerprint
from diplonews.workers.deadline import ending_after

MOST_SECONDS = 60  # for one page and what is inferred from it; it takes some milliseconds
# What a worker has to know of Scrapy's settings: how kept answers are unpacked, and how far.
SCRAPYS = ("DOWNLOAD_MAXSIZE", "DOWNLOAD_WARNSIZE")


class WorkPlan(NamedTuple):
    """How pages are read, the same for all pages of a run."""

    themes: str  # the path of the object
    most_pages: int  # of a split article
    settings: tuple[tuple[str, Any], ...]  # of Scrapy
    most_seconds: float = 0  # after which a process of ours ends itself; 0: another's, or never

    @classmethod
    def from_settings(cls, settings: BaseSettings, *, ends_itself: bool) -> "WorkPlan":
        return cls(
            str(settings["DIPLONEWS_THEMES"]),
            settings.getint("DIPLONEWS_ARTICLE_PAGES"),
            tuple((name, settings[name]) for name in SCRAPYS),
            MOST_SECONDS if ends_itself else 0,
        )


class Job(NamedTuple):
    """A page to be read, for the article or the address *name*."""

    name: str
    url: str  # by which it is read
    captures: Sequence[Capture]  # of the page, the newest first: a worker reads that one
    further: Mapping[str, Sequence[Capture]]  # pages of a split article, by their form of URL


class Work(NamedTuple):
    """What a worker needs of a job."""

    url: str
    capture: Capture
    further: dict[str, list[Capture]]
    received: dict[Capture, Received]  # of these captures, where it cannot see our files

    @classmethod
    def from_job(cls, job: Job, *, is_sent: bool) -> "Work | None":
        """Return it with the captures as received, if *is_sent*; ``None``: one cannot be read."""
        capture, further = job.captures[0], {key: [*pages] for key, pages in job.further.items()}
        captures = {capture, *(one for some in further.values() for one in some)}
        try:
            received = {one: one.received() for one in captures} if is_sent else {}
        except ArchiveError:  # the run meets it again, and tells it
            return None
        return cls(job.url, capture, further, received)


class PageRead(NamedTuple):
    """A page that a worker has read."""

    capture: Capture
    url: str
    packed: bytes  # the article as printed, by pickle
    inferred: Any  # of ``inferring.Inferred``; ``None``: nothing

    @property
    def article(self) -> Article:
        article: Article = pickle.loads(self.packed)  # noqa: S301  our worker's, who may as well
        return article


class _Unclean(Exception):  # noqa: N818  it is no error: the run reads the page itself
    """There is something to be told of a page."""


def read_pages(plan: WorkPlan, works: Sequence[Work | None]) -> tuple[str, list[PageRead | None]]:
    """Return what the code of this worker is, and of each page what was read, if all was well."""
    reader = _reader(plan)
    results = []
    for work in works:
        with ending_after(plan.most_seconds) if plan.most_seconds else nullcontext():
            results.append(None if work is None else _read(reader, work))
    return fingerprint(), results


@cache
def _reader(plan: WorkPlan) -> CaptureReader:
    crawler = Crawler(scrapy.Spider, dict(plan.settings))
    crawler.stats = StatsCollector(crawler)  # which Scrapy sets when a crawl begins
    return CaptureReader(load_object(plan.themes), Unpacker(crawler), plan.most_pages)


def _read(reader: CaptureReader, work: Work) -> PageRead | None:
    def find(url: str) -> Sequence[Capture]:
        return work.further.get(alias_key(url), ())

    try:
        with _raising_where_logged():
            article = reader.article(work.capture, work.url, find, _tell, work.received)
        packed = pickle.dumps(article)
    except (DiplonewsError, _Unclean):
        return None
    except Exception:  # nobody foresaw it: the run meets it again, and tells it
        return None
    return PageRead(work.capture, work.url, packed, _infer(article))


def _tell(_article: Article, page: ArticlePage) -> None:
    if page.unkept:
        raise _Unclean


def _infer(article: Article) -> Any:
    """Return what is inferred from an article, by what the run will most likely infer it from."""
    from diplonews import inferring  # not above: the tables of names, which a worker alone needs
    from diplonews.pipelines import Date, Enrich, Identify, Normalise

    try:
        for stage in (Normalise(), Date(), Identify()):
            article = stage.process_item(article)
        basis = inferring.basis_of(article)
        return inferring.Inferred.read_off(basis, Enrich().process_item(article))
    except Exception:  # the run meets it too, and tells it
        return None


@contextmanager
def _raising_where_logged() -> Iterator[None]:
    """Raise ``_Unclean`` where anything is logged that the run would log."""
    words = _Words()
    root = logging.getLogger()
    root.addHandler(words)
    try:
        yield
    finally:
        root.removeHandler(words)
    if words.count:
        raise _Unclean


class _Words(logging.Handler):
    """Counts what is logged."""

    count = 0

    def emit(self, _record: logging.LogRecord) -> None:
        self.count += 1
