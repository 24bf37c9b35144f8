"""One run: id and number, section lock, archive, paths, and how it ends.

A run begins before the spider is made, and is concluded after the crawler has stopped. So what was
read is published and the verdict is true, whatever happens to the crawler.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import URL

from diplonews import clock
from diplonews.archive import Archive, database_urls
from diplonews.archive.database_locks import DatabaseLock
from diplonews.archive.validators import Hold
from diplonews.clock import SiteClock
from diplonews.editions import choose_editions
from diplonews.errors import DiplonewsError, FileError, LostLockError
from diplonews.feeds.further_files import Edition
from diplonews.feeds.origin import open_archive
from diplonews.feeds.publisher import Publisher
from diplonews.forgetting.carrying_out import CarryingOut
from diplonews.forgetting.erased_files import LEFT
from diplonews.lines import as_time
from diplonews.runs.account import Account
from diplonews.runs.report import counts_of, log_last_line, write_report
from diplonews.runs.section_lock import Lock, take_lock, this_process
from diplonews.runs.standstill import SharedFolder
from diplonews.runs.trouble import Kind, Trouble, is_of_storage, short_traceback
from diplonews.runs.usual import DAYS, shortfall
from diplonews.runs.verdict import Outcome, judge

logger = logging.getLogger(__name__)

# Set on exceptions that are in the report already: Scrapy may log one several times.
IS_NOTED = "_diplonews_noted"


@dataclass(kw_only=True)
class Run:
    """One execution of one spider, from its lock to its verdict."""

    section: str
    var: Path
    archive: Archive
    lock: Lock
    folder: SharedFolder
    number: int
    run_id: str
    started_at: datetime
    arguments: Mapping[str, str]
    is_rereading: bool = False  # it reads captures and asks the site for nothing
    contact: str = ""  # for the feeds' manifest
    editions: Sequence[Edition] = ()  # published with the feeds
    account: Account = field(default_factory=Account)
    troubles: list[Trouble] = field(default_factory=list)
    unwritten: str = ""  # why the archive could not be written; empty: it could
    verdict: str = ""
    not_erased: str = ""  # why words of a forgotten article are there still
    has_still: list[str] = field(default_factory=list)  # files that a person has to look at
    why_on_hold: str = ""  # why the site is left alone for the rest of the run, once it is
    has_lost_lock: bool = False  # with its connection, or its file
    clock: SiteClock = field(default_factory=SiteClock)
    # What workers inferred from articles on their way to the pipelines, by URL.
    inferred_ahead: dict[str, Any] = field(default_factory=dict)
    site_works: bool = False  # it served a page in this run, so a 404 is believed

    @classmethod
    def begin(
        cls,
        settings: BaseSettings,
        section: str,
        arguments: Mapping[str, str],
        *,
        is_rereading: bool = False,
    ) -> Self:
        """Take the section's lock, open the archive and note the run.

        Raises ``LockedError`` where another run of the section is under way, or a command has the
        folder alone. Raises ``ArchiveError`` or ``SettingError`` where no archive can be written.
        """
        var, url = Path(settings["DIPLONEWS_VAR"]), archive_url(settings)
        editions = choose_editions(settings.get("DIPLONEWS_PUBLISH") or "")
        with ExitStack() as undo:
            folder = SharedFolder.take(var, url, f"a run of {section} that just began")
            undo.callback(folder.release)
            lock = take_lock(url, var, section)
            undo.callback(lock.release)
            archive = open_archive(url, var / "feeds")
            archive.lock = lock if isinstance(lock, DatabaseLock) else None
            at, uptime = clock.moment()
            number, run_id = archive.runs.begin(section, arguments, at, this_process(), uptime)
            archive.runs.close(number - 1, section, at)  # earlier runs that died
            lock.name_holder(run_id)
            folder.name_holder(f"run {run_id}")
            undo.pop_all()
        run = cls(
            section=section,
            var=var,
            archive=archive,
            lock=lock,
            folder=folder,
            number=number,
            run_id=run_id,
            started_at=at,
            arguments=dict(arguments),
            contact=settings.get("DIPLONEWS_CONTACT") or "",
            editions=editions,
            is_rereading=is_rereading,
        )
        run.erase_forgotten()
        return run

    def erase_forgotten(self) -> None:
        """Erase articles here that were forgotten on another machine, or by a killed command.

        Files are changed only while no other run uses the folder; else a later run does it. The
        run tries again at its end. If that fails too, the report says why.
        """
        try:
            carrying_out = CarryingOut(
                self.archive, self.var, self.contact, editions=self.editions
            )
            if carrying_out.is_behind():
                carrying_out.erase_rows()
                with self.folder.alone() as is_alone:
                    if is_alone:
                        erased = carrying_out.erase_all()
                        self.has_still += [
                            f"{file.path} {file.what}" for file in erased if file.what in LEFT
                        ]
        except (DiplonewsError, OSError) as error:
            self.not_erased = str(error)
        else:
            self.not_erased = ""

    @classmethod
    def find(cls, crawler: Crawler) -> Self | None:
        """Return the run of a crawler's spider; ``None`` if it has none, as in `scrapy shell`."""
        run = getattr(crawler.spider, "run", None)
        return run if isinstance(run, cls) else None

    @property
    def captures(self) -> Path:
        """The folder of captures."""
        return self.var / "captures"

    @property
    def is_on_hold(self) -> bool:
        """Tell whether the site is on hold: URLs that fail now stay pending as they were."""
        return bool(self.why_on_hold)

    @property
    def is_over(self) -> bool:
        """Tell whether requests are over: the site is on hold, or nothing can be kept."""
        return self.is_on_hold or bool(self.unwritten)

    @property
    def has_crashed(self) -> bool:
        """Tell whether anything happened that nobody foresaw."""
        return any(trouble.kind is Kind.CRASH for trouble in self.troubles)

    def note_trouble(
        self, kind: Kind, url: str, why: str, error: BaseException | None = None
    ) -> None:
        """Note a trouble for the report, and log it.

        *error* is an unexpected exception: the report has the end of its traceback.

        Ignored while the site is on hold. While nothing can be written, troubles of pages are
        ignored too: that is a trouble of its own.
        """
        is_of_page = kind in {Kind.LISTING, Kind.ARTICLE}
        if is_of_page:
            self.account.spoil_url(url)
        if (self.is_on_hold and kind is not Kind.LOCK) or (self.unwritten and is_of_page):
            return
        self.troubles.append(Trouble(kind, url, why, short_traceback(error) if error else ""))
        logger.log(logging.ERROR if kind is Kind.LISTING else logging.WARNING, "%s: %s", url, why)

    def note_crash(self, error: BaseException, url: str, where: str) -> None:
        """Note an unexpected exception, once, with the end of its traceback.

        An archive that cannot be written is noted once, and not as a crash.
        """
        if getattr(error, IS_NOTED, False):
            return
        if is_of_storage(error):
            self.unwritten = self.unwritten or str(error)
            return
        with suppress(AttributeError):  # an exception with slots may be in the report twice
            setattr(error, IS_NOTED, True)
        why = f"{where or 'expected no exception'}: {type(error).__name__}: {error}"
        self.troubles.append(Trouble(Kind.CRASH, url, why, short_traceback(error)))
        logger.error("%s: %s", url or self.run_id, why)

    def leave_alone(self, origin: str, hold: Hold) -> None:
        """Put the site at *origin* on hold for the rest of the run; report why."""
        if not self.is_on_hold:
            until = as_time(hold.until)
            self.note_trouble(
                Kind.LISTING, origin, f"{hold.why.rstrip('.')}. Nothing is asked before {until}"
            )
            self.why_on_hold = hold.why or "the site is on hold"

    def abandon(self, crawler: Crawler, why: str) -> None:
        """Stop *crawler*, because the archive can keep nothing it reads."""
        self.lose_lock(crawler)
        if self.unwritten or self.has_lost_lock:
            return
        self.unwritten = why
        logger.error("%s. The run stops; nothing it has archived is lost", why)
        self.stopping = asyncio.ensure_future(
            crawler.engine.close_spider_async(reason="archive_unwritable")
        )

    def lose_lock(self, crawler: Crawler) -> None:
        """Stop *crawler* if the lock is lost: another run of the section may have begun."""
        if self._check_lock():
            self.stopping = asyncio.ensure_future(
                crawler.engine.close_spider_async(reason="lock_lost")
            )

    def _check_lock(self) -> bool:
        """Tell whether the lock was lost, and report that once; what was read before is kept."""
        if self.has_lost_lock or not self.lock.is_lost():
            return False
        self.has_lost_lock = True
        self.note_trouble(
            Kind.LOCK,
            self.section,
            "the lock was lost while the run was under way. What it has archived is kept and "
            "published by the next run",
        )
        return True

    def conclude(self, stats: Mapping[str, Any]) -> str:
        """Publish, judge, note and report the run; release its lock; return the verdict.

        A step that fails makes the verdict ``broken``; the other steps are taken nevertheless.
        """
        was_stopped = stats.get("finish_reason") != "finished" or self.is_over
        self.account.finish(was_stopped=was_stopped)
        for url in self.account.lost:
            self.note_trouble(Kind.ACCOUNT, url, "expected an end of this request, found none")
        self._guard("noting that no event follows", self._close)
        self._guard("publishing", self._publish)
        self._guard("erasing what was forgotten", self._erase_forgotten)
        self._guard("comparing with what is usual", self._compare)
        ended_at = clock.now()
        self._judge(stats)
        self._guard("noting the end", lambda: self._note_end(stats, ended_at))
        self._guard("closing the archive", self.archive.close)
        outcome = self._judge(stats)
        self._guard("reporting", lambda: write_report(self, outcome, stats, ended_at))
        reported, outcome = self.verdict, self._judge(stats)
        if self.verdict != reported:  # the report that is there may be better than the truth
            self._guard("reporting again", lambda: write_report(self, outcome, stats, ended_at))
        self._guard("letting the lock go", self.lock.release)
        self._guard("letting the folder go", self.folder.release)
        log_last_line(self, outcome, stats.get("downloader/request_count", 0))
        return self.verdict

    def _guard(self, step: str, take: Callable[[], object]) -> None:
        """Take a *step* of the end; where it fails, the run is broken and its report says why."""
        try:
            take()
        except (DiplonewsError, OSError) as error:
            self.unwritten = self.unwritten or str(error)
        except Exception as error:
            self.note_crash(error, "", step)
            self.unwritten = self.unwritten or f"{step}: {type(error).__name__}: {error}"

    def _close(self) -> None:
        """Note that no event follows, while no other run of the section may write."""
        self._check_lock()
        try:
            if not self.has_lost_lock:
                self.archive.runs.close(self.number, self.section, clock.now())
        except LostLockError:
            self._check_lock()
        finally:
            self.archive.lock = None  # only the end of this run is still to be written

    def _publish(self) -> None:
        if not self.unwritten and not self.has_lost_lock:
            try:
                feeds = self.var / "feeds"
                Publisher(self.archive, feeds, self.contact, self.editions).publish()
            except FileError as error:
                raise FileError(
                    f"{error}. What was published before is untouched; the next run publishes "
                    f"this one's changes too"
                ) from error

    def _erase_forgotten(self) -> None:
        self.erase_forgotten()
        if self.not_erased:
            why = f"what was forgotten is not erased here yet: {self.not_erased}"
            self.note_trouble(Kind.UNERASED, str(self.var), why)
        for what in self.has_still:
            self.note_trouble(Kind.UNERASED, str(self.var), f"an article was forgotten: {what}")

    def _compare(self) -> None:
        """Note if the section has far fewer new articles than usual at this hour."""
        if self.is_over or self.is_rereading:
            return
        counts = self.archive.standing.new_counts(self.section, clock.now(), DAYS + 1)
        why = shortfall(counts)
        if why:
            self.note_trouble(Kind.FEW, self.section, why)

    def _note_end(self, stats: Mapping[str, Any], ended_at: datetime) -> None:
        if not self.unwritten:
            self.archive.runs.end(self.number, self.verdict, counts_of(stats), ended_at)

    def _judge(self, stats: Mapping[str, Any]) -> Outcome:
        outcome = self._outcome(stats)
        self.verdict = judge(outcome)
        return outcome

    def _outcome(self, stats: Mapping[str, Any]) -> Outcome:
        def count(*kinds: Kind) -> int:
            return sum(trouble.kind in kinds for trouble in self.troubles)

        changes = ("created", "updated", "restored", "withdrawn")
        return Outcome(
            listing_pages=stats.get("diplonews/listing_page_count", 0)
            + stats.get("diplonews/surface_page_count", 0),
            listing_failures=count(Kind.LISTING),
            articles=stats.get("diplonews/article_count", 0)
            - stats.get("diplonews/lost_article_count", 0),
            article_failures=count(Kind.ARTICLE),
            rejected=count(Kind.REJECTED),
            fallbacks=count(Kind.FALLBACK),
            few=count(Kind.FEW),
            clocks=count(Kind.CLOCK),
            unerased=count(Kind.UNERASED),
            held=count(Kind.HELD),
            unkept_values=count(Kind.VALUE),
            crashes=count(Kind.CRASH),
            dead_workers=count(Kind.WORKER),
            unaccounted=len(self.account.lost),
            events=sum(stats.get(f"diplonews/{kind}_count", 0) for kind in changes),
            has_read=self.account.has_read,
            is_finished=stats.get("finish_reason") == "finished",
            unwritten=self.unwritten,
            has_lost_lock=self.has_lost_lock,
        )


def archive_url(settings: BaseSettings) -> URL:
    """Return the database URL of the archive: as set, or SQLite under ``DIPLONEWS_VAR``."""
    var = Path(settings["DIPLONEWS_VAR"])
    return database_urls.from_settings(settings.get("DIPLONEWS_ARCHIVE"), var)
