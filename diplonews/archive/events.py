"""Events: what happened to articles, in the order in which it was archived."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from diplonews.archive import tables
from diplonews.lines import dumps

FEEDS_OF_ARTICLE = select(tables.filed.c.feed).where(
    tables.filed.c.article_id == bindparam("article_id")
)
INSERT_EVENT = insert(tables.event)
INSERT_EVENT_FEED = insert(tables.event_feed)


class Event(NamedTuple):
    """Something that happened to an article."""

    row: Mapping[Any, Any]  # of the article, after the event
    run: int
    at: datetime
    change: dict[str, Any]  # what happened
    line: dict[str, Any]  # the article after it
    feeds: Collection[str]  # under which it is filed
    old_feeds: Collection[str] = ()  # under which it was filed before; they too tell the event


def note_event(connection: Connection, event: Event) -> None:
    """Write an event, inside the transaction that writes what happened."""
    values = {
        "run": event.run,
        "kind": event.change["event"],
        "article_id": event.row["id"],
        "revision": event.row["revision"],
        "at": event.at,
        "month": event.row["month"],
        "change": dumps(event.change),
        "line": dumps({**event.line, "withdrawn_at": event.line.get("withdrawn_at")}),
    }
    key = connection.execute(INSERT_EVENT, values).inserted_primary_key
    assert key is not None
    rows = [
        {"feed": feed, "event": key[0], "is_filed": feed in event.feeds}
        for feed in sorted({*event.feeds, *event.old_feeds})
    ]
    if rows:
        connection.execute(INSERT_EVENT_FEED, rows)


def feeds_of(connection: Connection, article_id: str) -> set[str]:
    """Return the feeds under which an article is filed."""
    return set(connection.scalars(FEEDS_OF_ARTICLE, {"article_id": article_id}))
