"""Addresses: which article each belongs to, and which article declares it as its own."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, delete, exists, insert, select

from diplonews.archive.forgotten import IS_NOT_FORGOTTEN, is_key_forgotten
from diplonews.archive.pending import want
from diplonews.archive.tables import alias, article, pending
from diplonews.archive.transactions import ArchivePart
from diplonews.archive.twins import likeliest
from diplonews.normalise.urls import alias_key


class Holder(NamedTuple):
    """A known article, and the forms of its own addresses."""

    id: str
    post_id: int | None
    url: str  # where it was last read
    homes: frozenset[str]  # that address, and the one that its page declared
    line: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.id} ({self.url})"

    def lives_at(self, key: str) -> bool:
        """Tell whether it was last read at the address with the form *key*."""
        return key == alias_key(self.url)


class Addresses(ArchivePart):
    """Looks up an article by what a page says of itself, and keeps what was decided."""

    def find_by_number(self, number: int | None) -> Holder | None:
        """Return the article with that post id."""
        return None if number is None else self._holder(article.c.post_id == number)

    def find_by_id(self, article_id: str | None) -> Holder | None:
        return None if article_id is None else self._holder(article.c.id == article_id)

    def find_by_url(self, url: str) -> Holder | None:
        """Return the article that has the address *url* now."""
        holder = self.leads_to(url)
        return holder if holder is not None and alias_key(url) in holder.homes else None

    def leads_to(self, url: str) -> Holder | None:
        """Return the article to which *url* leads, or once led."""
        is_this = alias.c.url_key == alias_key(url)
        leads_to = select(alias.c.article_id).where(is_this).scalar_subquery()
        return self._holder(article.c.id == leads_to)

    def with_words(self, article_id: str, body: str) -> list[Holder]:
        """Return the live articles, without one, whose bodies have most in common with *body*."""
        with self.read() as connection:
            return list(map(_holder_of, likeliest(connection, article_id, body)))

    def want_home(self, url: str, holder: Holder, now: datetime) -> None:
        """Instead of *url*, make pending the address where the article was last read."""
        home = alias_key(holder.url)
        row = {"url_key": home, "url": holder.url, "category": "", "found_at": now}
        with self.write() as connection:
            is_this = pending.c.url_key == alias_key(url)
            connection.execute(delete(pending).where(is_this))
            is_there = connection.scalar(select(exists().where(pending.c.url_key == home)))
            if not (is_there or is_key_forgotten(connection, home)):
                connection.execute(insert(pending).values(article_id=holder.id, **row))

    def note_form(self, url: str, article_id: str) -> None:
        """Note that *url* is one more form of an article's address, with nothing to read."""
        key = alias_key(url)
        row = {"url_key": key, "article_id": article_id, "url": url}
        with self.write() as connection:
            connection.execute(delete(pending).where(pending.c.url_key == key))
            connection.execute(delete(alias).where(alias.c.url_key == key))
            connection.execute(insert(alias).values(row))

    def free(self, url: str, article_id: str) -> None:
        """Note that *url* no longer leads to an article: another page is there."""
        is_this = (alias.c.url_key == alias_key(url)) & (alias.c.article_id == article_id)
        with self.write() as connection:
            connection.execute(delete(alias).where(is_this))

    def want(self, url: str, now: datetime) -> None:
        """Make an address pending that may be any article's, or none's."""
        key = alias_key(url)
        with self.write() as connection:
            if not connection.scalar(select(exists().where(pending.c.url_key == key))):
                want(connection, key, url, "", now)

    def _holder(self, is_this: ColumnElement[bool]) -> Holder | None:
        with self.read() as connection:
            holder = select(article).where(is_this, IS_NOT_FORGOTTEN)
            row = connection.execute(holder).mappings().first()
        return None if row is None else _holder_of(row)


def _holder_of(row: RowMapping) -> Holder:
    homes = frozenset(map(alias_key, (row["url"], row["canonical_url"])))
    return Holder(row["id"], row["post_id"], row["url"], homes, json.loads(row["line"]))
