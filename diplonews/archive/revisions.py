"""Revisions: what kind of event a reading makes, and the rows that it writes."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, update

from diplonews.archive.events import Event, feeds_of, note_event
from diplonews.archive.readings import is_edit_of_reader, is_guess_of
from diplonews.archive.tables import article, filed
from diplonews.archive.twins import note_marks
from diplonews.items import Article
from diplonews.lines import NO_EDIT, as_change, as_keys, difference, dumps, in_order, month_of

INSERT_ARTICLE = insert(article)
UPDATE_ARTICLE = update(article).where(article.c.id == bindparam("old_id"))
INSERT_FILED = insert(filed)
DELETE_FILED = delete(filed).where(filed.c.article_id == bindparam("old_id"))


class Revision(NamedTuple):
    """A reading that makes an event."""

    reading: Article
    row: RowMapping | None  # of the article as archived until now; ``None``: it is new
    kind: str  # "created", "updated" or "restored"
    reason: str  # "reparse" where another reader made the difference, else empty
    run: int
    feeds: Collection[str]


def kind_of(row: RowMapping | None, reading: Article) -> str:
    """Return the kind of event that a reading makes; empty where it says the same."""
    if row is None:
        return "created"
    if row["status"] == "withdrawn":
        return "restored"
    is_upgrade = row["post_id"] is None and reading.post_id is not None
    is_edited = row["digest"] != reading.digest and not is_guess_of(row, reading)
    return "updated" if is_edited or is_upgrade else ""


def reason_of(row: RowMapping | None, reading: Article, kind: str) -> str:
    """Return ``reparse`` where another reader made the difference, and not the site."""
    if row is None or kind != "updated" or row["digest"] == reading.digest:
        return ""
    return "reparse" if is_edit_of_reader(row, reading) else ""


def set_identity(row: RowMapping | None, reading: Article, kind: str) -> None:
    """Set id, times and revision of *reading* by what is archived."""
    if row is None:
        reading.first_seen_at = reading.revised_at = reading.fetched_at
        reading.revision = 1
        return
    if reading.post_id is None:
        reading.id, reading.post_id = row["id"], row["post_id"]
    is_revision = kind == "updated" or row["digest"] != reading.digest
    reading.first_seen_at = row["first_seen_at"]
    reading.revised_at = reading.fetched_at if is_revision else row["revised_at"]
    reading.revision = row["revision"] + int(is_revision)


def note_revision(connection: Connection, revision: Revision) -> None:
    """Write the article's row, where it is filed, and the event."""
    reading, row = revision.reading, revision.row
    assert reading.fetched_at is not None
    keys = as_keys(reading)
    values = _values_of(reading, row) | {"line": dumps(keys)}
    if row is None:
        connection.execute(INSERT_ARTICLE, values)
    else:
        connection.execute(UPDATE_ARTICLE, values | {"old_id": row["id"]})
    edit = NO_EDIT
    if revision.kind == "updated" and row is not None:
        edit = difference(json.loads(row["line"]), keys)
    change = as_change(revision.kind, revision.reason, edit)
    at = reading.revised_at if revision.reason and reading.revised_at else reading.fetched_at
    old_feeds = set() if row is None else feeds_of(connection, reading.id)
    _file(connection, reading.id, old_feeds, set(revision.feeds))
    event = Event(values, revision.run, at, change, keys, revision.feeds, old_feeds)
    note_event(connection, event)
    note_marks(connection, reading.id, reading.body, is_new=row is None)


def note_copies(
    connection: Connection, copies: list[RowMapping], reading: Article, run: int
) -> None:
    """Note in later *copies* that their text is that of *reading*."""
    assert reading.fetched_at is not None
    for row in copies:
        old_line = json.loads(row["line"])
        if old_line.get("same_text_as") == reading.id:
            continue
        number = row["revision"] + 1
        new_line = in_order(old_line | {"same_text_as": reading.id, "revision": number})
        values = {"revision": number, "line": dumps(new_line)}
        connection.execute(UPDATE_ARTICLE, values | {"old_id": row["id"]})
        change = as_change("updated", edit=difference(old_line, new_line))
        feeds, at = feeds_of(connection, row["id"]), reading.fetched_at
        note_event(connection, Event(dict(row) | values, run, at, change, new_line, feeds))


def note_same_words(connection: Connection, reading: Article) -> None:
    """Note a reading with the same words: its address and its times may have changed."""
    values = {
        "url": reading.url,
        "canonical_url": reading.canonical_url,
        "modified_at": reading.modified_at,
        "last_seen_at": reading.fetched_at,
    }
    connection.execute(UPDATE_ARTICLE, values | {"old_id": reading.id})


def _values_of(reading: Article, row: RowMapping | None) -> dict[str, Any]:
    """Return the article's row without its line."""
    last_seen_at = reading.fetched_at
    if row is not None:
        last_seen_at = max(last_seen_at, row["last_seen_at"])
    return {
        "id": reading.id,
        "post_id": reading.post_id,
        "url": reading.url,
        "canonical_url": reading.canonical_url,
        "status": "live",
        "revision": reading.revision,
        "digest": reading.digest,
        "published_at": reading.published_at,
        "modified_at": reading.modified_at,
        "month": month_of(reading.published_at),
        "first_seen_at": reading.first_seen_at,
        "last_seen_at": last_seen_at,
        "revised_at": reading.revised_at,
    }


def _file(connection: Connection, article_id: str, old_feeds: set[str], feeds: set[str]) -> None:
    """File an article under *feeds*, in place of *old_feeds*."""
    if old_feeds == feeds:
        return
    if old_feeds:
        connection.execute(DELETE_FILED, {"old_id": article_id})
    rows = [{"feed": feed, "article_id": article_id} for feed in sorted(feeds)]
    if rows:
        connection.execute(INSERT_FILED, rows)
