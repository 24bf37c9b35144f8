"""Pending and rejected addresses as a person sees them: listed, tried again, or dismissed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)

from diplonews.archive.pending import want
from diplonews.archive.standing import DISMISSED
from diplonews.archive.tables import pending, rejected, run, sighting
from diplonews.archive.transactions import ArchivePart
from diplonews.normalise.urls import alias_key


@dataclass(frozen=True, slots=True)
class Unread:
    """An address that is pending or rejected, and why."""

    url: str
    reason: str  # why the last try failed; empty: it was not asked for yet
    at: datetime  # when it was found, or rejected
    attempts: int  # that failed
    not_before: datetime | None  # when it may be asked for again
    run_id: str  # of the run that rejected it


class Waiting(ArchivePart):
    """What is unread, and what a person decides about it."""

    def pending(self, categories: Sequence[str] | None) -> Iterator[Unread]:
        """Yield what is pending, oldest first: sighted in one of *categories*, or all."""
        is_here: ColumnElement[bool] = true()
        if categories is not None:
            is_sighted = sighting.c.url_key == pending.c.url_key
            is_here = exists().where(sighting.c.category.in_(categories), is_sighted)
        query = select(pending).where(is_here).order_by(pending.c.found_at, pending.c.url_key)
        with self.read() as connection:
            for row in connection.execute(query):
                yield Unread(
                    row.url, row.last_error or "", row.found_at, row.attempts, row.not_before, ""
                )

    def rejected(self, *, with_dismissed: bool = False) -> Iterator[Unread]:
        """Yield what was rejected, newest first: each address with its last reason."""
        query = (
            select(rejected.c.url_key, rejected.c.url, rejected.c.reason, rejected.c.at)
            .add_columns(run.c.run_id)
            .join(run, run.c.number == rejected.c.run)
            .order_by(rejected.c.number.desc())
        )
        seen_keys: set[str] = set()
        with self.read() as connection:
            for row in connection.execute(query):
                is_dismissed = row.reason.startswith(DISMISSED)
                if row.url_key in seen_keys or (is_dismissed and not with_dismissed):
                    continue
                seen_keys.add(row.url_key)
                yield Unread(row.url, row.reason, row.at, 0, None, row.run_id)

    def retry(self, urls: Sequence[str], now: datetime) -> int:
        """Let the next run ask for *urls*; return how many were pending or rejected.

        Rejected ones become pending again; those that wait are due at once.
        """
        with self.write() as connection:
            return sum(self._retry(connection, url, now) for url in urls)

    def retry_read(self, before: datetime, now: datetime, limit: int) -> int:
        """Let runs ask again for pages that were rejected *before* a time, oldest first.

        Such a page may have changed: its post id, address, date or headline. Pages that could not
        be read are left out: they are gone. Return how many.
        """
        newest = func.max(rejected.c.number)
        last = select(newest).group_by(rejected.c.url_key)
        is_page = rejected.c.line.is_not(None) & ~rejected.c.reason.startswith(DISMISSED)
        was_before = (rejected.c.at < before) | (rejected.c.at > now)  # by a wrong clock
        is_pending = exists().where(pending.c.url_key == rejected.c.url_key)
        old = select(rejected.c.url).where(
            rejected.c.number.in_(last), is_page, was_before, ~is_pending
        )
        with self.write() as connection:
            urls = list(connection.scalars(old.order_by(rejected.c.number).limit(limit)))
            return sum(self._retry(connection, url, now) for url in urls)

    def dismiss(self, urls: Sequence[str], run_number: int, now: datetime) -> int:
        """Ask for *urls* no more and list them no more; return how many were listed.

        What was pending becomes rejected. The archive keeps the reason.
        """
        with self.write() as connection:
            return sum(self._dismiss(connection, url, run_number, now) for url in urls)

    def newest_run(self) -> int:
        """Return the number of the newest run; 0 where there is none."""
        with self.read() as connection:
            newest = select(run.c.number).order_by(run.c.number.desc()).limit(1)
            return connection.scalar(newest) or 0

    @staticmethod
    def _retry(connection: Connection, url: str, now: datetime) -> bool:
        key = alias_key(url)
        is_this = pending.c.url_key == key
        again = update(pending).where(is_this).values(not_before=None, attempts=0, last_run=None)
        if connection.execute(again).rowcount:
            return True
        if not connection.execute(delete(rejected).where(rejected.c.url_key == key)).rowcount:
            return False
        shown = select(sighting.c.category).where(sighting.c.url_key == key).limit(1)
        want(connection, key, url, connection.scalar(shown) or "", now)
        return True

    @staticmethod
    def _dismiss(connection: Connection, url: str, run_number: int, now: datetime) -> bool:
        key = alias_key(url)
        row = connection.execute(select(pending).where(pending.c.url_key == key)).first()
        if row is not None:
            reason = f"{DISMISSED}{row.last_error or 'it was pending'}"
            connection.execute(delete(pending).where(pending.c.url_key == key))
            connection.execute(
                insert(rejected).values(
                    url_key=key, url=row.url, run=run_number, at=now, reason=reason
                )
            )
        is_open = (rejected.c.url_key == key) & ~rejected.c.reason.startswith(DISMISSED)
        dismissed = update(rejected).where(is_open).values(reason=DISMISSED + rejected.c.reason)
        count = connection.execute(dismissed).rowcount
        return row is not None or bool(count)
