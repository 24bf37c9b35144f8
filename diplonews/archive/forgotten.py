"""Forgotten articles: their words are erased, and no run asks at their addresses.

Only a list stays: ids, post ids and addresses. A run ignores whatever it finds there: it is not
pending, no trouble, and not rejected (docs/decisions/0028).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, update

from diplonews.archive.tables import alias, article, forgotten, forgotten_address, pending
from diplonews.archive.traces import Traces
from diplonews.archive.transactions import ArchivePart
from diplonews.items import Article, Listed
from diplonews.normalise.article_id import article_id
from diplonews.normalise.urls import alias_key

MOST_AT_ONCE = 500  # values in one statement: databases have a limit

# Asked for each reading, so they are built once.
BY_POST_ID = select(forgotten.c.number).where(forgotten.c.post_id == bindparam("post_id"))
BY_IDS = select(forgotten.c.number).where(
    forgotten.c.article_id.in_(bindparam("ids", expanding=True))
)
BY_ADDRESSES = (
    select(forgotten_address.c.url_key, forgotten.c.number, forgotten.c.post_id)
    .join(forgotten, forgotten.c.number == forgotten_address.c.forgotten)
    .where(forgotten_address.c.url_key.in_(bindparam("url_keys", expanding=True)))
)

FORGOTTEN = "forgotten"  # the status of an article, and the kind of all its events


class Entry(NamedTuple):
    """An article that was forgotten, or an address that was never read."""

    number: int
    article_id: str | None
    post_id: int | None
    reason: str
    asked_at: datetime
    erased_at: datetime | None  # ``None``: the archive still has its words
    compacted_at: datetime | None  # ``None``: free pages may still have them


class Forgotten(ArchivePart):
    """The list that every run obeys."""

    def is_forgotten(self, url_or_id: str) -> bool:
        """Tell whether an address, in any of its forms, or an article's id is on the list."""
        return self.find(url_or_id) is not None

    def find(self, url_or_id: str) -> Entry | None:
        """Return the entry of an address or an article's id; ``None`` where it is not listed."""
        with self.read() as connection:
            number = number_of(connection, url_or_id)
            return None if number is None else entry_of(connection, number)

    def keys_among(self, keys: Collection[str]) -> set[str]:
        """Return those forms of addresses that are on the list."""
        with self.read() as connection:
            return keys_among(connection, keys)

    def obey(self, reading: Article) -> bool:
        """Tell whether a page shows a forgotten article; if so, list its address too."""
        with self.read() as connection:
            if find_forgotten(connection, reading) is None:
                return False
        with self.write() as connection:
            return obey(connection, reading)

    def unfinished(self) -> list[Entry]:
        """Return the entries that are not erased for good yet."""
        is_open = forgotten.c.erased_at.is_(None) | forgotten.c.compacted_at.is_(None)
        with self.read() as connection:
            numbers = connection.scalars(
                select(forgotten.c.number).where(is_open).order_by(forgotten.c.number)
            ).all()
            return [entry_of(connection, number) for number in numbers]

    def last_number(self) -> int:
        """Return the number of the last address on the list; 0 where there is none."""
        with self.read() as connection:
            return connection.scalar(select(func.max(forgotten_address.c.number))) or 0

    def first_number(self, number: int) -> int:
        """Return the number of the first address of an entry; 0 where it has none."""
        first = select(func.min(forgotten_address.c.number))
        with self.read() as connection:
            return connection.scalar(first.where(forgotten_address.c.forgotten == number)) or 0

    def traces(self, after: int = 0) -> Traces:
        """Return addresses and post ids of the entries with an address numbered above *after*."""
        numbers = select(forgotten_address.c.forgotten).where(forgotten_address.c.number > after)
        is_wanted = forgotten.c.number.in_(numbers)
        addresses = select(forgotten_address.c.number, forgotten_address.c.url).where(
            forgotten_address.c.forgotten.in_(numbers)
        )
        with self.read() as connection:
            urls = [row.url for row in connection.execute(addresses)]
            entries = connection.execute(select(forgotten).where(is_wanted)).all()
        post_ids = tuple(row.post_id for row in entries if row.post_id is not None)
        ids = tuple(row.article_id for row in entries if row.article_id is not None)
        return Traces(tuple(urls), post_ids, ids)


def keys_among(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Return those forms of addresses that are on the list."""
    wanted, listed_keys = list(keys), set[str]()
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = wanted[start : start + MOST_AT_ONCE]
        column = forgotten_address.c.url_key
        listed_keys.update(connection.scalars(select(column).where(column.in_(some))))
    return listed_keys


def is_key_forgotten(connection: Connection, key: str) -> bool:
    is_this = forgotten_address.c.url_key == key
    return bool(connection.scalar(select(exists().where(is_this))))


def find_forgotten(connection: Connection, reading: Article) -> int | None:
    """Return the list number of the article that *reading* shows; ``None`` if not listed.

    It is found by its post id, by its id, by its address, or by the address that it declares. The
    last counts only if the post ids do not differ.
    """
    if reading.post_id is not None:
        by_post_id: int | None = connection.scalar(BY_POST_ID, {"post_id": reading.post_id})
        if by_post_id is not None:
            return by_post_id
    # Feeds, from which a lost list is made again, tell ids alone: those of addresses too.
    number: int | None = connection.scalar(BY_IDS, {"ids": list(_ids_of(reading))})
    if number is not None:
        return number
    keys = [alias_key(url) for url in (reading.url, reading.canonical_url) if url]
    rows = {row.url_key: row for row in connection.execute(BY_ADDRESSES, {"url_keys": keys})}
    if keys[0] in rows:
        return int(rows[keys[0]].number)
    declared = rows.get(keys[-1])
    if declared is None or None not in (declared.post_id, reading.post_id):
        return None
    return int(declared.number)


def _ids_of(reading: Article) -> set[str]:
    """Return the ids that an article has, or had while it showed no number."""
    if not reading.id:
        return set()
    name = reading.id.partition(":")[0]
    urls = [url for url in (reading.url, reading.canonical_url) if url]
    return {reading.id, *(article_id(name, None, url) for url in urls)}


def obey(connection: Connection, reading: Article) -> bool:
    """Tell whether *reading* shows a forgotten article; if so, list its address too."""
    number = find_forgotten(connection, reading)
    if number is None:
        return False
    note_address(connection, number, reading.url)
    return True


def hide_forgotten(connection: Connection, entries: Sequence[Listed]) -> list[Listed]:
    """Return what a surface lists; of forgotten articles only the post ids."""
    post_ids = {entry.post_id for entry in entries if entry.post_id is not None}
    numbers = {
        row.post_id: row.number
        for row in connection.execute(
            select(forgotten.c.post_id, forgotten.c.number).where(
                forgotten.c.post_id.in_(post_ids)
            )
        )
    }
    keys = keys_among(connection, {alias_key(entry.url) for entry in entries})
    if not (numbers or keys):
        return list(entries)
    shown = []
    for entry in entries:
        if entry.post_id in numbers:
            note_address(connection, numbers[entry.post_id], entry.url)
        elif alias_key(entry.url) not in keys:
            shown.append(entry)
            continue
        if entry.post_id is not None:
            shown.append(replace(entry, url=""))
    return shown


def note_address(connection: Connection, number: int, url: str) -> None:
    """Put an address of a forgotten article on the list, unless another article has it."""
    key = alias_key(url)
    connection.execute(delete(pending).where(pending.c.url_key == key))
    is_taken = exists().where(alias.c.url_key == key)
    is_listed = exists().where(forgotten_address.c.url_key == key)
    if not connection.scalar(select(or_(is_taken, is_listed))):
        row = {"url_key": key, "url": url, "forgotten": number}
        connection.execute(insert(forgotten_address).values(row))
        # A listing may have shown the article at this address: its words there must go too.
        is_this = forgotten.c.number == number
        again = update(forgotten).where(is_this).values(erased_at=None, compacted_at=None)
        connection.execute(again)


def number_of(connection: Connection, url_or_id: str) -> int | None:
    by_id = select(forgotten.c.number).where(forgotten.c.article_id == url_or_id)
    number: int | None = connection.scalar(by_id)
    if number is None:
        is_this = forgotten_address.c.url_key == alias_key(url_or_id)
        number = connection.scalar(select(forgotten_address.c.forgotten).where(is_this))
    return number


def entry_of(connection: Connection, number: int) -> Entry:
    row = connection.execute(select(forgotten).where(forgotten.c.number == number)).one()
    return Entry(*row)


IS_NOT_FORGOTTEN = article.c.status != FORGOTTEN
