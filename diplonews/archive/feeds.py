"""What the archive says about feeds. Feeds are made from this and from nothing else.

Events are numbered when they are published. Up to a ``seq`` nothing changes any more: what a
folder published up to there must have follows from that number.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, update

from diplonews.archive.forgotten import FORGOTTEN
from diplonews.archive.tables import IS_WITHDRAWAL, event, event_feed, feed, folder
from diplonews.archive.transactions import ArchivePart

WITHDRAWN = "withdrawn"  # the kind of an event, and the file of withdrawn articles

Line = tuple[int, str]  # each line with its seq

later, later_feed = event.alias("later"), event_feed.alias("later_feed")

# Two statements: with one for both, SQLite goes through all events.
LAST_SEQ = select(func.max(event.c.seq))
LAST_DAY = select(func.max(event.c.day))


class Event(NamedTuple):
    """An event of a feed, as ``verify`` compares all of them."""

    seq: int
    day: str
    change: str
    line: str
    file: str  # of ``current``, where this is the article's last event; else empty

    @property
    def change_line(self) -> str:
        return change_line(self.seq, self.change, self.line)

    @property
    def current_line(self) -> str:
        return current_line(self.seq, self.line)


class Feeds(ArchivePart):
    """Lines, by feed, day and month."""

    def number(self, feed_id: str, feeds: Collection[str], today: str) -> int:
        """Number the events without a seq; return the last seq. Note that a folder gets it.

        This is one transaction. Events are numbered in the order in which they were archived. No
        event's day is before an earlier event's, whatever the clock says. Feeds that are new begin
        after the last seq.
        """
        if self._is_numbered(feed_id, feeds):
            return self.last_seq()
        with self.write() as connection:
            last = connection.scalar(LAST_SEQ) or 0
            last_day = connection.scalar(LAST_DAY) or ""
            named_feeds = set(connection.scalars(select(feed.c.name)))
            for name in sorted(set(feeds) - named_feeds):
                row = {"name": name, "began_behind": last}
                connection.execute(insert(feed).values(row))
            _number(connection, last, max(last_day, today))
            last_seq = connection.scalar(LAST_SEQ) or 0
            is_this = folder.c.feed_id == feed_id
            statement = update(folder).where(is_this).values(last_seq=last_seq)
            if not connection.execute(statement).rowcount:
                row = {"feed_id": feed_id, "last_seq": last_seq}
                connection.execute(insert(folder).values(row))
        return last_seq

    def _is_numbered(self, feed_id: str, feeds: Collection[str]) -> bool:
        with self.read() as connection:
            waits = connection.scalar(select(exists().where(event.c.seq.is_(None))))
            named_feeds = set(connection.scalars(select(feed.c.name)))
            last = connection.scalar(LAST_SEQ) or 0
            folder_seq = select(folder.c.last_seq).where(folder.c.feed_id == feed_id)
            return (
                not waits and named_feeds >= set(feeds) and connection.scalar(folder_seq) == last
            )

    def last_seq(self) -> int:
        with self.read() as connection:
            return connection.scalar(LAST_SEQ) or 0

    def count_waiting(self, seq: int) -> int:
        """Return how many events a folder that is published up to *seq* does not have."""
        is_later = event.c.seq.is_(None) | (event.c.seq > seq)
        with self.read() as connection:
            return connection.scalar(select(func.count()).where(is_later)) or 0

    def last_seq_of(self, feed_id: str) -> int | None:
        """Return the seq up to which a folder is published, or about to be; ``None``: unknown."""
        with self.read() as connection:
            folder_seq = select(folder.c.last_seq).where(folder.c.feed_id == feed_id)
            return connection.scalar(folder_seq)

    def day_of(self, seq: int) -> str:
        """Return the day of an event; empty where there is none of that number."""
        with self.read() as connection:
            return connection.scalar(select(event.c.day).where(event.c.seq == seq)) or ""

    def has_event(self, seq: int, article_id: str) -> bool:
        """Tell whether an event of that number is of that article."""
        is_this = (event.c.seq == seq) & (event.c.article_id == article_id)
        with self.read() as connection:
            return bool(connection.scalar(select(exists().where(is_this))))

    def gaps(self) -> str:
        """Return what is wrong with the numbers, as a sentence; empty where all is right."""
        with self.read() as connection:
            last, count = connection.execute(
                select(func.max(event.c.seq), func.count(event.c.seq))
            ).one()
            previous = event.alias("previous")
            is_wrong = (previous.c.id >= event.c.id) | (previous.c.day > event.c.day)
            follows = previous.c.seq == event.c.seq - 1
            wrong = connection.scalar(
                select(func.min(event.c.seq)).join(previous, follows).where(is_wrong)
            )
        if (last or 0) != count:
            return f"expected {count} events to end with seq {count}, found {last}"
        return f"expected seq {wrong} after the one before it, found it before" if wrong else ""

    def days(self, name: str, after: int, until: int) -> list[str]:
        """Return the days of a feed's events, from after seq *after* to *until*, ascending."""
        wanted = _is_between(after, until) & _is_in(name)
        with self.read() as connection:
            return sorted(connection.scalars(select(event.c.day).where(wanted).distinct()))

    def changes(self, name: str, days: tuple[str, str], after: int, until: int) -> Iterator[Line]:
        """Yield a feed's events from the first to the last of *days*, by seq."""
        first, last = days
        is_then = event.c.day == first if first == last else event.c.day.between(first, last)
        wanted = is_then & _is_between(after, until) & _is_in(name)
        lines = select(event.c.seq, event.c.change, event.c.line).where(wanted)
        with self.read() as connection:
            streaming = connection.execution_options(stream_results=True)
            for seq, change, line in streaming.execute(lines.order_by(event.c.id)):
                yield seq, change_line(seq, change, line)

    def current(self, name: str, file: str, until: int) -> Iterator[Line]:
        """Yield the last line of each article in a feed's file of that name, by seq."""
        is_in_month = (event.c.kind != WITHDRAWN) & (event.c.month == file)
        is_here = IS_WITHDRAWAL if file == WITHDRAWN else is_in_month
        wanted = is_here & _is_until(until) & _is_in(name, event_feed.c.is_filed)
        lines = select(event.c.seq, event.c.line).where(wanted, ~_has_later(name, until))
        with self.read() as connection:
            streaming = connection.execution_options(stream_results=True)
            for seq, line in streaming.execute(lines.order_by(event.c.id)):
                yield seq, current_line(seq, line)

    def files(self, name: str, until: int) -> list[str]:
        """Return the names of a feed's files of ``current``: months, "withdrawn", "undated"."""
        is_filed = _is_in(name, event_feed.c.is_filed)
        return self._files(_is_between(0, until) & is_filed & ~_has_later(name, until))

    def touched(self, name: str, after: int, until: int) -> list[str]:
        """Return the files of ``current`` that events after seq *after* may have changed.

        These are all files that a touched article was ever in: a corrected date moves it.
        """
        touched = select(event.c.article_id).where(_is_between(after, until), _is_in(name))
        is_theirs = event.c.article_id.in_(touched.scalar_subquery())
        files = self._files(_is_until(until) & is_theirs & _is_in(name))
        # The events of a forgotten article no longer say that it was withdrawn.
        has_forgotten = bool(self.days_to_rewrite(name, after, until))
        return sorted({*files, WITHDRAWN}) if has_forgotten else files

    def days_to_rewrite(self, name: str, after: int, until: int) -> list[str]:
        """Return the days up to seq *after* with events of articles forgotten after that seq."""
        is_erased = (event.c.kind == FORGOTTEN) & _is_between(after, until)
        erased = select(event.c.article_id).where(is_erased).scalar_subquery()
        wanted = event.c.article_id.in_(erased) & _is_until(after) & _is_in(name)
        with self.read() as connection:
            return sorted(connection.scalars(select(event.c.day).where(wanted).distinct()))

    def count_to_erase(self, seq: int) -> int:
        """Return how many forgotten articles a folder published up to *seq* still has."""
        is_later = event.c.seq.is_(None) | (event.c.seq > seq)
        counted = select(func.count(event.c.article_id.distinct()))
        with self.read() as connection:
            return connection.scalar(counted.where(event.c.kind == FORGOTTEN, is_later)) or 0

    def began_behind(self, name: str) -> int:
        """Return the seq after which a feed's changes begin."""
        with self.read() as connection:
            began = select(feed.c.began_behind).where(feed.c.name == name)
            return connection.scalar(began) or 0

    def history(self, name: str, until: int) -> Iterator[Event]:
        """Yield all events of a feed by seq; each says whether ``current`` shows it."""
        is_shown = event_feed.c.is_filed & ~_has_later(name, until)
        columns = (event.c.seq, event.c.day, event.c.change, event.c.line)
        lines = (
            select(*columns, event.c.month, event.c.kind, is_shown.label("is_shown"))
            .select_from(event_feed)
            .join(event, event.c.id == event_feed.c.event)
            .where(event_feed.c.feed == name, event.c.seq <= until)
            .order_by(event_feed.c.event)  # the index has this order, so nothing is sorted
        )
        with self.read() as connection:
            for row in connection.execution_options(stream_results=True).execute(lines):
                file = WITHDRAWN if row.kind == WITHDRAWN else row.month
                shown = file if row.is_shown else ""
                yield Event(row.seq, row.day, row.change, row.line, shown)

    def _files(self, wanted: ColumnElement[bool]) -> list[str]:
        files = select(event.c.month, event.c.kind == WITHDRAWN).where(wanted).distinct()
        with self.read() as connection:
            rows = connection.execute(files).all()
        return sorted({WITHDRAWN if is_withdrawn else month for month, is_withdrawn in rows})


def change_line(seq: int, change: str, line: str) -> str:
    return f'{{"seq":{seq},{change[1:-1]},{line[1:]}'


def current_line(seq: int, line: str) -> str:
    return f'{{"seq":{seq},{line[1:]}'


def _number(connection: Connection, last: int, day: str) -> None:
    """Number the events without a seq, beginning after *last*."""
    order = func.row_number().over(order_by=event.c.id)
    fresh = select(event.c.id, order.label("place")).where(event.c.seq.is_(None)).subquery()
    numbered = update(event).where(event.c.id == fresh.c.id)
    connection.execute(numbered.values(seq=last + fresh.c.place, day=day))


def _is_between(after: int, until: int) -> ColumnElement[bool]:
    return (event.c.seq > after) & (event.c.seq <= until)


def _is_until(until: int) -> ColumnElement[bool]:
    """Return a condition that nearly all events meet, so that no database looks for them by it.

    By the index of numbers, SQLite would go through all events rather than ask for those of some
    articles. An expression has no index.
    """
    return event.c.seq + 0 <= until


# These conditions use an index for each single event. In a join, SQLite may go through all events
# of a feed for each one of them.
def _is_in(name: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    is_same = (event_feed.c.event == event.c.id) & (event_feed.c.feed == name)
    return exists().where(is_same, *conditions)


def _has_later(name: str, until: int) -> ColumnElement[bool]:
    """Return the condition that the feed has a later event of the same article."""
    is_told = (later_feed.c.event == later.c.id) & (later_feed.c.feed == name)
    is_later = (later.c.article_id == event.c.article_id) & (later.c.id > event.c.id)
    return exists().where(is_later, later.c.seq <= until, exists().where(is_told))
