"""Events with the run that archived them, and runs by verdict, for the overview. Reads only.

Up to a ``seq`` nothing changes any more. So the ids of the wanted events are read once, eight
bytes each, and then a few hundred events at a time.
"""

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select

from diplonews.archive.feeds import later
from diplonews.archive.forgotten import FORGOTTEN
from diplonews.archive.tables import event, run
from diplonews.archive.transactions import ArchivePart

AT_ONCE = 200


class Occurrence(NamedTuple):
    """An event, its line, and when feeds had it."""

    seq: int
    kind: str
    at: datetime
    change: str  # JSON: what happened
    line: str  # JSON: the article after it
    is_last: bool  # of the article's events
    feed_at: datetime | None  # when its run ended, and its feeds were written


class RunCount(NamedTuple):
    """How many runs of a section had one verdict."""

    section: str
    verdict: str  # empty: they are under way, or have died
    run_count: int


class Chronicle(ArchivePart):
    """Reads only what is published: what has a ``seq``."""

    def events(self, until: int, months: tuple[str, str] = ("", "")) -> Iterator[Occurrence]:
        """Yield the events up to seq *until* of articles published in *months*, by seq.

        *months* are the first and the last, such as "2026-03"; an empty one is no limit. Events of
        forgotten articles are left out.
        """
        has_later = exists().where(
            later.c.article_id == event.c.article_id,
            later.c.id > event.c.id,
            later.c.seq <= until,
        )
        columns = (event.c.seq, event.c.kind, event.c.at, event.c.change, event.c.line)
        chosen = select(*columns, ~has_later, run.c.ended_at).join(
            run, run.c.number == event.c.run
        )
        ids = self._ids(until, months)
        for start in range(0, len(ids), AT_ONCE):
            some = event.c.id.in_(ids[start : start + AT_ONCE])
            with self.read() as connection:
                rows = connection.execute(chosen.where(some).order_by(event.c.id)).all()
            yield from (Occurrence(*row) for row in rows)

    def run_counts(self, since: datetime) -> list[RunCount]:
        """Count the runs that began since then, by section and verdict."""
        counts = (
            select(run.c.section, run.c.verdict, func.count())
            .where(run.c.started_at >= since)
            .group_by(run.c.section, run.c.verdict)
        )
        with self.read() as connection:
            rows = connection.execute(counts).all()
        return sorted(RunCount(section, verdict or "", n) for section, verdict, n in rows)

    def first_run_at(self) -> datetime | None:
        """Return when the first run of all began."""
        with self.read() as connection:
            first_at: datetime | None = connection.scalar(select(func.min(run.c.started_at)))
        return first_at

    def last_run_at(self) -> datetime | None:
        """Return when the last run of all ended, or began where it has not ended."""
        ends = func.coalesce(run.c.ended_at, run.c.started_at)
        with self.read() as connection:
            last_at: datetime | None = connection.scalar(select(func.max(ends)))
        return last_at

    def _ids(self, until: int, months: tuple[str, str]) -> Sequence[int]:
        first, last = months
        wanted = (event.c.seq <= until) & (event.c.kind != FORGOTTEN)
        if first:
            wanted &= event.c.month >= first
        if last:
            wanted &= event.c.month <= last
        ids = select(event.c.id).where(wanted).order_by(event.c.id)
        with self.read() as connection:
            streaming = connection.execution_options(stream_results=True)
            return array("q", streaming.scalars(ids))
