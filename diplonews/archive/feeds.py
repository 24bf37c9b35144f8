"""What the archive says a feed holds. Feeds are projections of this, and of nothing else."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from diplonews.archive.part import Part
from diplonews.archive.tables import article, event, event_feed, filed, run

MOST_AT_ONCE = 500  # values in one statement: databases have a limit


class Feeds(Part):
    """Lines, by feed, run and month."""

    def changes(self, feed: str, run_number: int) -> Iterator[tuple[int, str]]:
        """Yield seq and line of a run's events in *feed*, in the order of seq."""
        lines = (
            select(event.c.seq, event.c.line)
            .join(event_feed, event_feed.c.seq == event.c.seq)
            .where(event.c.run == run_number, event_feed.c.feed == feed)
            .order_by(event.c.seq)
        )
        with self.read() as connection:
            rows = connection.execution_options(stream_results=True).execute(lines)
            for seq, line in rows:
                yield seq, f'{{"seq":{seq},{line[1:]}'

    def current(self, feed: str, month: str) -> Iterator[tuple[int, str]]:
        """Yield seq of the last event and line of each live article of a month, oldest first.

        A line has ``withdrawn_at`` as change lines have it: nothing says so of a live article.
        """
        last_seq = select(func.max(event.c.seq)).where(event.c.article_id == article.c.id)
        lines = (
            select(last_seq.scalar_subquery(), article.c.line)
            .join(filed, filed.c.article_id == article.c.id)
            .where(filed.c.feed == feed, article.c.month == month, article.c.status == "live")
            .order_by(article.c.published_at, article.c.id)
        )
        with self.read() as connection:
            rows = connection.execution_options(stream_results=True).execute(lines)
            for seq, line in rows:
                yield seq, f'{{"seq":{seq},{line[1:-1]},"withdrawn_at":null}}'

    def runs(self, feed: str) -> list[tuple[int, str, bool]]:
        """Return number, id and whether it is closed of the runs that made events of *feed*."""
        runs = (
            select(run.c.number, run.c.run_id, run.c.closed_at.is_not(None).label("is_closed"))
            .join(event, event.c.run == run.c.number)
            .join(event_feed, event_feed.c.seq == event.c.seq)
            .where(event_feed.c.feed == feed)
            .distinct()
            .order_by(run.c.number)
        )
        with self.read() as connection:
            return [(row.number, row.run_id, row.is_closed) for row in connection.execute(runs)]

    def months_of(self, feed: str, run_numbers: Sequence[int]) -> list[str]:
        """Return the months whose articles in *feed* these runs touched.

        Every month that a touched article was ever in: a corrected date moves it.
        """
        found: set[str] = set()
        for start in range(0, len(run_numbers), MOST_AT_ONCE):
            some = run_numbers[start : start + MOST_AT_ONCE]
            touched = (
                select(event.c.article_id)
                .join(event_feed, event_feed.c.seq == event.c.seq)
                .where(event.c.run.in_(some), event_feed.c.feed == feed)
            )
            months = select(event.c.month).where(event.c.article_id.in_(touched)).distinct()
            with self.read() as connection:
                found.update(connection.scalars(months))
        return sorted(found)

    def months(self, feed: str) -> list[str]:
        """Return every month that has a live article in *feed*."""
        months = (
            select(article.c.month)
            .join(filed, filed.c.article_id == article.c.id)
            .where(filed.c.feed == feed, article.c.status == "live")
            .distinct()
        )
        with self.read() as connection:
            return sorted(connection.scalars(months))

    def last_seq(self) -> int:
        with self.read() as connection:
            return connection.scalar(select(func.max(event.c.seq))) or 0
