"""The step to schema 6: lines have every key, and publishing numbers the events.

Like all of ``migrations.py`` it never changes: the keys are those of 2026-11-28.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, text

KEYS = (
    "id", "url", "canonical_url", "post_id", "headline", "standfirst", "byline_raw", "authors",
    "published_raw", "published_at", "published_precision", "modified_raw", "modified_at",
    "categories", "sections", "tags", "body", "crossheads", "word_count", "site_notice",
    "is_protected", "is_empty", "dateline_raw", "dateline_place", "dateline_country", "agency",
    "sources", "agency_notice", "is_syndicated", "same_text_as", "language", "countries",
    "ecowas_members", "aes_members", "organisations", "image_url", "image_caption",
    "image_credit", "images", "embeds", "share_count", "view_count", "comment_count",
    "found_in", "layout", "read_from", "reader", "fetched_at", "first_seen_at", "revised_at",
    "revision", "digest",
)  # fmt: skip
NESTED = {
    "authors": ("name", "url"),
    "categories": ("slug", "title"),
    "countries": ("code", "where", "reason", "printed"),
    "organisations": ("code", "where", "reason", "printed"),
    "images": ("url", "caption", "credit", "alt"),
    "embeds": ("kind", "url"),
}
LISTS = {*NESTED, "sections", "tags", "crossheads", "sources", "ecowas_members", "aes_members"}
BOOLEANS = {"is_protected", "is_empty", "is_syndicated"}
WITH_SOURCE = (
    "headline", "standfirst", "byline_raw", "authors", "published_at", "modified_at",
    "categories", "tags", "body", "sources", "language", "image_url", "image_caption",
    "image_credit", "share_count", "view_count", "comment_count",
)  # fmt: skip
NOT_BEFORE = {
    "body", "word_count", "share_count", "view_count", "comment_count", "found_in", "layout",
    "read_from", "reader", "fetched_at", "first_seen_at", "revised_at", "revision", "digest",
}  # fmt: skip


def complete_lines(connection: Connection) -> None:
    """Give the lines of articles all their keys, and move the events to the new table."""
    change = text("UPDATE article SET line = :line WHERE id = :id")
    for id, stored in connection.execute(text("SELECT id, line FROM article")).all():
        connection.execute(change, {"id": id, "line": _dumps(complete(json.loads(stored)))})
    days = _days(connection)
    seqs = {number: seq for seq, number in enumerate(days, start=1)}
    note = text(
        "INSERT INTO event (id, seq, day, run, kind, article_id, revision, at, month, change, "
        "line) SELECT seq, :seq, :day, run, kind, article_id, revision, at, month, :change, :line "
        "FROM old_event WHERE seq = :id"
    )
    for id, change_keys, line in _events(connection):
        keys = {"id": id, "seq": seqs[id], "day": days[id]}
        keys |= {"change": _dumps(change_keys), "line": _dumps(line)}
        connection.execute(note, keys)
    _note_feeds(connection)


def complete(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with every key."""
    full: dict[str, Any] = {}
    for name in KEYS:
        value = line.get(name)
        if name in BOOLEANS:
            value = bool(value)
        elif name in NESTED:
            value = [{key: member.get(key) for key in NESTED[name]} for member in value or []]
        elif name in LISTS:
            value = value or []
        elif name == "read_from":
            value = {key: (value or {}).get(key) for key in WITH_SOURCE}
        full[name] = value
    return full


def _events(connection: Connection) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Yield the old number of each event, what happened, and the article after it."""
    rows = connection.execute(
        text("SELECT seq, article_id, kind, line FROM old_event ORDER BY article_id, seq")
    ).all()
    article, before = "", complete({})
    for id, article_id, kind, text_of_line in rows:
        old = json.loads(text_of_line)
        line = complete(old)
        before = before if article_id == article else complete({})
        changed = old.get("changed") if kind == "updated" else None
        happened = {
            "event": kind,
            "reason": old.get("reason"),
            "changed": changed,
            "change_ratio": old.get("change_ratio"),
            "diff": old.get("diff"),
            "before": None if changed is None else _old_values(before, changed),
        }
        yield id, happened, line | {"withdrawn_at": old.get("withdrawn_at")}
        article, before = article_id, line


def _old_values(before: Mapping[str, Any], changed: Collection[str]) -> dict[str, Any]:
    names = (name for name in KEYS if name not in NOT_BEFORE)
    return {name: before[name] if name in changed else None for name in names}


def _days(connection: Connection) -> dict[int, str]:
    """Return the day of each event, by its old number.

    It is the day on which its run was closed, and never before an earlier event's.
    """
    rows = connection.execute(
        text(
            "SELECT old_event.seq, coalesce(run.closed_at, run.started_at) FROM old_event "
            "JOIN run ON run.number = old_event.run ORDER BY old_event.seq"
        )
    ).all()
    days = accumulate((_day(moment) for _, moment in rows), max)
    return {number: day for (number, _), day in zip(rows, days, strict=True)}


def _day(moment: datetime | str) -> str:
    if isinstance(moment, str):  # SQLite, in UTC
        return moment[:10]
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def _note_feeds(connection: Connection) -> None:
    """Note which feeds have each event, and that all feeds begin with the first event."""
    copied = (
        "INSERT INTO event_feed (feed, event, is_filed) SELECT feed, seq, EXISTS (SELECT 1 FROM "
        "filed JOIN old_event ON old_event.article_id = filed.article_id WHERE filed.feed = "
        "old_event_feed.feed AND old_event.seq = old_event_feed.seq) FROM old_event_feed"
    )
    begun = (
        "INSERT INTO feed (name, began_behind) SELECT feed, 0 FROM walk WHERE feed IS NOT NULL "
        "UNION SELECT 'ecowas', 0 UNION SELECT 'international', 0 UNION SELECT 'security', 0"
    )
    for statement in (copied, begun, "DROP TABLE old_event_feed", "DROP TABLE old_event"):
        connection.execute(text(statement))
    if connection.dialect.name == "postgresql":
        last = "SELECT setval('event_id_seq', (SELECT max(id) FROM event)) FROM event LIMIT 1"
        connection.execute(text(last))


def _dumps(keys: Mapping[str, Any]) -> str:
    return json.dumps(keys, ensure_ascii=False, separators=(",", ":"))
