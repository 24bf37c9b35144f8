"""Near copies: the same agency's text under two addresses (docs/decisions/0014)."""

import json
from collections.abc import Iterator

from rapidfuzz.fuzz import ratio
from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from diplonews.archive.tables import article, text_mark
from diplonews.items import Article
from diplonews.normalise.likeness import marks

# Per cent of two bodies' characters in common order. Bodies of other articles reached 81, and of
# copies with a paragraph cut 94 in 100 are above (measured on 1,465 bodies, 2026-11-23).
SAME = 85
MOST_COMPARED = 20  # of those with most marks in common: one sentence may stand in every body


def note_marks(connection: Connection, article_id: str, body: str) -> None:
    """Keep what near copies of an article's body are found by."""
    connection.execute(delete(text_mark).where(text_mark.c.article_id == article_id))
    for mark in marks(body):
        connection.execute(insert(text_mark).values(article_id=article_id, mark=mark))


def twins(connection: Connection, read: Article) -> Iterator[RowMapping]:
    """Yield the other live articles whose body is nearly that of *read*."""
    is_other = text_mark.c.article_id != read.id
    likeliest = (
        select(text_mark.c.article_id)
        .where(text_mark.c.mark.in_(marks(read.body)), is_other)
        .group_by(text_mark.c.article_id)
        .order_by(func.count().desc(), text_mark.c.article_id)
        .limit(MOST_COMPARED)
    )
    found = list(connection.scalars(likeliest))
    is_live = article.c.id.in_(found) & (article.c.status == "live")
    for row in connection.execute(select(article).where(is_live)).mappings():
        body = json.loads(row["line"]).get("body", "")
        if ratio(body, read.body, score_cutoff=SAME):
            yield row


def is_earlier(known: RowMapping, read: Article) -> bool:
    """Tell whether a known article was published before *read*; by number, where both at once."""
    if known["published_at"] is None or read.published_at is None:
        return known["published_at"] is not None
    ours = (read.published_at, read.post_id or 0)
    return bool((known["published_at"], known["post_id"] or 0) < ours)
