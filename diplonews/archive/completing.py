"""Archived lines have every key of today: a new field of ``items.py`` needs no migration.

Lines that earlier code archived lack the field. So where an archive knows fewer keys than this
code, its lines get the missing keys, without a value.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin

from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from diplonews.archive.tables import about, article, event
from diplonews.items import FIELDS_WITH_SOURCE, Article
from diplonews.lines import KEPT_BEFORE, dumps

BATCH = 500  # rows in memory at a time

Completer = Callable[[Mapping[str, Any]], dict[str, Any]]


def _empty(kind: object) -> object:
    """Return the empty value of a field of that type."""
    if kind is bool:
        return False
    return [] if get_origin(kind) is list else None


EMPTY = {it.name: _empty(it.type) for it in fields(Article)}

# The fields that are lists of objects: each with an object's keys and their empty values.
EMPTY_MEMBERS: Mapping[str, Mapping[str, object]] = {
    it.name: {key.name: _empty(key.type) for key in fields(kind)}
    for it in fields(Article)
    for kind in get_args(it.type)
    if is_dataclass(kind)
}

# Every key of a line; an object's key comes after a dot: "images.alt".
KEYS = frozenset({
    *EMPTY,
    *(f"{name}.{key}" for name, member in EMPTY_MEMBERS.items() for key in member),
    *(f"read_from.{name}" for name in FIELDS_WITH_SOURCE),
    *(f"before.{name}" for name in KEPT_BEFORE),
})  # fmt: skip


def has_every_key(kept: str) -> bool:
    """Tell whether the keys *kept* include all keys of today."""
    return set(kept.split()) >= KEYS


def complete_lines(connection: Connection) -> None:
    """Give the lines of articles and events the keys that they lack."""
    old_keys = connection.scalar(select(about.c.value).where(about.c.name == "keys")) or ""
    if not has_every_key(old_keys):
        _complete_column(connection, article, article.c.line, complete)
        _complete_column(connection, event, event.c.line, complete)
        _complete_column(connection, event, event.c.change, complete_change)
        note_keys(connection, old_keys)


def note_keys(connection: Connection, old_keys: str = "") -> None:
    """Note which keys all lines have: today's, and those that newer code may have noted."""
    connection.execute(delete(about).where(about.c.name == "keys"))
    keys = " ".join(sorted(KEYS | set(old_keys.split())))
    connection.execute(insert(about).values(name="keys", value=keys))


def _complete_column(
    connection: Connection, table: Table, column: Column[Any], completer: Completer
) -> None:
    for rows in _batches(connection, table, column):
        for row_id, stored in rows:
            whole = dumps(completer(json.loads(stored)))
            if whole != stored:
                change = update(table).where(table.c.id == row_id)
                connection.execute(change.values({column.name: whole}))


def _batches(
    connection: Connection, table: Table, column: Column[Any]
) -> Iterator[list[tuple[Any, str]]]:
    first = select(table.c.id, column).order_by(table.c.id).limit(BATCH)
    rows = connection.execute(first).all()
    while rows:
        yield [(row[0], row[1]) for row in rows]
        rows = connection.execute(first.where(table.c.id > rows[-1][0])).all()


def complete(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line with every key of today; the added ones are empty."""
    whole = {name: _complete(name, line.get(name, EMPTY[name])) for name in EMPTY}
    return whole | {name: line[name] for name in line if name not in whole}


def complete_change(change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change of an event, with every key of today in ``before``."""
    before = change["before"]
    if before is None:
        return dict(change)
    return {**change, "before": {name: _complete(name, before.get(name)) for name in KEPT_BEFORE}}


def _complete(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: value.get(key) for key in FIELDS_WITH_SOURCE}
    if name in EMPTY_MEMBERS and value:
        return [{**EMPTY_MEMBERS[name], **member} for member in value]
    return value
