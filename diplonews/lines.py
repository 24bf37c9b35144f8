"""An item as a feed line, and what differs between two lines. Pure.

A line is one JSON object in UTF-8 without white space between its parts, keys in the order
of ``items.py``, times in ISO 8601 with "Z". Every line has every key: an empty text is ``null``,
an empty list ``[]``, and a nested object has all its keys too.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from diplonews.items import FIELDS_OF_EDITS, FIELDS_WITH_SOURCE, Article
from diplonews.normalise.edits import compare_bodies

NAMES = tuple(field.name for field in fields(Article))

# The keys whose old values an ``updated`` line has; for the body it has a diff.
KEPT_BEFORE = tuple(name for name in FIELDS_OF_EDITS if name != "body")

# The values of a change line where there was no edit.
NO_EDIT: Mapping[str, Any] = {"changed": None, "change_ratio": None, "diff": None, "before": None}


def as_line(item: object) -> str:
    """Return an item as one line of JSON, without the line's end."""
    return dumps(as_keys(item))


def dumps(keys: Mapping[str, Any]) -> str:
    return json.dumps(keys, ensure_ascii=False, separators=(",", ":"))


def in_order(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line's keys in the order of ``items.py``."""
    return {name: keys[name] for name in NAMES if name in keys}


def as_keys(item: object) -> dict[str, Any]:
    """Return all keys of an item's line with their values, empty ones too."""
    assert is_dataclass(item)
    return {field.name: _value(getattr(item, field.name)) for field in fields(item)}


def _value(value: object) -> object:
    if value == "":
        return None
    if isinstance(value, dict):  # read_from
        return {name: value.get(name) for name in FIELDS_WITH_SOURCE}
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


def as_change(kind: str, reason: str = "", edit: Mapping[str, Any] = NO_EDIT) -> dict[str, Any]:
    """Return the part of a change line between ``seq`` and the article: what happened.

    *edit* is the result of ``difference`` for an ``updated`` article.
    """
    return {"event": kind, "reason": reason or None, **edit}


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an ``updated`` line on an edit.

    ``changed``: names of the keys that differ, in the order of the line. ``change_ratio``: the
    share of the body's words that were taken away or put in, from 0 to 1. ``diff``: a unified
    diff of the body, a paragraph a line. Both are ``None`` where the body is the same, and
    coarser where thousands of paragraphs or words were edited (``normalise/edits.py``).
    ``before``: the old values of the keys that differ, ``None`` for those that do not.
    """
    changed = changed_keys(before, now)
    diff, ratio = None, None
    if "body" in changed:
        diff, ratio = compare_bodies(before.get("body") or "", now.get("body") or "")
    kept = {name: before.get(name) if name in changed else None for name in KEPT_BEFORE}
    return {"changed": changed, "change_ratio": ratio, "diff": diff, "before": kept}


def changed_keys(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the names of the keys that differ, in the order of the line."""
    return [name for name in FIELDS_OF_EDITS if _is_other(before.get(name), now.get(name))]


def _is_other(before: object, now: object) -> bool:
    # A key that the old line lacks counts as empty.
    return (before or None) != (now or None)
