"""Articles: how a reading of a page changes the archived article.

The post id identifies an article; each URL seen for it is an alias. One transaction writes the
article, its aliases, its feeds and its event, and takes its URL off the pending list. What is not
committed is not archived, so it is read again.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from diplonews.archive.ahead import compare_ahead
from diplonews.archive.forgotten import find_forgotten, obey
from diplonews.archive.matching import HOLDER_OF_URL, find_article, forms_of, has_lost_address
from diplonews.archive.overdue import longest_unchecked
from diplonews.archive.pending import take_off
from diplonews.archive.readings import NEAR, is_by_other_reader, says_more
from diplonews.archive.revisions import (
    Revision,
    kind_of,
    note_copies,
    note_revision,
    note_same_words,
    reason_of,
    set_identity,
)
from diplonews.archive.tables import absence, alias, article, filed
from diplonews.archive.transactions import ArchivePart
from diplonews.archive.twins import is_earlier, likeliest, twins
from diplonews.errors import ArchiveError
from diplonews.items import Article
from diplonews.normalise.urls import alias_key

MOST_AT_ONCE = 500  # values in one statement; databases have a limit

DELETE_ABSENCE = delete(absence).where(absence.c.article_id == bindparam("article_id"))
INSERT_ALIAS = insert(alias)
MOVE_ALIAS = update(alias).where(alias.c.url_key == bindparam("old_key"))


class Addressed(NamedTuple):
    """An article, where it was last read, and the forms of all its addresses."""

    id: str
    url: str
    url_keys: list[str]


class OtherReading(NamedTuple):
    """An article as another reader read it."""

    line: dict[str, Any]
    post_id: int | None
    # Between these times, the page of this line was captured.
    since: datetime
    until: datetime


class Articles(ArchivePart):
    """Everything that was read, by id and by every URL."""

    def is_empty(self) -> bool:
        """Tell whether no article was ever read."""
        with self.read() as connection:
            return connection.scalar(select(article.c.id).limit(1)) is None

    def find_other_reading(self, reading: Article) -> OtherReading | None:
        """Return the archived line, if another reader made it and *reading* would be an edit.

        ``None`` where the same reader made it, or where no edit would be noted.
        """
        with self.read() as connection:
            row = find_article(connection, reading)
        if row is None or kind_of(row, reading) != "updated":
            return None
        line = json.loads(row["line"])
        if not is_by_other_reader(line, reading) or row["digest"] == reading.digest:
            return None
        since = datetime.fromisoformat(line["fetched_at"]) - NEAR
        return OtherReading(line, row["post_id"], since, row["last_seen_at"] + NEAR)

    def note(
        self, reading: Article, run: int, feeds: Collection[str], *, is_compared: bool = False
    ) -> str:
        """Archive an article as just read, and file it under *feeds*; return its event's kind.

        The kind is ``created``, ``updated`` or ``restored``. It is empty where the words are the
        same or the article is forgotten. Sets id, revision and times on *reading*. With
        *is_compared*, today's reader has read the archived page again (``note_again``), so every
        difference is an edit.
        """
        if reading.fetched_at is None:
            raise ArchiveError(f"{reading.url}: an article without fetched_at cannot be archived")
        self._compare_ahead(reading)
        with self.write() as connection:
            if obey(connection, reading):
                return ""
            row = find_article(connection, reading)
            kind = kind_of(row, reading)
            if row is not None and not kind and has_lost_address(connection, row, reading):
                kind = "updated"
            set_identity(row, reading, kind)
            copies = _compare(connection, reading)
            if kind:
                reason = "" if is_compared else reason_of(row, reading, kind)
                note_revision(connection, Revision(reading, row, kind, reason, run, feeds))
                note_copies(connection, copies, reading, run)
            else:
                note_same_words(connection, reading)
            note_aliases(connection, reading)
            if row is not None:
                connection.execute(DELETE_ABSENCE, {"article_id": reading.id})
            take_off(connection, alias_key(reading.url))
        return kind

    def note_again(self, reading: Article, run: int, feeds: Collection[str], now: datetime) -> str:
        """Archive what a capture says when it is read again; return the kind of its event.

        The kind is ``created`` where no run could read the page, ``updated`` where words or facts
        differ, else empty. Nothing is noted where the capture is older than the newest reading, or
        where the article is withdrawn or forgotten.
        """
        assert reading.fetched_at is not None
        if self._says_the_same(reading):
            return ""
        self._compare_ahead(reading)
        with self.write() as connection:
            if obey(connection, reading):
                return ""
            row = find_article(connection, reading)
            if row is not None:
                reading.id, reading.post_id = row["id"], reading.post_id or row["post_id"]
            copies = _compare(connection, reading)
            if row is not None and not says_more(row, reading):
                return ""
            kind = "created" if row is None else "updated"
            reading.first_seen_at = reading.fetched_at if row is None else row["first_seen_at"]
            reading.revised_at = now
            reading.revision = 1 if row is None else row["revision"] + 1
            note_revision(connection, Revision(reading, row, kind, "reparse", run, feeds))
            note_copies(connection, copies, reading, run)
            note_aliases(connection, reading)
            if row is None:
                take_off(connection, alias_key(reading.url))
        return kind

    def _says_the_same(self, reading: Article) -> bool:
        """Tell whether *reading* says what is archived, without looking for copies of its text.

        Where neither the body nor the date differs, the archived ``same_text_as`` still holds.
        """
        with self.read() as connection:
            row = find_article(connection, reading)
            if row is None or find_forgotten(connection, reading) is not None:
                return False
        line = json.loads(row["line"])
        if line.get("body") != reading.body or row["published_at"] != reading.published_at:
            return False
        reading.id, reading.post_id = row["id"], reading.post_id or row["post_id"]
        reading.same_text_as = line.get("same_text_as") or ""
        return not says_more(row, reading)

    def _compare_ahead(self, reading: Article) -> None:
        with self.read() as connection:
            row = find_article(connection, reading)
            has_its_id = row is not None and reading.post_id is None
            article_id = row["id"] if row is not None and has_its_id else reading.id
            others = likeliest(connection, article_id, reading.body)
        compare_ahead(reading, row, others)

    def longest_unchecked(self, now: datetime, limit: int, shortest: timedelta) -> list[str]:
        """Return ids of articles that are due for another check, most overdue first.

        An article one month old is due *shortest* after it was last seen; one ten months old waits
        ten times as long. Recent articles are edited more often.
        """
        with self.read() as connection:
            return longest_unchecked(connection, now, limit, shortest)

    def live_aliases(self, feeds: Collection[str] | None) -> Iterator[Addressed]:
        """Yield each live article, in *feeds* or in all.

        Some hundreds are read at a time, and no transaction stays open meanwhile: the caller may
        write.
        """
        is_next = article.c.id > bindparam("last_id")
        rows = select(article.c.id, article.c.url).where(article.c.status == "live", is_next)
        if feeds is not None:
            in_feeds = filed.c.feed.in_(sorted(feeds))
            rows = rows.where(exists().where(filed.c.article_id == article.c.id, in_feeds))
        rows = rows.order_by(article.c.id).limit(MOST_AT_ONCE)
        some = self._aliases(rows, "")
        while some:
            yield from some
            some = self._aliases(rows, some[-1].id)

    def _aliases(self, rows: Select[tuple[str, str]], last_id: str) -> list[Addressed]:
        """Return the next articles after *last_id*."""
        with self.read() as connection:
            by_id = {
                row.id: Addressed(row.id, row.url, [])
                for row in connection.execute(rows, {"last_id": last_id})
            }
            wanted = select(alias.c.article_id, alias.c.url_key)
            for row in connection.execute(wanted.where(alias.c.article_id.in_(by_id))):
                by_id[row.article_id].url_keys.append(row.url_key)
        return list(by_id.values())


def note_aliases(connection: Connection, reading: Article) -> None:
    for key, url in forms_of(reading).items():
        holder = connection.execute(HOLDER_OF_URL, {"url_key": key}).first()
        if holder is None:
            row = {"url_key": key, "article_id": reading.id, "url": url}
            connection.execute(INSERT_ALIAS, row)
        elif holder.id != reading.id and (url == reading.url or alias_key(holder.url) != key):
            # A declared address stays with the article that was read there.
            connection.execute(MOVE_ALIAS, {"old_key": key, "article_id": reading.id})


def _compare(connection: Connection, reading: Article) -> list[RowMapping]:
    """Set ``same_text_as`` if an earlier article has the text; else return later copies."""
    near_copies = twins(connection, reading)
    earlier = [row for row in near_copies if is_earlier(row, reading)]
    if not earlier:
        reading.same_text_as = ""
        return near_copies
    first = min(earlier, key=lambda row: (row["published_at"], row["post_id"] or 0))
    reading.same_text_as = first["id"]
    return []
