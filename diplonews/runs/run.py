"""One run: its id and number, its section's lock, its archive and paths, and its end.

Begun before the spider is made and concluded after the crawler has stopped, so that
whatever happens to the crawler, what was read is published and the truth is told.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import URL

from diplonews.archive import Archive, urls
from diplonews.archive.locks import DatabaseLock
from diplonews.archive.validators import Hold
from diplonews.errors import DiplonewsError, LostLockError
from diplonews.feeds.files import write_whole
from diplonews.feeds.origin import open_archive
from diplonews.feeds.publisher import Publisher
from diplonews.lines import as_time
from diplonews.runs.lock import Lock, take_lock, this_process
from diplonews.runs.verdict import Outcome, judge

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A page or value that a person may have to look at."""

    kind: str  # "listing", "article", "rejected", "fallback"
    url: str
    why: str


@dataclass(kw_only=True)
class Run:
    """One execution of one spider, from its lock to its verdict."""

    section: str
    var: Path
    archive: Archive
    lock: Lock
    number: int
    run_id: str
    started_at: datetime
    arguments: Mapping[str, str]
    troubles: list[Trouble] = field(default_factory=list)
    unwritten: str = ""  # why the archive could not be written, once it could not
    verdict: str = ""
    hold: Hold | None = None  # the site is left alone, and so is the rest of the run
    in_rss: set[str] = field(default_factory=set)  # forms of the URLs that the RSS shows
    has_lost_lock: bool = False  # with its connection, or its file
    site_works: bool = False  # a page of it was read: its 404 of another means what it says

    @classmethod
    def begin(cls, settings: BaseSettings, section: str, arguments: Mapping[str, str]) -> Self:
        """Take the section's lock, open the archive and note the run.

        Raises ``LockedError`` where another run of the section is under way, ``ArchiveError``
        or ``SettingError`` where there is no archive to write to.
        """
        var = Path(settings["DIPLONEWS_VAR"])
        lock = take_lock(archive_url(settings), var, section)
        try:
            archive = open_archive(archive_url(settings), var / "feeds")
            archive.lock = lock if isinstance(lock, DatabaseLock) else None
            started_at = datetime.now(UTC)
            number, run_id = archive.runs.begin(section, arguments, started_at, this_process())
            archive.runs.close(number - 1, section, started_at)  # of runs that died
            lock.name_holder(run_id)
        except DiplonewsError:
            lock.release()
            raise
        return cls(
            section=section,
            var=var,
            archive=archive,
            lock=lock,
            number=number,
            run_id=run_id,
            started_at=started_at,
            arguments=dict(arguments),
        )

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """Return the run that *crawler*'s spider belongs to."""
        run = getattr(crawler.spider, "run", None)
        if not isinstance(run, cls):
            raise DiplonewsError(f"{crawler.spider}: expected a spider with a run")
        return run

    @property
    def captures(self) -> Path:
        """The folder of what the site answered."""
        return self.var / "captures"

    @property
    def is_reparse(self) -> bool:
        """Tell whether captures are read again, and the site is asked for nothing."""
        return self.section == "reparse"

    def note_trouble(self, kind: str, url: str, why: str) -> None:
        """Note and log what could not be read, so that the report can name it.

        Not what was not asked for because the site is left alone: that is told once.
        """
        if self.hold is not None:
            return
        self.troubles.append(Trouble(kind, url, why))
        logger.log(logging.ERROR if kind == "listing" else logging.WARNING, "%s: %s", url, why)

    def leave_alone(self, origin: str, hold: Hold) -> None:
        """Ask the site at *origin* for nothing more in this run; tell why."""
        if self.hold is None:
            until = as_time(hold.until)
            self.note_trouble("listing", origin, f"{hold.why}. Nothing is asked before {until}")
            self.hold = hold

    def abandon(self, crawler: Crawler, why: str) -> None:
        """Stop *crawler*, because nothing it reads could be kept."""
        self.lose_lock(crawler)
        if self.unwritten or self.has_lost_lock:
            return
        self.unwritten = why
        logger.error("%s. The run stops; nothing it has archived is lost", why)
        assert crawler.engine is not None
        self.stopping = asyncio.ensure_future(
            crawler.engine.close_spider_async(reason="archive_unwritable")
        )

    def conclude(self, stats: Mapping[str, Any]) -> str:
        """Publish, judge, note and report the run; return its verdict. The lock is let go."""
        try:
            self._close()
            self._publish()
            outcome = self._outcome(stats)
            self.verdict = judge(outcome)
            self._report(outcome, stats)
        finally:
            self.archive.close()
            self.lock.release()
        return self.verdict

    def lose_lock(self, crawler: Crawler) -> None:
        """Stop *crawler*: another run of the section may have begun."""
        if self._look_at_lock():
            assert crawler.engine is not None
            self.stopping = asyncio.ensure_future(
                crawler.engine.close_spider_async(reason="lock_lost")
            )

    def _look_at_lock(self) -> bool:
        """Tell, once, whether the lock was lost; what was read before that is kept."""
        if self.has_lost_lock or not self.lock.is_lost():
            return False
        self.has_lost_lock = True
        self.note_trouble(
            "lock",
            self.section,
            "the lock was lost while the run was under way. What it has archived is kept and "
            "published by the next run",
        )
        return True

    def _close(self) -> None:
        """Note that no event follows, as long as nobody else may write them too."""
        self._look_at_lock()
        try:
            if not self.has_lost_lock:
                self.archive.runs.close(self.number, self.section, datetime.now(UTC))
        except LostLockError:
            self._look_at_lock()
        except DiplonewsError as error:
            self.unwritten = self.unwritten or str(error)
        self.archive.lock = None  # what is left to write is this run's own end

    def _publish(self) -> None:
        if self.unwritten or self.has_lost_lock:
            return
        try:
            Publisher(self.archive, self.var / "feeds").publish()
        except (DiplonewsError, OSError) as error:
            self.unwritten = str(error)

    def _outcome(self, stats: Mapping[str, Any]) -> Outcome:
        def of_kind(kind: str) -> int:
            return sum(trouble.kind == kind for trouble in self.troubles)

        kinds = ("created", "updated", "restored", "withdrawn")
        return Outcome(
            listing_pages=stats.get("diplonews/listing_page_count", 0)
            + stats.get("diplonews/surface_page_count", 0),
            listing_failures=of_kind("listing"),
            articles=stats.get("diplonews/article_count", 0),
            article_failures=of_kind("article"),
            rejected=of_kind("rejected"),
            fallbacks=of_kind("fallback"),
            events=sum(stats.get(f"diplonews/{kind}_count", 0) for kind in kinds),
            is_finished=stats.get("finish_reason") == "finished",
            unwritten=self.unwritten,
            has_lost_lock=self.has_lost_lock,
        )

    def _report(self, outcome: Outcome, stats: Mapping[str, Any]) -> None:
        ended_at = datetime.now(UTC)
        counts = {key: stats[key] for key in sorted(stats) if key.startswith("diplonews/")}
        report = {
            "run": self.run_id,
            "section": self.section,
            "arguments": dict(self.arguments),
            "started_at": as_time(self.started_at),
            "ended_at": as_time(ended_at),
            "verdict": self.verdict,
            "requests": stats.get("downloader/request_count", 0),
            "outcome": asdict(outcome),
            "counts": counts,
            "troubles": [asdict(trouble) for trouble in self.troubles],
        }
        try:
            if not self.unwritten:
                self.archive.runs.end(self.number, self.verdict, counts, ended_at)
            text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
            write_whole(self.var / "runs" / f"{self.run_id}.json", [(0, text)])
        except DiplonewsError as error:
            self.unwritten = self.unwritten or str(error)
            self.verdict = "broken"
        self._log_last_line(outcome, report["requests"])

    def _log_last_line(self, outcome: Outcome, requests: int) -> None:
        is_good = self.verdict in {"ok", "unchanged"}
        logger.log(
            logging.INFO if is_good else logging.ERROR,
            "run %s is %s: %s requests, %s listing pages, %s articles read, %s changes, "
            "%s not read%s",
            self.run_id,
            self.verdict,
            requests,
            outcome.listing_pages,
            outcome.articles,
            outcome.events,
            outcome.listing_failures + outcome.article_failures + outcome.rejected,
            f". {self.unwritten}" if self.unwritten else "",
        )


def archive_url(settings: BaseSettings) -> URL:
    """Return the database URL of the archive: as set, or SQLite under ``DIPLONEWS_VAR``."""
    return urls.of_settings(settings.get("DIPLONEWS_ARCHIVE"), Path(settings["DIPLONEWS_VAR"]))
