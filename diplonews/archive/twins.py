"""Near copies: the same agency's text under two addresses (docs/decisions/0014)."""

import json
from collections.abc import Iterator

from rapidfuzz.fuzz import ratio
from sqlalchemy import Connection, RowMapping, delete, insert, select

from diplonews.archive.tables import article, text_mark
from diplonews.items import Article
from diplonews.normalise.likeness import marks

SAME = 90  # per cent of two bodies' characters in common order


def note_marks(connection: Connection, article_id: str, body: str) -> None:
    """Keep what near copies of an article's body are found by."""
    connection.execute(delete(text_mark).where(text_mark.c.article_id == article_id))
    for mark in marks(body):
        connection.execute(insert(text_mark).values(article_id=article_id, mark=mark))


def twins(connection: Connection, read: Article) -> Iterator[RowMapping]:
    """Yield the other live articles whose body is nearly that of *read*."""
    found = select(text_mark.c.article_id).where(text_mark.c.mark.in_(marks(read.body)))
    is_other = article.c.id.in_(found) & (article.c.id != read.id) & (article.c.status == "live")
    for row in connection.execute(select(article).where(is_other)).mappings():
        body = json.loads(row["line"]).get("body", "")
        if ratio(body, read.body, score_cutoff=SAME):
            yield row


def is_earlier(known: RowMapping, read: Article) -> bool:
    """Tell whether a known article was published before *read*; by number, where both at once."""
    if known["published_at"] is None or read.published_at is None:
        return known["published_at"] is not None
    ours = (read.published_at, read.post_id or 0)
    return bool((known["published_at"], known["post_id"] or 0) < ours)
