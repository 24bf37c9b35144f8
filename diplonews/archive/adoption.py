"""Published events, taken back into an archive that has lost them.

The archive was restored from a backup, or made again. A feed's line is complete: it has the event
and the article after it. Feeds have no sightings and no pending URLs; the next runs find those
again.
"""

import json
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from diplonews.archive.articles import DELETE_ABSENCE, note_aliases
from diplonews.archive.completing import complete, complete_change
from diplonews.archive.erasing import blank_line, erase_traces, erase_words, intend
from diplonews.archive.events import feeds_of
from diplonews.archive.feeds import WITHDRAWN
from diplonews.archive.forgotten import FORGOTTEN, entry_of, number_of
from diplonews.archive.history import NUMBER
from diplonews.archive.pending import take_article_off, take_off
from diplonews.archive.revisions import (
    DELETE_FILED,
    INSERT_ARTICLE,
    INSERT_FILED,
    UPDATE_ARTICLE,
)
from diplonews.archive.tables import article, event, event_feed, forgotten
from diplonews.archive.twins import note_marks
from diplonews.errors import ArchiveError
from diplonews.items import Article
from diplonews.lines import NO_EDIT, as_change, dumps, month_of
from diplonews.normalise.urls import alias_key

# The article of events that no feed of the folder has. Only their numbers are known. Like a
# forgotten article, it is shown to nobody.
MISSING = "missing"

CHANGE_KEYS = ("event", "reason", *NO_EDIT)


class PublishedEvent(NamedTuple):
    """An event as a folder of feeds says it."""

    seq: int
    days: tuple[str, str]  # the first and the last possible day; ("", ""): not known
    line: dict[str, Any]
    is_change: bool  # of ``changes``; else of ``current``, which does not say what happened
    filed_under: frozenset[str]  # the feeds under which the article is filed
    told_in: frozenset[str]  # the feeds of the folder whose changes have the event
    silent: frozenset[str]  # and those whose changes should have it, but do not

    @property
    def kind(self) -> str:
        if self.is_change:
            return str(self.line["event"])
        return WITHDRAWN if self.line["withdrawn_at"] else "created"


class Adoption:
    """Takes events in, in the order of seq, inside the transaction of *connection*.

    The archive must be an earlier state of the one that published them. Events that both have are
    compared; ``ArchiveError`` names the first that differs.
    """

    def __init__(self, connection: Connection, run: int, now: datetime) -> None:
        self.connection = connection
        self.run = run
        self.now = now
        self.count = self.missing_count = 0
        last = connection.execute(select(func.max(event.c.seq), func.max(event.c.day))).one()
        self.last_seq, self.last_day = last[0] or 0, last[1] or ""
        self.first_seq = self.last_seq
        waiting = select(event.c.id).where(event.c.seq.is_(None)).order_by(event.c.id)
        # Publishing numbers all events archived until then, in the order of their ids.
        self.waiting = deque(connection.scalars(waiting))

    def take(self, published: PublishedEvent) -> None:
        """Take in an event, or compare it with the archive's."""
        if published.seq > self.last_seq:
            self._fill_up(published.seq - 1)
            day = self._day(published)
            if not self.waiting:
                self._insert(published, day)
                self.count += 1
                return
            self._number(day)
        self._compare(published)

    def finish(self, last_seq: int) -> None:
        """Note that events up to *last_seq* were published, even those that no feed has."""
        self._fill_up(last_seq)
        if last_seq > self.first_seq and self.waiting:
            raise _other_state(last_seq)

    def _fill_up(self, seq: int) -> None:
        """Give the numbers up to *seq* to events without a number, or else to blank ones."""
        while self.last_seq < seq and self.waiting:
            self._number(self.last_day)
        for number in range(self.last_seq + 1, seq + 1):
            self._note_missing(number)
        self.last_seq = max(self.last_seq, seq)

    def _number(self, day: str) -> None:
        self.last_seq, self.last_day = self.last_seq + 1, day
        is_next = event.c.id == self.waiting.popleft()
        numbered = update(event).where(is_next).values(seq=self.last_seq, day=day)
        self.connection.execute(numbered)

    def _day(self, published: PublishedEvent) -> str:
        """Return the day of publication, as far as known; never before an earlier event's."""
        first, last = published.days
        at = str(published.line["fetched_at"] or "")[:10]
        return max(self.last_day, min(max(first, at), last) if last else self.last_day or at)

    def _compare(self, published: PublishedEvent) -> None:
        """Raise ``ArchiveError`` where the archive has another event with that number."""
        kept = select(event.c.change, event.c.line).where(event.c.seq == published.seq)
        row = self.connection.execute(kept).first()
        if row is None:
            raise _other_state(published.seq)
        change, line = _split(published)
        is_same = complete(json.loads(row.line)) == line
        if published.is_change:
            is_same = is_same and complete_change(json.loads(row.change)) == change
        if published.kind == FORGOTTEN:
            self._forget(published.line["id"])
        elif not is_same and json.loads(row.change)["event"] != FORGOTTEN:
            raise _other_state(published.seq)

    def _insert(self, published: PublishedEvent, day: str) -> None:
        change, line = _split(published)
        old_id = (published.line.get("before") or {}).get("id") or line["id"]
        old_feeds = feeds_of(self.connection, old_id)
        values = self._note_article(published, line, old_id)
        if published.kind == FORGOTTEN:
            self._forget(line["id"])
        else:
            self._note_reading(published, line)
        row = {
            "seq": published.seq, "day": day, "run": self.run, "kind": published.kind,
            "article_id": line["id"], "revision": values["revision"], "month": values["month"],
            "at": _time_of(published) or self.now, "change": dumps(change), "line": dumps(line),
        }  # fmt: skip
        key = self.connection.execute(insert(event).values(row)).inserted_primary_key
        assert key is not None
        feeds = (published.filed_under | old_feeds) - published.silent | published.told_in
        for feed in sorted(feeds):
            row = {"feed": feed, "event": key[0], "is_filed": feed in published.filed_under}
            self.connection.execute(insert(event_feed).values(row))
        self.last_seq, self.last_day = published.seq, day

    def _note_article(
        self, published: PublishedEvent, line: Mapping[str, Any], old_id: str
    ) -> Mapping[str, Any]:
        """Write the article's row from a line; return the values that the event needs."""
        kept = select(article).where(article.c.id.in_([old_id, line["id"]]))
        before = self.connection.execute(kept).mappings().first()
        if published.kind == FORGOTTEN:
            if before is None:
                return self._note_blank(line["id"])
            return {"revision": before["revision"], "month": before["month"]}
        values = _values_of(line, published.kind)
        values["last_seen_at"] = _time_of(published) or self.now
        if before is None:
            self.connection.execute(INSERT_ARTICLE, values)
        else:
            values["last_seen_at"] = max(values["last_seen_at"], before["last_seen_at"])
            self.connection.execute(UPDATE_ARTICLE, values | {"old_id": before["id"]})
        return values

    def _note_blank(self, article_id: str) -> Mapping[str, Any]:
        """Write the row of an article of which only the id is known."""
        now = self.now
        number = NUMBER.search(article_id)
        values = {
            "id": article_id, "post_id": int(number[1]) if number else None, "url": "",
            "canonical_url": "", "status": FORGOTTEN, "revision": 1, "digest": "",
            "month": "undated", "first_seen_at": now, "last_seen_at": now, "revised_at": now,
            "line": dumps(blank_line(article_id)),
        }  # fmt: skip
        self.connection.execute(insert(article).values(values))
        return values

    def _note_reading(self, published: PublishedEvent, line: Mapping[str, Any]) -> None:
        """Write what else the archive keeps of an article that was read or withdrawn."""
        connection, article_id = self.connection, line["id"]
        if feeds_of(connection, article_id) != set(published.filed_under):
            connection.execute(DELETE_FILED, {"old_id": article_id})
            rows = [
                {"feed": feed, "article_id": article_id} for feed in sorted(published.filed_under)
            ]
            if rows:
                connection.execute(INSERT_FILED, rows)
        if published.kind == WITHDRAWN:
            take_article_off(connection, article_id)
            return
        reading = Article(
            id=article_id, url=line["url"] or "", canonical_url=line["canonical_url"] or ""
        )
        note_aliases(connection, reading)
        note_marks(connection, article_id, line["body"] or "")
        connection.execute(DELETE_ABSENCE, {"article_id": article_id})
        take_off(connection, alias_key(reading.url))

    def _forget(self, article_id: str) -> None:
        """Put a forgotten article on the list, and erase what the archive still has of it."""
        connection = self.connection
        number = number_of(connection, article_id)
        if number is None:
            number = intend(connection, article_id, "the feeds say so", self.now)
        assert number is not None  # its row is there
        erase_traces(connection, entry_of(connection, number))
        erase_words(connection, article_id)
        is_open = (forgotten.c.number == number) & forgotten.c.erased_at.is_(None)
        connection.execute(update(forgotten).where(is_open).values(erased_at=self.now))

    def _note_missing(self, seq: int) -> None:
        """Note that an event of which nothing else is known has this number."""
        is_it = select(article.c.id).where(article.c.id == MISSING)
        if self.connection.scalar(is_it) is None:
            self._note_blank(MISSING)
        line = {**blank_line(MISSING), "withdrawn_at": None}
        row = {
            "seq": seq, "day": self.last_day, "run": self.run, "kind": FORGOTTEN, "revision": 1,
            "article_id": MISSING, "at": self.now, "month": "undated",
            "change": dumps(as_change(FORGOTTEN)), "line": dumps(line),
        }  # fmt: skip
        self.connection.execute(insert(event).values(row))
        self.missing_count += 1


def _other_state(seq: int) -> ArchiveError:
    return ArchiveError(
        f"expected an earlier state of the archive that published these feeds, found another "
        f"event with seq {seq}: it went on since"
    )


def _split(published: PublishedEvent) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what happened, and the article after it, each with every key of today."""
    line = {
        name: value
        for name, value in published.line.items()
        if name != "seq" and name not in CHANGE_KEYS
    }
    change = as_change(published.kind)
    if published.is_change:
        change = {name: published.line[name] for name in CHANGE_KEYS}
    return complete_change(change), complete(line)


def _time_of(published: PublishedEvent) -> datetime | None:
    line = published.line
    if published.kind == WITHDRAWN:
        return _read_time(line["withdrawn_at"])
    return _read_time(line["revised_at"] if line.get("reason") else line["fetched_at"])


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _values_of(line: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return an article's row from its line, without the time when it was last seen."""
    published_at = _read_time(line["published_at"])
    first_seen_at = _read_time(line["first_seen_at"] or line["fetched_at"])
    return {
        "id": line["id"],
        "post_id": line["post_id"],
        "url": line["url"] or "",
        "canonical_url": line["canonical_url"] or "",
        "status": "withdrawn" if kind == WITHDRAWN else "live",
        "revision": line["revision"],
        "digest": line["digest"] or "",
        "published_at": published_at,
        "modified_at": _read_time(line["modified_at"]),
        "month": month_of(published_at),
        "first_seen_at": first_seen_at,
        "revised_at": _read_time(line["revised_at"]) or first_seen_at,
        "line": dumps({name: value for name, value in line.items() if name != "withdrawn_at"}),
    }
