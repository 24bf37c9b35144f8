"""Pending: URLs found and not yet read, and those rejected for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from diplonews.archive.forgotten import is_key_forgotten
from diplonews.archive.tables import alias, pending, rejected, sighting
from diplonews.archive.transactions import ArchivePart
from diplonews.clock import is_to_come
from diplonews.normalise.urls import alias_key

# After a first failure the next run asks again. From the second on the URL waits, and the wait
# doubles each time.
SHORTEST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(days=1)

# An address that answers 404 or 410 is given up at the fifth failure, at least half an hour after
# the second: a broken site may answer 404 for a while too.
GIVE_UP_AT = 5


class Wanted(NamedTuple):
    """A pending URL to ask for now."""

    url: str
    category: str  # whose listing led to it; empty: a recheck did
    article_id: str | None  # the known article at this address, if there is one


class Pending(ArchivePart):
    """URLs to be read. A URL leaves the list in the transaction that archives its article."""

    def take(
        self, categories: Sequence[str] | None, run: int, now: datetime, limit: int
    ) -> list[Wanted]:
        """Return up to *limit* URLs that are due, oldest first, of *categories* or of all.

        Those of categories were sighted there. A run gets each URL once: they are noted as asked
        for by this run.
        """
        due = (
            select(pending)
            .where(_is_sighted_in(categories), _is_due(now), _is_untried(run))
            .order_by(pending.c.found_at, pending.c.url_key)
            .limit(limit)
        )
        with self.write() as connection:
            rows = connection.execute(due).all()
            keys = [row.url_key for row in rows]
            connection.execute(
                update(pending).where(pending.c.url_key.in_(keys)).values(last_run=run)
            )
        return [Wanted(row.url, row.category, row.article_id) for row in rows]

    def want_again(self, urls: Sequence[str], categories: Sequence[str], now: datetime) -> None:
        """Make pending those *urls* that were sighted in *categories*: they were edited."""
        keys = {alias_key(url): url for url in urls}
        with self.write() as connection:
            seen = select(sighting.c.url_key, sighting.c.category).where(
                sighting.c.url_key.in_(keys), sighting.c.category.in_(categories)
            )
            listed = select(pending.c.url_key).where(pending.c.url_key.in_(keys))
            waiting = set(connection.scalars(listed))
            category_of = {row.url_key: row.category for row in connection.execute(seen)}
            for key, category in category_of.items():
                if key in waiting:
                    continue
                want(connection, key, keys[key], category, now)

    def note_failure(self, url: str, error: str, now: datetime) -> None:
        """Note that a URL could not be read; it is asked for again after a while."""
        is_this = pending.c.url_key == alias_key(url)
        with self.write() as connection:
            asked = select(pending.c.attempts, pending.c.not_before).where(is_this)
            row = connection.execute(asked).first()
            if row is None:
                return
            not_before = now + wait_after(row.attempts + 1)
            if row.not_before and is_to_come(row.not_before, now, LONGEST_WAIT):
                not_before = max(not_before, row.not_before)  # the page itself asked for a pause
            values = {"attempts": row.attempts + 1, "last_error": error, "not_before": not_before}
            connection.execute(update(pending).where(is_this).values(values))

    def note_wait(self, url: str, until: datetime) -> None:
        """Note that a pending URL is not asked for before *until*, as its page wants."""
        is_this = pending.c.url_key == alias_key(url)
        with self.write() as connection:
            connection.execute(update(pending).where(is_this).values(not_before=until))

    def is_given_up(self, url: str) -> bool:
        """Tell whether *url* is given up if it answers 404 or 410 once more."""
        with self.read() as connection:
            failed = select(pending.c.attempts).where(pending.c.url_key == alias_key(url))
            return (connection.scalar(failed) or 0) + 1 >= GIVE_UP_AT

    def reject(
        self, url: str, run: int, reason: str, now: datetime, line: str | None = None
    ) -> None:
        """Reject a URL for good, with the reason and what was read there."""
        key = alias_key(url)
        row = {"url_key": key, "url": url, "run": run, "at": now, "reason": reason, "line": line}
        with self.write() as connection:
            connection.execute(delete(pending).where(pending.c.url_key == key))
            if not is_key_forgotten(connection, key):
                connection.execute(insert(rejected).values(row))

    def unread(self, categories: Sequence[str] | None) -> list[Wanted]:
        """Return the URLs that could not be read yet, of *categories* or of all.

        Without *categories*, rejected ones are among them.
        """
        waiting = select(pending.c.url, pending.c.category, pending.c.article_id)
        waiting = waiting.where(pending.c.article_id.is_(None), _is_sighted_in(categories))
        waiting = waiting.order_by(pending.c.found_at, pending.c.url_key)
        refused = select(rejected.c.url).distinct().order_by(rejected.c.url)
        with self.read() as connection:
            unread = [Wanted(*row) for row in connection.execute(waiting)]
            if categories is None:
                unread += [Wanted(url, "", None) for url in connection.scalars(refused)]
        return unread

    def count(self, categories: Sequence[str] | None = None) -> int:
        """Count what is not yet read, of *categories* or of all."""
        counted = select(func.count()).select_from(pending).where(_is_sighted_in(categories))
        with self.read() as connection:
            return connection.scalar(counted) or 0

    def count_due(self, categories: Sequence[str] | None, run: int, now: datetime) -> int:
        """Count the URLs that ``take`` would return to this run now."""
        counted = select(func.count()).select_from(pending)
        counted = counted.where(_is_sighted_in(categories), _is_due(now), _is_untried(run))
        with self.read() as connection:
            return connection.scalar(counted) or 0


def _is_due(now: datetime) -> ColumnElement[bool]:
    # A longer wait than the longest was noted while a clock was wrong.
    is_wrong = pending.c.not_before > now + LONGEST_WAIT
    return or_(pending.c.not_before.is_(None), pending.c.not_before <= now, is_wrong)


def _is_untried(run: int) -> ColumnElement[bool]:
    return or_(pending.c.last_run.is_(None), pending.c.last_run != run)


def _is_sighted_in(categories: Sequence[str] | None) -> ColumnElement[bool]:
    if categories is None:
        return true()
    # This asks for each of the few pending URLs, and does not go through all sightings.
    is_this = sighting.c.url_key == pending.c.url_key
    return exists().where(sighting.c.category.in_(categories), is_this)


def wait_after(failures: int) -> timedelta:
    """Return how long a URL waits after so many failures.

    >>> [wait_after(n).total_seconds() / 60 for n in (1, 2, 3, 4, 20)]
    [0.0, 0.0, 5.0, 10.0, 1440.0]
    """
    if failures < 3:
        return timedelta(0)
    doublings = min(failures - 3, 20)
    return min(SHORTEST_WAIT * int(2**doublings), LONGEST_WAIT)


def want(connection: Connection, key: str, url: str, category: str, now: datetime) -> None:
    """Put a new URL on the list, inside the transaction that found it.

    A forgotten one is left out.
    """
    if is_key_forgotten(connection, key):
        return
    leads_to = select(alias.c.article_id).where(alias.c.url_key == key).scalar_subquery()
    row = {"url_key": key, "url": url, "category": category, "found_at": now}
    connection.execute(insert(pending).values(**row, article_id=leads_to))


def take_off(connection: Connection, key: str) -> None:
    """Take an address off the list, inside the transaction that archives its article.

    The address that its page declares stays: another article may be there.
    """
    connection.execute(delete(pending).where(pending.c.url_key == key))


def take_article_off(connection: Connection, article_id: str) -> None:
    """Take a known article's URLs off the list: there is nothing to read at them."""
    connection.execute(delete(pending).where(pending.c.article_id == article_id))
