"""Where the archive stands: runs, walks and pending, for `scrapy status`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, true

from diplonews.archive.runs import moment_of
from diplonews.archive.tables import (
    IS_LIVE,
    absence,
    article,
    event,
    event_feed,
    pending,
    rejected,
    run,
    sighting,
    walk,
)
from diplonews.archive.transactions import ArchivePart
from diplonews.clock import LEAST_JUMP, ClockTime

# The verdicts of runs that had an answer from the site, even "not modified".
READ = ("ok", "unchanged", "degraded")

# A clock that was behind for a while may have dated so many articles in a row too early.
MOST_MISDATED = 200

# The reason of what a person dismissed begins so (archive/waiting.py).
DISMISSED = "dismissed: "


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest run of a section, and when one last read something."""

    run_id: str
    began: ClockTime
    verdict: str  # empty: it is under way, or has died
    last_read: ClockTime | None  # when the newest run began that read something


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is pending."""

    count: int
    failed_count: int  # those of them that were asked for and could not be read
    oldest_at: datetime | None  # when the oldest was found
    next_at: datetime | None  # when the first of those that wait is due


class Standing(ArchivePart):
    """Reads only."""

    def last_run(self, section: str) -> LastRun | None:
        """Return the newest run of a section; ``None`` where there was none yet."""
        newest = select(run).where(run.c.section == section).order_by(run.c.number.desc())
        has_read = newest.where(run.c.verdict.in_(READ))
        with self.read() as connection:
            row = connection.execute(newest.limit(1)).first()
            if row is None:
                return None
            read_row = connection.execute(has_read.limit(1)).first()
        last_read = moment_of(read_row) if read_row else None
        return LastRun(row.run_id, moment_of(row), row.verdict or "", last_read)

    def sound_walk_at(self, categories: Sequence[str]) -> datetime | None:
        """Return the time since which each walked one of *categories* had a sound walk."""
        walked = (
            select(func.min(run.c.started_at), func.count(), func.count(run.c.number))
            .select_from(walk)
            .outerjoin(run, run.c.number == walk.c.last_sound_run)
            .where(walk.c.category.in_(categories))
        )
        with self.read() as connection:
            earliest, count, sound_count = connection.execute(walked).one()
        return earliest if count == sound_count else None

    def open_categories(self, categories: Sequence[str]) -> list[str]:
        """Return those of *categories* whose last walk was not sound: their boundary is open."""
        unsound = select(walk.c.category).where(
            walk.c.category.in_(categories), walk.c.boundary.is_not(None)
        )
        with self.read() as connection:
            return sorted(connection.scalars(unsound))

    def new_article_at(self, feed: str) -> datetime | None:
        """Return when the newest article of a feed was first archived."""
        newest = (
            select(event.c.at)
            .join(event_feed, event_feed.c.event == event.c.id)
            .where(event_feed.c.feed == feed, event.c.kind == "created")
            .order_by(event_feed.c.event.desc())
            .limit(1)
        )
        with self.read() as connection:
            return connection.scalar(newest)

    def new_counts(self, feed: str, now: datetime, days: int) -> list[int]:
        """Count a feed's new articles in each of the last *days* times 24 hours, newest first.

        Periods before the feed's first article are left out, and articles that a wrong clock
        dated.
        """
        since = now - timedelta(days=days)
        newest = (
            select(event.c.at)
            .join(event_feed, event_feed.c.event == event.c.id)
            .where(event_feed.c.feed == feed, event.c.kind == "created")
            .order_by(event_feed.c.event.desc())
            .execution_options(yield_per=200)
        )
        counts, older_count = [0] * days, 0
        with self.read() as connection:
            for at in connection.scalars(newest):
                if at > now + LEAST_JUMP:
                    continue
                older_count = older_count + 1 if at <= since else 0
                if older_count > MOST_MISDATED:
                    return counts
                if at > since:
                    counts[min(max(now - at, timedelta(0)) // timedelta(days=1), days - 1)] += 1
                    oldest = at
        return counts[: (now - oldest) // timedelta(days=1) + 1] if any(counts) else [0]

    def backlog(self, categories: Sequence[str] | None, now: datetime) -> Backlog:
        """Return what is pending: what was sighted in *categories*, or all."""
        is_here: ColumnElement[bool] = true()
        if categories is not None:
            is_sighted = sighting.c.url_key == pending.c.url_key
            is_here = exists().where(sighting.c.category.in_(categories), is_sighted)
        columns = (
            func.count(),
            func.count(pending.c.last_error),
            func.min(pending.c.found_at),
        )
        waiting = select(func.min(pending.c.not_before)).where(is_here, pending.c.not_before > now)
        with self.read() as connection:
            count, failed_count, oldest_at = connection.execute(
                select(*columns).select_from(pending).where(is_here)
            ).one()
            next_at = connection.scalar(waiting)
        return Backlog(count, failed_count, oldest_at, next_at)

    def held_count(self) -> int:
        """Count the held articles."""
        return self._scalar(select(func.count()).where(absence.c.held_at.is_not(None))) or 0

    def rejected_count(self) -> int:
        """Count the rejected addresses that were not dismissed."""
        is_open = ~rejected.c.reason.startswith(DISMISSED)
        return self._scalar(select(func.count(rejected.c.url_key.distinct())).where(is_open)) or 0

    def longest_unchecked_at(self) -> datetime | None:
        """Return when the live article that was not read for longest was last read."""
        read_at: datetime | None = self._scalar(
            select(func.min(article.c.last_seen_at)).where(IS_LIVE)
        )
        return read_at

    def _scalar(self, statement: Any) -> Any:
        with self.read() as connection:
            return connection.scalar(statement)
