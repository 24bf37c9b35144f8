"""Withdrawals: articles that are not at their addresses, until they are withdrawn or held.

One article that is gone was withdrawn by an editor. Many at once are a site that is not
well: then none is withdrawn, and all are held until a person confirms it or they answer.
"""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from diplonews.archive.events import Event, feeds_of, note_event
from diplonews.archive.part import Part
from diplonews.archive.pending import Wanted, forget_article
from diplonews.archive.tables import absence, article, event
from diplonews.lines import as_change, as_time

WINDOW = timedelta(hours=24)


class Limits(NamedTuple):
    """How sure a withdrawal has to be."""

    wait: timedelta  # between the first time an article was found absent and the last
    most: int  # that may be withdrawn in a day, whatever share of all that is
    share: float  # of the live articles that may be withdrawn in a day, however many that is


class Missing(NamedTuple):
    """A live article that was not at its address."""

    id: str
    url: str


class Settled(NamedTuple):
    """What came of the articles that a run found absent."""

    withdrawn: list[Missing]
    held: list[Missing]
    expected: int  # withdrawals of a day, with those that would have been
    live: int  # articles at the beginning of that day


class Withdrawals(Part):
    """Absences, and what comes of them."""

    def note_absence(self, article_id: str, run: int, now: datetime) -> bool:
        """Note that a known article's address no longer serves it; tell whether it is live."""
        with self.write() as connection:
            forget_article(connection, article_id)
            is_this = absence.c.article_id == article_id
            # Noted while a clock was wrong: that says nothing of how long it has been gone.
            connection.execute(delete(absence).where(is_this, absence.c.first_at > now))
            if not connection.execute(update(absence).where(is_this).values(last_at=now)).rowcount:
                row = {"article_id": article_id, "first_run": run, "first_at": now, "last_at": now}
                connection.execute(insert(absence).values(row))
            status = select(article.c.status).where(article.c.id == article_id)
            return connection.scalar(status) == "live"

    def held(self) -> list[Missing]:
        """Return the articles that are held: absent, and too many to be withdrawn unasked."""
        found = select(article.c.id, article.c.url).join(absence).order_by(article.c.id)
        is_held = absence.c.held_at.is_not(None) & (article.c.status == "live")
        with self.read() as connection:
            return [Missing(*row) for row in connection.execute(found.where(is_held))]

    def present(self, but_not: Collection[str], limit: int) -> list[Wanted]:
        """Return live articles that nothing was found amiss with, last seen before others."""
        found = select(article.c.id, article.c.url).outerjoin(absence)
        found = found.where(article.c.status == "live", absence.c.article_id.is_(None))
        found = found.order_by(article.c.last_seen_at.desc(), article.c.id)
        with self.read() as connection:
            rows = connection.execute(found.limit(limit + len(but_not))).all()
        return [Wanted(row.url, "", row.id) for row in rows if row.id not in but_not][:limit]

    def settle(
        self,
        ids: Collection[str],
        run: int,
        now: datetime,
        limits: Limits,
        confirmed: Collection[str] = (),
    ) -> Settled:
        """Withdraw or hold what *run* found absent, and another run before it.

        A person has *confirmed* some of them: these are withdrawn, however many they are.
        """
        with self.write() as connection:
            ripe = self._ripe(connection, ids, run, now - limits.wait)
            sure = [row for row in ripe if row["id"] in confirmed]
            for row in sure:
                self._withdraw(connection, row, run, now)
            others = [row for row in ripe if row["id"] not in confirmed]
            expected, live = self._of_a_day(connection, now)
            if expected > limits.most and expected > limits.share * live:
                self._hold(connection, others, now)
                return Settled(_missing(sure), _missing(others), expected, live)
            for row in others:
                self._withdraw(connection, row, run, now)
        return Settled(_missing(ripe), [], expected, live)

    @staticmethod
    def _ripe(
        connection: Connection, ids: Collection[str], run: int, latest: datetime
    ) -> list[RowMapping]:
        """Return the live ones of *ids* that another run found absent, not after *latest*."""
        wanted = select(article).join(absence).order_by(article.c.id)
        wanted = wanted.where(article.c.status == "live", absence.c.first_run != run)
        rows = connection.execute(wanted.where(absence.c.first_at <= latest)).mappings()
        return [row for row in rows if row["id"] in ids]

    @staticmethod
    def _of_a_day(connection: Connection, now: datetime) -> tuple[int, int]:
        """Return how many are withdrawn in a day if all absent ones are, and of how many.

        One that was found absent for the first time may be withdrawn an hour later: it counts.
        """
        is_live = article.c.status == "live"
        done = (
            select(func.count(event.c.article_id.distinct()))
            .join(article, article.c.id == event.c.article_id)
            .where(event.c.kind == "withdrawn", event.c.at > now - WINDOW, ~is_live)
        )
        absent = select(func.count()).select_from(absence).join(article)
        absent = absent.where(is_live, absence.c.last_at > now - WINDOW)
        live = connection.scalar(select(func.count()).where(is_live)) or 0
        withdrawn = connection.scalar(done) or 0
        return withdrawn + (connection.scalar(absent) or 0), withdrawn + live

    @staticmethod
    def _hold(connection: Connection, rows: list[RowMapping], now: datetime) -> None:
        is_new = absence.c.held_at.is_(None)
        for row in rows:
            is_this = absence.c.article_id == row["id"]
            connection.execute(update(absence).where(is_this, is_new).values(held_at=now))

    @staticmethod
    def _withdraw(connection: Connection, row: RowMapping, run: int, now: datetime) -> None:
        is_this = article.c.id == row["id"]
        connection.execute(update(article).where(is_this).values(status="withdrawn"))
        is_held = absence.c.article_id == row["id"]
        connection.execute(update(absence).where(is_held).values(held_at=None))
        line = as_change("withdrawn", json.loads(row["line"])) | {"withdrawn_at": as_time(now)}
        note_event(connection, Event(row, run, now, line, feeds_of(connection, row["id"])))


def _missing(rows: list[RowMapping]) -> list[Missing]:
    return [Missing(row["id"], row["url"]) for row in rows]
