"""Lines of all articles, whatever feeds they are filed in, for exports and followers.

Up to a ``seq`` nothing changes any more. So the ids of all wanted events are read once, eight
bytes each, and then a few hundred lines at a time. No transaction stays open while a slow program
takes the lines, and what is archived meanwhile is not among them.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, select

from diplonews.archive.feeds import Line, change_line, current_line, later
from diplonews.archive.forgotten import FORGOTTEN
from diplonews.archive.tables import event
from diplonews.archive.transactions import ArchivePart

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Span:
    """Which events are wanted: only conditions for which there is an index."""

    until: int  # seq, inclusive
    after: int = 0  # seq, exclusive
    first_month: str = ""  # of publication, "2026-03"; empty: from the first
    last_month: str = ""  # inclusive; empty: to the last


class HistoryRow(NamedTuple):
    """An event, with its time and run, which its line does not have."""

    seq: int
    at: datetime  # when it was archived
    run: int  # the number of the run that archived it
    change: str
    line: str

    @property
    def change_line(self) -> str:
        return change_line(self.seq, self.change, self.line)


class Lines(ArchivePart):
    """Reads only what is published: what has a ``seq``."""

    def current_ids(self, span: Span) -> Sequence[int]:
        """Return the id of the last event of each article as of ``span.until``, by seq.

        Withdrawn articles are among them, forgotten ones are not.
        """
        has_later = exists().where(
            later.c.article_id == event.c.article_id,
            later.c.id > event.c.id,
            later.c.seq <= span.until,
        )
        return self._ids(_is_in(span) & (event.c.kind != FORGOTTEN) & ~has_later)

    def event_ids(self, span: Span) -> Sequence[int]:
        """Return the ids of all events, by seq."""
        return self._ids(_is_in(span))

    def current(self, ids: Sequence[int]) -> Iterator[Line]:
        """Yield the article's line after each event; withdrawn ones have ``withdrawn_at``."""
        for row in self._rows(ids):
            yield row.seq, current_line(row.seq, row.line)

    def events(self, ids: Sequence[int]) -> Iterator[Line]:
        """Yield the change line of each event."""
        for row in self._rows(ids):
            yield row.seq, change_line(row.seq, row.change, row.line)

    def history(self, ids: Sequence[int]) -> Iterator[HistoryRow]:
        """Yield each event with the time and the run that archived it."""
        for row in self._rows(ids):
            yield HistoryRow(*row)

    def event_ids_of(self, article_id: str, until: int) -> Sequence[int]:
        """Return the ids of the events of one article, by seq."""
        return self._ids((event.c.article_id == article_id) & (event.c.seq <= until))

    def time_of(self, seq: int) -> datetime | None:
        """Return the time of an event; ``None`` where no event has that number."""
        with self.read() as connection:
            return connection.scalar(select(event.c.at).where(event.c.seq == seq))

    def _ids(self, wanted: ColumnElement[bool]) -> Sequence[int]:
        ids = select(event.c.id).where(wanted).order_by(event.c.id)
        with self.read() as connection:
            streaming = connection.execution_options(stream_results=True)
            return array("q", streaming.scalars(ids))

    def _rows(self, ids: Sequence[int]) -> Iterator[Any]:
        columns = (event.c.seq, event.c.at, event.c.run, event.c.change, event.c.line)
        for start in range(0, len(ids), AT_ONCE):
            some = event.c.id.in_(ids[start : start + AT_ONCE])
            with self.read() as connection:
                rows = connection.execute(select(*columns).where(some).order_by(event.c.id)).all()
            yield from rows


def _is_in(span: Span) -> ColumnElement[bool]:
    wanted = (event.c.seq > span.after) & (event.c.seq <= span.until)
    if span.first_month:
        wanted &= event.c.month >= span.first_month
    if span.last_month:
        wanted &= event.c.month <= span.last_month
    return wanted
