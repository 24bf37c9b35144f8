"""Withdrawals: articles that are absent from their addresses are withdrawn or held.

An editor withdraws one article. Where many are gone at once, the site is not well: none is
withdrawn, and all are held until they answer or a person confirms them.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from diplonews.archive.events import Event, feeds_of, note_event
from diplonews.archive.pending import Wanted, take_article_off
from diplonews.archive.tables import IS_LIVE, IS_WITHDRAWAL, absence, article, event
from diplonews.archive.transactions import ArchivePart
from diplonews.lines import as_change, as_time

WINDOW = timedelta(hours=24)

IS_STILL_LIVE = article.c.status == "live"  # for queries by id


class WithdrawalLimits(NamedTuple):
    """When an absent article is withdrawn."""

    wait: timedelta  # between the first time an article was found absent and the last
    most: int  # withdrawals of a day that are always allowed
    share: float  # share of the live articles that is always allowed in a day


class Missing(NamedTuple):
    """A live article that is absent from its address."""

    id: str
    url: str


class WithdrawalResult(NamedTuple):
    """What became of the articles that a run found absent."""

    withdrawn: list[Missing]
    held: list[Missing]
    expected: int  # withdrawals of a day, including the held ones
    live: int  # articles a day ago; 0 where that was not counted


class Withdrawals(ArchivePart):
    """Absences, and what becomes of them."""

    def note_absence(self, article_id: str, run: int, now: datetime) -> bool:
        """Note that a known article is absent from its address; tell whether it is live."""
        with self.write() as connection:
            take_article_off(connection, article_id)
            is_this = absence.c.article_id == article_id
            # A later time was noted while a clock was wrong, and is worth nothing.
            connection.execute(delete(absence).where(is_this, absence.c.first_at > now))
            if not connection.execute(update(absence).where(is_this).values(last_at=now)).rowcount:
                row = {"article_id": article_id, "first_run": run, "first_at": now, "last_at": now}
                connection.execute(insert(absence).values(row))
            status = select(article.c.status).where(article.c.id == article_id)
            return connection.scalar(status) == "live"

    def held(self) -> list[Missing]:
        """Return the held articles."""
        ids = select(absence.c.article_id).where(absence.c.held_at.is_not(None))
        held = select(article.c.id, article.c.url).where(article.c.id.in_(ids), IS_STILL_LIVE)
        with self.read() as connection:
            return [Missing(*row) for row in connection.execute(held.order_by(article.c.id))]

    def present(self, but_not: Collection[str], limit: int) -> list[Wanted]:
        """Return live articles that were not found absent, last seen first."""
        is_absent = exists().where(absence.c.article_id == article.c.id)
        present = select(article.c.id, article.c.url).where(IS_LIVE, ~is_absent)
        present = present.order_by(article.c.last_seen_at.desc(), article.c.id)
        with self.read() as connection:
            rows = connection.execute(present.limit(limit + len(but_not))).all()
        return [Wanted(row.url, "", row.id) for row in rows if row.id not in but_not][:limit]

    def withdraw_absent(
        self,
        ids: Collection[str],
        run: int,
        now: datetime,
        limits: WithdrawalLimits,
        confirmed: Collection[str] = (),
    ) -> WithdrawalResult:
        """Withdraw or hold the articles that *run* and an earlier run found absent.

        Those that a person has *confirmed* are withdrawn, however many they are.
        """
        with self.write() as connection:
            ripe = self._ripe(connection, ids, run, now - limits.wait)
            sure = [row for row in ripe if row["id"] in confirmed]
            for row in sure:
                self._withdraw(connection, row, run, now)
            others = [row for row in ripe if row["id"] not in confirmed]
            done = self._count_withdrawn(connection, now)
            expected = done + self._count_absent(connection, now)
            is_many = expected > limits.most
            is_live_counted = is_many or self._has_held(connection)
            live = done + self._count_live(connection) if is_live_counted else 0
            if is_many and expected > limits.share * live:
                self._note_held(connection, others, now)
                return WithdrawalResult(_missing(sure), _missing(others), expected, live)
            for row in others:
                self._withdraw(connection, row, run, now)
        return WithdrawalResult(_missing(ripe), [], expected, live)

    @staticmethod
    def _ripe(
        connection: Connection, ids: Collection[str], run: int, latest: datetime
    ) -> list[RowMapping]:
        """Return the live ones of *ids* that another run found absent by *latest*."""
        absent = select(absence.c.article_id)
        absent = absent.where(absence.c.first_run != run, absence.c.first_at <= latest)
        ripe = (
            select(article).where(article.c.id.in_(absent), IS_STILL_LIVE).order_by(article.c.id)
        )
        return [row for row in connection.execute(ripe).mappings() if row["id"] in ids]

    @staticmethod
    def _count_withdrawn(connection: Connection, now: datetime) -> int:
        """Count the articles that were withdrawn within a day and not restored since."""
        is_live = exists().where(article.c.id == event.c.article_id, IS_STILL_LIVE)
        withdrawn = select(func.count(event.c.article_id.distinct())).where(
            IS_WITHDRAWAL, _is_within_a_day(event.c.at, now), ~is_live
        )
        return connection.scalar(withdrawn) or 0

    @staticmethod
    def _count_absent(connection: Connection, now: datetime) -> int:
        """Count the live articles that were found absent within a day, at least once.

        One absence counts too, since the article may be withdrawn an hour later.
        """
        is_live = exists().where(article.c.id == absence.c.article_id, IS_STILL_LIVE)
        absent = select(func.count()).select_from(absence)
        return (
            connection.scalar(absent.where(_is_within_a_day(absence.c.last_at, now), is_live)) or 0
        )

    @staticmethod
    def _count_live(connection: Connection) -> int:
        return connection.scalar(select(func.count()).select_from(article).where(IS_LIVE)) or 0

    @staticmethod
    def _has_held(connection: Connection) -> bool:
        """Tell whether any article is held; then the report says of how many live ones."""
        held = select(absence.c.article_id).where(absence.c.held_at.is_not(None)).limit(1)
        return connection.scalar(held) is not None

    @staticmethod
    def _note_held(connection: Connection, rows: list[RowMapping], now: datetime) -> None:
        is_new = absence.c.held_at.is_(None)
        for row in rows:
            is_this = absence.c.article_id == row["id"]
            connection.execute(update(absence).where(is_this, is_new).values(held_at=now))

    @staticmethod
    def _withdraw(connection: Connection, row: RowMapping, run: int, now: datetime) -> None:
        is_this = article.c.id == row["id"]
        connection.execute(update(article).where(is_this).values(status="withdrawn"))
        is_its = absence.c.article_id == row["id"]
        connection.execute(update(absence).where(is_its).values(held_at=None))
        line = json.loads(row["line"]) | {"withdrawn_at": as_time(now)}
        feeds = feeds_of(connection, row["id"])
        note_event(connection, Event(row, run, now, as_change("withdrawn"), line, feeds))


def _is_within_a_day(at: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Tell whether a time is no further from *now*: what is later was noted by a wrong clock."""
    return at.between(now - WINDOW, now + WINDOW)


def _missing(rows: list[RowMapping]) -> list[Missing]:
    return [Missing(row["id"], row["url"]) for row in rows]
