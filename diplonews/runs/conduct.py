"""Begin, crawl, conclude: what every command that runs a spider does, once.

Whatever happens in between, the run is concluded and gets a verdict.
"""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler, CrawlerProcessBase

from diplonews.errors import DiplonewsError, LockedError, SettingError
from diplonews.runs.crashes import crash_net
from diplonews.runs.run import Run
from diplonews.runs.verdict import EXIT_STATUS, LOCKED, WRONG_ARGUMENT

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Conducted:
    """A run that is over, and the spider that crawled, if it was made at all."""

    run: Run
    spider: Spider | None

    @property
    def status(self) -> int:
        return EXIT_STATUS[self.run.verdict]


def conduct(
    process: CrawlerProcessBase,
    spider: type[Spider],
    section: str,
    arguments: Mapping[str, str],
    *,
    is_rereading: bool = False,
) -> Conducted:
    """Begin a run of *section*, crawl with *spider*, and conclude the run."""
    run = Run.begin(process.settings, section, arguments, is_rereading=is_rereading)
    crawler: Crawler | None = None
    gc.freeze()  # imported modules stay: garbage collection need not go through them
    with crash_net(run):
        try:
            crawler = process.create_crawler(spider)
            crawl = process.crawl(crawler, run=run, **arguments)
            with hang_up_as_terminate():
                process.start()
            _note_end(run, crawl)
            gc.collect()  # a task that nobody awaited logs its exception when collected
        except Exception as error:
            run.note_crash(error, "", "crawling")
        run.conclude(_stats_of(crawler))
    return Conducted(run, crawler.spider if crawler else None)


@contextmanager
def hang_up_as_terminate() -> Iterator[None]:
    """Let SIGHUP, of a terminal that closes, end a run as SIGTERM does.

    Where SIGHUP is ignored (`nohup`), it stays ignored.
    """
    before = signal.getsignal(signal.SIGHUP)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        yield
    finally:  # a second signal must not cut the conclusion short
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _note_end(run: Run, crawl: Any) -> None:
    """Note why the crawler could not start or end; nobody else awaits its task."""
    if isinstance(crawl, asyncio.Future) and crawl.done() and not crawl.cancelled():
        error = crawl.exception()
        if error is not None:
            run.note_crash(error, "", "starting or ending the crawler")


def _stats_of(crawler: Crawler | None) -> dict[str, Any]:
    try:
        return crawler.stats.get_stats() if crawler and crawler.stats else {}
    except RuntimeError:  # the crawler was never set up
        return {}


def status_of(error: BaseException) -> int:
    """Return the exit status of a command that *error* ended before there was a verdict."""
    if isinstance(error, SettingError):
        return WRONG_ARGUMENT
    return LOCKED if isinstance(error, LockedError) else EXIT_STATUS["broken"]


def sentence_of(error: Exception) -> str:
    """Return the message of a command that *error* ended."""
    if isinstance(error, DiplonewsError):
        return str(error)
    return f"{type(error).__name__}: {error} (nobody foresaw this: the traceback is in the log)"
