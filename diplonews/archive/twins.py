"""Near copies: the same agency's text under two addresses (docs/decisions/0014, 0018)."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from diplonews.archive.tables import article, text_mark
from diplonews.items import Article
from diplonews.normalise.copies import copies_among
from diplonews.normalise.likeness import marks

MOST_COMPARED = 20  # of those with most marks in common: one sentence may stand in every body


def note_marks(connection: Connection, article_id: str, body: str) -> None:
    """Keep what near copies of an article's body are found by."""
    connection.execute(delete(text_mark).where(text_mark.c.article_id == article_id))
    for mark in marks(body):
        connection.execute(insert(text_mark).values(article_id=article_id, mark=mark))


def twins(connection: Connection, read: Article) -> list[RowMapping]:
    """Return the other live articles whose body is nearly that of *read*."""
    return copies(likeliest(connection, read.id, read.body), read.body)


def likeliest(connection: Connection, article_id: str, body: str) -> Sequence[RowMapping]:
    """Return the live articles, but for one, that have most marks in common with a body."""
    is_other = text_mark.c.article_id != article_id
    found = list(
        connection.scalars(
            select(text_mark.c.article_id)
            .where(text_mark.c.mark.in_(marks(body)), is_other)
            .group_by(text_mark.c.article_id)
            .order_by(func.count().desc(), text_mark.c.article_id)
            .limit(MOST_COMPARED)
        )
    )
    is_live = article.c.id.in_(found) & (article.c.status == "live")
    wanted = select(article).where(is_live).order_by(article.c.id)
    return connection.execute(wanted).mappings().all()


def copies(rows: Sequence[RowMapping], body: str) -> list[RowMapping]:
    """Return those of the articles that have nearly this body."""
    bodies = tuple(json.loads(row["line"]).get("body") or "" for row in rows)
    judged = zip(rows, copies_among(body, bodies), strict=True)
    return [row for row, is_copy in judged if is_copy]


def is_earlier(known: RowMapping, read: Article) -> bool:
    """Tell whether a known article was published before *read*; by number, where both at once."""
    if known["published_at"] is None or read.published_at is None:
        return known["published_at"] is not None
    ours = (read.published_at, read.post_id or 0)
    return bool((known["published_at"], known["post_id"] or 0) < ours)
