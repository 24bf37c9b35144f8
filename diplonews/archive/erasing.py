"""Erasing an article from the archive: first the intention, then its rows, then free pages.

Each step is a transaction of its own. After a kill in between, the next run or command repeats it.
The events keep their numbers, days and feeds.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from diplonews.archive import tables
from diplonews.archive.events import Event, note_event
from diplonews.archive.forgotten import FORGOTTEN, Entry, entry_of, number_of
from diplonews.archive.history import NUMBER
from diplonews.archive.transactions import ArchivePart
from diplonews.items import Article
from diplonews.lines import as_change, as_keys, dumps
from diplonews.normalise.numbers import parse_number
from diplonews.normalise.urls import alias_key

CHANGE = as_change(FORGOTTEN)

# The tables that may have had an article's words; PostgreSQL keeps old rows of them.
WITH_WORDS = (
    tables.article, tables.event, tables.sighting, tables.pending, tables.rejected,
    tables.listed, tables.alias, tables.site_date, tables.validator, tables.text_mark,
)  # fmt: skip


class Erasing(ArchivePart):
    """Puts articles on the list of forgotten ones, and erases their words."""

    def forget(self, url_or_id: str, reason: str, now: datetime) -> Entry | None:
        """Put an article or an address on the list; ``None`` where the archive knows neither.

        From now on no run asks for it. An entry that is listed already stays as it is.
        """
        with self.write() as connection:
            article_id = _article_of(connection, url_or_id)
            number = number_of(connection, article_id or url_or_id)
            if number is None:
                number = intend(connection, url_or_id, reason, now)
            return None if number is None else entry_of(connection, number)

    def would_forget(self, url_or_id: str) -> dict[str, list[str]]:
        """Return what ``forget`` would erase: id, addresses, headlines, events' numbers, feeds."""
        with self.read() as connection:
            article_id = _article_of(connection, url_or_id)
            urls = _addresses(connection, url_or_id, article_id)
            if article_id is None:
                is_known = _is_known(connection, [alias_key(url_or_id)])
                known_urls = list(urls.values()) if is_known else []
                none: dict[str, list[str]] = {
                    "ids": [],
                    "headlines": [],
                    "events": [],
                    "feeds": [],
                }
                return {**none, "urls": known_urls}
            events = select(tables.event.c.id).where(tables.event.c.article_id == article_id)
            their_feeds = select(tables.event_feed.c.feed).where(
                tables.event_feed.c.event.in_(events)
            )
            return {
                "ids": [article_id],
                "urls": list(urls.values()),
                "headlines": sorted(_headlines(connection, article_id)),
                "events": [str(number) for number in connection.scalars(events)],
                "feeds": sorted(set(connection.scalars(their_feeds))),
            }

    def copies_of(self, article_id: str) -> list[str]:
        """Return the addresses of live articles that have nearly the same text.

        These are other articles, and keep their words.
        """
        lines = select(tables.article.c.id, tables.article.c.url, tables.article.c.line)
        is_it = tables.article.c.id == article_id
        is_live = tables.article.c.status == "live"
        with self.read() as connection:
            mine = connection.scalar(lines.with_only_columns(tables.article.c.line).where(is_it))
            earlier_id = json.loads(mine or "{}").get("same_text_as")
            streaming = connection.execution_options(yield_per=500)
            rows = streaming.execute(lines.where(is_live, ~is_it))
            copies = (
                row.url for row in rows if row.id == earlier_id or _is_copy(row.line, article_id)
            )
            return sorted(copies)

    def erase(self, number: int, now: datetime) -> None:
        """Erase what the archive has of a listed entry, in one transaction."""
        with self.write() as connection:
            erase_entry(connection, number, now)

    def headlines(self, entry: Entry) -> set[str]:
        """Return all headlines that an article had, while they are not erased."""
        with self.read() as connection:
            return _headlines(connection, entry.article_id)

    def note_compacted(self, numbers: Sequence[int], now: datetime) -> None:
        """Note that no free page has words of these: they were erased before the rewriting."""
        is_open = tables.forgotten.c.compacted_at.is_(None)
        is_one = tables.forgotten.c.number.in_(numbers)
        is_erased = tables.forgotten.c.erased_at.is_not(None)
        with self.write() as connection:
            done = (
                update(tables.forgotten).where(is_one, is_open, is_erased).values(compacted_at=now)
            )
            connection.execute(done)


def erase_entry(connection: Connection, number: int, now: datetime) -> None:
    """Erase what the archive has of a listed entry, inside a transaction that writes."""
    overwrite_free_space(connection)
    entry = entry_of(connection, number)
    if entry.erased_at is None:
        erase_traces(connection, entry)
        if entry.article_id is not None:
            _erase_article(connection, entry.article_id, now)
    is_this = tables.forgotten.c.number == number
    connection.execute(update(tables.forgotten).where(is_this).values(erased_at=now))


def overwrite_free_space(connection: Connection) -> None:
    """Let SQLite overwrite what is deleted from now on."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def _is_copy(line: str, article_id: str) -> bool:
    return article_id in line and json.loads(line).get("same_text_as") == article_id


def _article_of(connection: Connection, url_or_id: str) -> str | None:
    """Return the id of the article with that address, id or number."""
    by_url = select(tables.alias.c.article_id).where(
        tables.alias.c.url_key == alias_key(url_or_id)
    )
    asked = NUMBER.search(url_or_id)
    number = parse_number(asked[1]) if asked else None
    by_id = select(tables.article.c.id).where(
        or_(tables.article.c.id == url_or_id, tables.article.c.post_id == (number or 0))
    )
    return connection.scalar(by_url) or connection.scalar(by_id)


def intend(connection: Connection, url_or_id: str, reason: str, now: datetime) -> int | None:
    article_id = _article_of(connection, url_or_id)
    urls = _addresses(connection, url_or_id, article_id)
    if article_id is None and not _is_known(connection, list(urls)):
        return None
    post_id = connection.scalar(
        select(tables.article.c.post_id).where(tables.article.c.id == article_id)
    )
    row = {"article_id": article_id, "post_id": post_id, "reason": reason, "asked_at": now}
    key = connection.execute(insert(tables.forgotten).values(row)).inserted_primary_key
    assert key is not None
    number = int(key[0])
    if urls:
        rows = [{"url_key": key, "url": urls[key], "forgotten": number} for key in urls]
        connection.execute(insert(tables.forgotten_address), rows)
    return number


def _addresses(connection: Connection, url_or_id: str, article_id: str | None) -> dict[str, str]:
    """Return the addresses that lead to this article and to no other, by their forms."""
    urls = [url_or_id] if article_id is None or "://" in url_or_id else []
    if article_id is not None:
        alias, article, event = tables.alias, tables.article, tables.event
        urls += connection.scalars(select(alias.c.url).where(alias.c.article_id == article_id))
        row = connection.execute(select(article).where(article.c.id == article_id)).one()
        urls += [row.url, row.canonical_url]
        lines = select(event.c.line).where(event.c.article_id == article_id)
        for line in map(json.loads, connection.scalars(lines)):
            urls += [line.get("url") or "", line.get("canonical_url") or ""]
        if row.post_id is not None:
            is_listed = tables.listed.c.post_id == row.post_id
            urls += connection.scalars(select(tables.listed.c.url).where(is_listed))
    by_key = {alias_key(url): url for url in urls if url}
    listed_keys = select(tables.forgotten_address.c.url_key)
    of_others = select(tables.alias.c.url_key).where(tables.alias.c.article_id != article_id)
    others = {
        *connection.scalars(of_others.where(tables.alias.c.url_key.in_(by_key))),
        *connection.scalars(listed_keys.where(tables.forgotten_address.c.url_key.in_(by_key))),
    }
    return {key: url for key, url in by_key.items() if key not in others}


def _is_known(connection: Connection, keys: list[str]) -> bool:
    """Tell whether an address is pending, rejected, sighted or listed."""
    places = (tables.pending, tables.rejected, tables.sighting, tables.listed)
    return any(
        connection.scalar(select(func.count()).where(place.c.url_key.in_(keys)))
        for place in places
    )


def erase_traces(connection: Connection, entry: Entry) -> None:
    """Erase an entry's addresses from sightings, surfaces, looks and the pending list."""
    address = tables.forgotten_address
    rows = connection.execute(select(address).where(address.c.forgotten == entry.number)).all()
    keys, urls = [row.url_key for row in rows], [row.url for row in rows]
    for table in (tables.pending, tables.sighting, tables.site_date, tables.rejected):
        connection.execute(delete(table).where(table.c.url_key.in_(keys)))
    _erase_rejected(connection, entry, keys)
    listed = tables.listed
    is_listed = or_(listed.c.url_key.in_(keys), listed.c.post_id == (entry.post_id or 0))
    has_number = listed.c.post_id.is_not(None)
    connection.execute(delete(listed).where(is_listed, ~has_number))
    connection.execute(update(listed).where(is_listed).values(url="", url_key=""))
    for look in connection.execute(select(tables.validator)).all():
        kept = {
            url: fingerprint
            for url, fingerprint in look.entries.items()
            if alias_key(url) not in keys
        }
        if len(kept) < len(look.entries):
            is_this = (tables.validator.c.section == look.section) & (
                tables.validator.c.url == look.url
            )
            connection.execute(update(tables.validator).where(is_this).values(entries=kept))
    hold = tables.hold
    connection.execute(delete(hold).where(hold.c.origin.in_(urls)))


def _erase_rejected(connection: Connection, entry: Entry, keys: list[str]) -> None:
    """Erase the article's words from rejected pages that showed them."""
    rejected = tables.rejected
    lines = select(rejected.c.number, rejected.c.line, rejected.c.reason)
    words = _headlines(connection, entry.article_id)
    for row in connection.execute(lines).all():
        line = json.loads(row.line) if row.line else {}
        shown = {alias_key(line[name]) for name in ("url", "canonical_url") if line.get(name)}
        is_it = (
            line.get("id") == entry.article_id is not None
            or line.get("post_id") == entry.post_id is not None
            or bool(shown & set(keys))
            or line.get("headline") in words
        )
        is_this = rejected.c.number == row.number
        if is_it:
            connection.execute(update(rejected).where(is_this).values(line=None))
        if is_it or any(word in row.reason for word in (*words, *keys)):
            connection.execute(update(rejected).where(is_this).values(reason="forgotten"))


def _headlines(connection: Connection, article_id: str | None) -> set[str]:
    """Return all headlines that an article had."""
    lines = select(tables.event.c.line).where(tables.event.c.article_id == article_id)
    headlines = (json.loads(line).get("headline") for line in connection.scalars(lines))
    return {headline for headline in headlines if headline}


def _erase_article(connection: Connection, article_id: str, now: datetime) -> None:
    """Erase an article and its words in all its events; note a last event, ``forgotten``."""
    event_feed = tables.event_feed
    row = (
        connection.execute(select(tables.article).where(tables.article.c.id == article_id))
        .mappings()
        .one()
    )
    if row["status"] == FORGOTTEN:  # another address of it was found
        return
    ids = select(tables.event.c.id).where(tables.event.c.article_id == article_id)
    their_feeds = select(event_feed.c.feed).where(event_feed.c.event.in_(ids)).distinct()
    feeds = sorted(connection.scalars(their_feeds))
    erase_words(connection, article_id)
    run = connection.scalar(select(func.max(tables.run.c.number)))
    assert run is not None  # a run read the article
    note_event(connection, Event(row, run, now, CHANGE, blank_line(article_id), (), feeds))


def blank_line(article_id: str) -> dict[str, Any]:
    """Return what is left of an article's line."""
    return as_keys(Article(id=article_id, url="", reader=None))


def erase_words(connection: Connection, article_id: str) -> None:
    """Erase an article's words in its row and in all its events."""
    article, event, event_feed = tables.article, tables.event, tables.event_feed
    line = blank_line(article_id)
    blank = {"change": dumps(CHANGE), "line": dumps({**line, "withdrawn_at": None})}
    is_its = event.c.article_id == article_id
    ids = select(event.c.id).where(is_its)
    connection.execute(update(event).where(is_its).values(kind=FORGOTTEN, **blank))
    connection.execute(
        update(event_feed).where(event_feed.c.event.in_(ids)).values(is_filed=False)
    )
    for table in (tables.filed, tables.alias, tables.absence, tables.text_mark, tables.pending):
        connection.execute(delete(table).where(table.c.article_id == article_id))
    values = {
        "status": FORGOTTEN, "url": "", "canonical_url": "", "digest": "", "published_at": None,
        "modified_at": None, "line": dumps(line),
    }  # fmt: skip
    connection.execute(update(article).where(article.c.id == article_id).values(values))
