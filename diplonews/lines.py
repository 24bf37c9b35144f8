"""An item as a feed line, and what differs between two lines. Pure.

A line is one JSON object in UTF-8 without white space between its parts, keys in the order
of ``items.py``, absent values left out, times in ISO 8601 with "Z".
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from diplonews.items import Article
from diplonews.normalise.edits import compare_bodies

# What may differ between two readings of the same revision: the site's counters, and what
# we say of our own reading.
NOT_WORDS = frozenset({
    "share_count", "view_count", "comment_count", "found_in", "layout", "read_from", "reader",
    "fetched_at", "first_seen_at", "revised_at", "revision", "digest", "word_count",
})  # fmt: skip


def as_line(item: object) -> str:
    """Return an item as one line of JSON, without the line's end."""
    return dumps(as_keys(item))


def dumps(keys: Mapping[str, Any]) -> str:
    return json.dumps(keys, ensure_ascii=False, separators=(",", ":"))


def in_order(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line's keys in the order of ``items.py``."""
    names = [of.name for of in fields(Article)]
    return {name: keys[name] for name in names if name in keys}


def as_keys(item: object) -> dict[str, Any]:
    """Return the keys and values of an item's line, absent ones and false ones left out."""
    assert is_dataclass(item)
    values = ((field.name, _value(getattr(item, field.name))) for field in fields(item))
    return {
        name: value
        for name, value in values
        if value not in (None, "", [], {}) and value is not False
    }


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return as_time(value)
    if isinstance(value, list):
        return [_value(member) for member in value]
    return as_keys(value) if is_dataclass(value) else value


def as_time(moment: datetime) -> str:
    """Return an aware time as feeds print it.

    >>> as_time(datetime(2025, 2, 25, 9, 12, tzinfo=UTC))
    '2025-02-25T09:12:00Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def month_of(published_at: datetime | None) -> str:
    """Return the month of an article's current feed file: "2025-02", in UTC, or "undated"."""
    return "undated" if published_at is None else f"{published_at.astimezone(UTC):%Y-%m}"


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an ``updated`` event says of an edit.

    ``changed``: names of the keys that differ, in the order of the line. ``diff``: a unified
    diff of the body, a paragraph a line, where the body differs. ``change_ratio``: the share
    of the body's words that were taken away or put in, from 0 to 1. Both are coarser where
    thousands of paragraphs or words were edited (``normalise/edits.py``).
    """
    names = [*now, *(name for name in before if name not in now)]
    changed = [n for n in names if n not in NOT_WORDS and before.get(n) != now.get(n)]
    keys: dict[str, Any] = {"changed": changed}
    if "body" in changed:
        bodies = before.get("body", ""), now.get("body", "")
        keys["diff"], keys["change_ratio"] = compare_bodies(*bodies)
    return keys
