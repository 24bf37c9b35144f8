"""Everything that the archive knows of one address or article, for `scrapy why`."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select

from diplonews.archive.forgotten import entry_of, number_of
from diplonews.archive.tables import (
    absence,
    alias,
    article,
    event,
    event_feed,
    filed,
    listed,
    pending,
    rejected,
    run,
    sighting,
)
from diplonews.archive.transactions import ArchivePart
from diplonews.normalise.numbers import parse_number
from diplonews.normalise.urls import alias_key

AT_ONCE = 20  # events in one transaction; their texts may be large

NUMBER = re.compile(r"(?:^|[?&]p=|:post:)([0-9]+)$")  # a post id, alone or in an address


class PastEvent(NamedTuple):
    """An event, and the article after it."""

    id: int
    seq: int | None
    at: datetime
    kind: str
    article_id: str
    revision: int
    change: dict[str, Any]
    line: dict[str, Any]


PAST_EVENTS = select(
    event.c.id, event.c.seq, event.c.at, event.c.kind, event.c.article_id, event.c.revision
).add_columns(event.c.change, event.c.line)


class History(ArchivePart):
    """Reads only."""

    def events_of(self, article_id: str) -> Iterator[PastEvent]:
        """Yield the events of an article, in their order."""
        yield from self._past(event.c.article_id == article_id, at_once=1)

    def changes_since(self, moment: datetime) -> Iterator[PastEvent]:
        """Yield what happened to known articles since *moment*, in the order of archiving."""
        # The day is that of publication, so never before the event; and it has an index.
        day = f"{moment.astimezone(UTC):%Y-%m-%d}"
        is_recent = (event.c.day >= day) | event.c.day.is_(None)
        yield from self._past(is_recent & (event.c.at >= moment) & (event.c.kind != "created"))

    def _past(self, wanted: ColumnElement[bool], at_once: int = AT_ONCE) -> Iterator[PastEvent]:
        """Yield events, some at a time: no transaction stays open while they are used."""
        last_id = 0
        while True:
            some = PAST_EVENTS.where(wanted, event.c.id > last_id).order_by(event.c.id)
            with self.read() as connection:
                rows = connection.execute(some.limit(at_once)).all()
            if not rows:
                return
            for row in rows:
                keys = {"change": json.loads(row.change), "line": json.loads(row.line)}
                yield PastEvent(**(dict(row._mapping) | keys))
            last_id = rows[-1].id

    def find(self, url_or_id: str) -> dict[str, Any]:
        """Return what is known of a URL, in any of its forms, or of an article's id.

        Keys: ``article``, ``line``, ``aliases``, ``feeds``, ``events``, ``sightings``,
        ``pending``, ``rejected``, ``absence``, ``listed``, ``forgotten``; empty ones where there
        is nothing.
        """
        with self.read() as connection:
            key = alias_key(url_or_id)
            by_url = select(alias.c.article_id).where(alias.c.url_key == key)
            asked = NUMBER.search(url_or_id)
            number = parse_number(asked[1]) if asked else None
            by_number = select(article.c.id).where(article.c.post_id == (number or 0))
            article_id = connection.scalar(by_url) or connection.scalar(by_number) or url_or_id
            keys = [key, *self._column(connection, alias.c.url_key, article_id)]
            articles = self._rows(connection, article, article.c.id == article_id)
            line = json.loads(articles[0].pop("line")) if articles else {}
            return {
                "forgotten": self._forgotten(connection, article_id, key),
                "article": articles[0] if articles else {},
                "line": line,
                "aliases": self._column(connection, alias.c.url, article_id),
                "feeds": self._column(connection, filed.c.feed, article_id),
                "events": self._events(connection, article_id),
                "sightings": self._sightings(connection, keys),
                "pending": self._rows(connection, pending, pending.c.url_key.in_(keys)),
                "rejected": self._rows(connection, rejected, rejected.c.url_key.in_(keys)),
                "absence": self._rows(connection, absence, absence.c.article_id == article_id),
                "listed": self._rows(
                    connection,
                    listed,
                    or_(
                        listed.c.url_key.in_(keys), listed.c.post_id == (line.get("post_id") or 0)
                    ),
                ),
            }

    @staticmethod
    def _forgotten(connection: Connection, *names: str) -> dict[str, Any]:
        numbers = (number_of(connection, name) for name in names)
        number = next((number for number in numbers if number is not None), None)
        return {} if number is None else entry_of(connection, number)._asdict()

    @staticmethod
    def _rows(connection: Connection, table: Any, where: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(select(table).where(where)).mappings()]

    @staticmethod
    def _column(connection: Connection, column: Any, article_id: str) -> list[str]:
        of_it = column.table.c.article_id == article_id
        return sorted(connection.scalars(select(column).where(of_it)))

    @staticmethod
    def _sightings(connection: Connection, keys: list[str]) -> list[dict[str, Any]]:
        first, last = run.alias(), run.alias()
        query = (
            select(
                sighting.c.category,
                sighting.c.headline,
                first.c.run_id.label("first"),
                last.c.run_id.label("last"),
            )
            .join(first, first.c.number == sighting.c.first_run)
            .join(last, last.c.number == sighting.c.last_run)
            .where(sighting.c.url_key.in_(keys))
        )
        return [dict(row) for row in connection.execute(query).mappings()]

    @staticmethod
    def _events(connection: Connection, article_id: str) -> list[dict[str, Any]]:
        query = (
            select(event.c.id, event.c.seq, event.c.day, event.c.kind, event.c.revision)
            .add_columns(event.c.change, run.c.run_id)
            .join(run, run.c.number == event.c.run)
            .where(event.c.article_id == article_id)
            .order_by(event.c.id)
        )
        rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row["changed"] = json.loads(row.pop("change"))["changed"] or []
            feeds = select(event_feed.c.feed).where(event_feed.c.event == row.pop("id"))
            row["feeds"] = sorted(connection.scalars(feeds))
        return rows
