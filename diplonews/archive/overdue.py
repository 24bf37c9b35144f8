"""Which articles are most overdue for a check, for their age."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, func, select

from diplonews.archive.forgotten import IS_NOT_FORGOTTEN
from diplonews.archive.tables import IS_LIVE, absence, article, pending

# An article of up to this age waits shortest; older ones wait longer.
RECENT = timedelta(days=30)

NEXT_MONTH = select(func.min(article.c.month)).where(article.c.month > bindparam("month"))
IS_PENDING = exists().where(pending.c.article_id == article.c.id)
IS_ABSENT = exists().where(absence.c.article_id == article.c.id)
SEEN = select(article.c.id, article.c.published_at, article.c.last_seen_at.label("checked_at"))
LONGEST_UNSEEN = (
    SEEN.where(
        article.c.month == bindparam("month"),
        article.c.last_seen_at <= bindparam("latest"),
        IS_NOT_FORGOTTEN,
        ~IS_PENDING,
        ~IS_ABSENT,
    )
    .order_by(article.c.last_seen_at)
    .limit(bindparam("limit"))
)
# Noted while a clock was wrong.
SEEN_LATER = (
    SEEN.where(
        IS_LIVE,
        article.c.last_seen_at >= bindparam("earliest"),
        ~IS_PENDING,
        ~IS_ABSENT,
    )
    .order_by(article.c.last_seen_at.desc())
    .limit(bindparam("limit"))
)
LAST_ABSENT_AT = select(absence.c.last_at).where(absence.c.article_id == article.c.id)
ABSENT = select(
    article.c.id, article.c.published_at, LAST_ABSENT_AT.scalar_subquery().label("checked_at")
).where(article.c.id.in_(select(absence.c.article_id)), ~IS_PENDING)


class Checked(NamedTuple):
    """When an article was last read, or last found absent."""

    id: str
    published_at: datetime | None
    checked_at: datetime


def longest_unchecked(
    connection: Connection, now: datetime, limit: int, shortest: timedelta
) -> list[str]:
    """Return ids of up to *limit* articles that are due, most overdue first.

    Articles of one month have nearly the same wait. So only those of each month that were not seen
    for longest are compared, and not all articles.
    """
    candidates = {
        row.id: _overdue(row, now, shortest)
        for row in _candidates(connection, now, limit, shortest)
    }
    due = (article_id for article_id, share in candidates.items() if share >= 1)
    return heapq.nlargest(limit, due, key=candidates.__getitem__)


def _candidates(
    connection: Connection, now: datetime, limit: int, shortest: timedelta
) -> Iterator[Checked]:
    values = {"latest": now - shortest, "earliest": now + shortest, "limit": limit}
    month = connection.scalar(NEXT_MONTH, {"month": ""})
    while month is not None:
        for row in connection.execute(LONGEST_UNSEEN, values | {"month": month}):
            yield Checked(*row)
        month = connection.scalar(NEXT_MONTH, {"month": month})
    for row in connection.execute(SEEN_LATER, values):
        yield Checked(*row)
    for row in connection.execute(ABSENT):
        yield Checked(*row)


def _overdue(row: Checked, now: datetime, shortest: timedelta) -> float:
    """Return the time since the last check as a multiple of the wait for the article's age."""
    age = now - (row.published_at or row.checked_at)
    wait = max(shortest * max(age / RECENT, 1), timedelta(milliseconds=1))
    return float(abs(now - row.checked_at) / wait)
