"""Near copies: the same agency's text under two addresses (docs/decisions/0014, 0018)."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select

from diplonews.archive.tables import article, text_mark
from diplonews.items import Article
from diplonews.normalise.copies import copies_among
from diplonews.normalise.likeness import marks

MOST_COMPARED = 20  # those with most marks in common; one sentence may stand in every body


DELETE_MARKS = delete(text_mark).where(text_mark.c.article_id == bindparam("old_id"))
INSERT_MARK = insert(text_mark)


def note_marks(
    connection: Connection, article_id: str, body: str, *, is_new: bool = False
) -> None:
    """Keep the marks of an article's body, by which its near copies are found."""
    if not is_new:
        connection.execute(DELETE_MARKS, {"old_id": article_id})
    rows = [{"article_id": article_id, "mark": mark} for mark in marks(body)]
    if rows:
        connection.execute(INSERT_MARK, rows)


def twins(connection: Connection, reading: Article) -> list[RowMapping]:
    """Return the other live articles with nearly the body of *reading*."""
    return copies(likeliest(connection, reading.id, reading.body), reading.body)


def likeliest(connection: Connection, article_id: str, body: str) -> Sequence[RowMapping]:
    """Return the live articles, without one, that have most marks in common with a body."""
    body_marks = marks(body)
    if not body_marks:
        return []
    is_other = text_mark.c.article_id != article_id
    with_most_marks = (
        select(text_mark.c.article_id)
        .where(text_mark.c.mark.in_(body_marks), is_other)
        .group_by(text_mark.c.article_id)
        .order_by(func.count().desc(), text_mark.c.article_id)
        .limit(MOST_COMPARED)
    )
    ids = connection.scalars(with_most_marks).all()
    if not ids:
        return []
    is_live = article.c.id.in_(ids) & (article.c.status == "live")
    rows = select(article).where(is_live).order_by(article.c.id)
    return connection.execute(rows).mappings().all()


def copies(rows: Sequence[RowMapping], body: str) -> list[RowMapping]:
    """Return those of the articles that have nearly this body."""
    bodies = tuple(json.loads(row["line"]).get("body") or "" for row in rows)
    judged = zip(rows, copies_among(body, bodies), strict=True)
    return [row for row, is_copy in judged if is_copy]


def is_earlier(row: RowMapping, reading: Article) -> bool:
    """Tell whether an archived article was published before *reading*.

    Where both were published at the same time, the smaller post id is the earlier one.
    """
    if row["published_at"] is None or reading.published_at is None:
        return row["published_at"] is not None
    order = (row["published_at"], row["post_id"] or 0)
    return bool(order < (reading.published_at, reading.post_id or 0))
