"""Articles: identity, revisions and events.

An article *is* its post id; every form of URL seen for it is an alias. One transaction
writes the article, its aliases, where it is filed and its event, and takes its URLs off the
pending list. What is not committed is not known, so it is read again.
"""

import heapq
import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, RowMapping, delete, exists, func, insert, select, update

from diplonews.archive.ahead import compare_ahead
from diplonews.archive.part import Part
from diplonews.archive.pending import forget
from diplonews.archive.readings import (
    NEAR,
    is_by_other_reader,
    is_edit_of_reader,
    is_guess_of,
    says_more,
)
from diplonews.archive.tables import (
    UtcTime,
    absence,
    alias,
    article,
    event,
    event_feed,
    filed,
    pending,
)
from diplonews.archive.twins import is_earlier, likeliest, note_marks, twins
from diplonews.errors import ArchiveError
from diplonews.items import Article
from diplonews.lines import as_keys, as_line, difference, dumps, in_order, month_of
from diplonews.normalise.urls import alias_key

# Of what age an article is asked for again after the shortest wait; older ones later.
RECENT = timedelta(days=30)


class OtherReading(NamedTuple):
    """An article as another reader read it."""

    line: dict[str, Any]
    post_id: int | None
    # What was captured before or after that is not what was read for this line.
    since: datetime
    until: datetime


class Articles(Part):
    """Everything that was read, by id and by every URL."""

    def knows(self, url: str) -> bool:
        """Tell whether *url* leads to an article that has been read."""
        with self.read() as connection:
            same = select(alias.c.url_key).where(alias.c.url_key == alias_key(url))
            return connection.scalar(same) is not None

    def count(self) -> int:
        with self.read() as connection:
            return len(connection.scalars(select(article.c.id)).all())

    def line(self, article_id: str) -> dict[str, Any]:
        """Return an article's newest revision as the keys of its line; empty if unknown."""
        with self.read() as connection:
            found = connection.scalar(select(article.c.line).where(article.c.id == article_id))
        return json.loads(found) if found else {}

    def longest_unchecked(self, now: datetime, limit: int, shortest: timedelta) -> list[str]:
        """Return ids of articles that are due to be asked for again, most overdue first.

        An article of a month is due *shortest* after it was last seen, one of ten months ten
        times as long after that: what is recent is edited more often.
        """
        checked = func.coalesce(absence.c.last_at, article.c.last_seen_at, type_=UtcTime)
        with self.read() as connection:
            rows = connection.execute(
                select(article.c.id, article.c.published_at, checked.label("checked_at"))
                .outerjoin(absence)
                .where(~exists().where(pending.c.article_id == article.c.id))
            ).all()
        overdue = {row.id: _overdue(row, now, shortest) for row in rows}
        due = (known for known, share in overdue.items() if share >= 1)
        return heapq.nlargest(limit, due, key=overdue.__getitem__)

    def read_by_other(self, read: Article) -> OtherReading | None:
        """Return what another reader made of an article, where *read* has other words than that.

        ``None`` where the same reader read it, or where no edit would be told.
        """
        keys = [alias_key(url) for url in (read.url, read.canonical_url) if url]
        with self.read() as connection:
            known = self._known(connection, read, keys)
        if known is None or self._kind(known, read) != "updated":
            return None
        line = json.loads(known["line"])
        if not is_by_other_reader(line, read) or known["digest"] == read.digest:
            return None
        since = datetime.fromisoformat(line["fetched_at"]) - NEAR
        return OtherReading(line, known["post_id"], since, known["last_seen_at"] + NEAR)

    def note(
        self, read: Article, run: int, feeds: Collection[str], *, is_compared: bool = False
    ) -> str:
        """Archive an article as just read, filed under *feeds*; return what that was.

        The kind of the event: ``created``, ``updated``, ``restored``, or empty where it says
        the same as before. Sets id, revision and times on *read*. It *is_compared* where what is
        known was read again by the same reader (``note_again``): then what differs is an edit.
        """
        if read.fetched_at is None:
            raise ArchiveError(f"{read.url}: an article without fetched_at cannot be archived")
        keys = {alias_key(url): url for url in (read.url, read.canonical_url) if url}
        self._compare_ahead(read, list(keys))
        with self.write() as connection:
            known = self._known(connection, read, list(keys))
            kind = self._kind(known, read) or _disowned(connection, known, read)
            self._continue(known, read, kind)
            later = _compare(connection, read)
            if kind:
                reason = "" if is_compared else _reason(known, read, kind)
                self._note_revision(connection, known, read, kind, run, feeds, reason=reason)
                self._note_copies(connection, later, read, run)
            else:
                self._note_reading(connection, read)
            self._note_aliases(connection, read, keys, read.fetched_at)
            connection.execute(delete(absence).where(absence.c.article_id == read.id))
            forget(connection, alias_key(read.url))
        return kind

    def note_again(self, read: Article, run: int, feeds: Collection[str], now: datetime) -> str:
        """Archive what a capture says when it is read again; return what that was.

        ``created`` where nobody could read it before, ``updated`` where words or facts are
        read otherwise than they were, and empty otherwise. A capture that is older than the
        newest reading says nothing any more, nor does one of an article that is withdrawn.
        """
        assert read.fetched_at is not None
        keys = {alias_key(url): url for url in (read.url, read.canonical_url) if url}
        self._compare_ahead(read, list(keys))
        with self.write() as connection:
            known = self._known(connection, read, list(keys))
            if known is not None:
                read.id, read.post_id = known["id"], read.post_id or known["post_id"]
            later = _compare(connection, read)
            if known is not None and not says_more(known, read):
                return ""
            kind = "created" if known is None else "updated"
            read.first_seen_at = read.fetched_at if known is None else known["first_seen_at"]
            read.revised_at = now
            read.revision = 1 if known is None else known["revision"] + 1
            self._note_revision(connection, known, read, kind, run, feeds, reason="reparse")
            self._note_copies(connection, later, read, run)
            self._note_aliases(connection, read, keys, read.fetched_at)
            if known is None:
                forget(connection, alias_key(read.url))
        return kind

    def _compare_ahead(self, read: Article, keys: list[str]) -> None:
        with self.read() as connection:
            known = self._known(connection, read, keys)
            own = known["id"] if known is not None and read.post_id is None else read.id
            others = likeliest(connection, own, read.body)
        compare_ahead(read, known, others)

    def live_aliases(self, feeds: Collection[str] | None) -> dict[str, list[str]]:
        """Return the forms of URL of each live article, by id: of *feeds*, or of all."""
        wanted = select(alias.c.article_id, alias.c.url_key).join(article)
        wanted = wanted.where(article.c.status == "live").order_by(article.c.id)
        if feeds is not None:
            in_feeds = filed.c.feed.in_(sorted(feeds))
            wanted = wanted.where(exists().where(filed.c.article_id == article.c.id, in_feeds))
        found: dict[str, list[str]] = {}
        with self.read() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.article_id, []).append(row.url_key)
        return found

    @staticmethod
    def _known(connection: Connection, read: Article, keys: list[str]) -> RowMapping | None:
        by_id = select(article).where(article.c.id == read.id)
        found = connection.execute(by_id).mappings().first()
        if found is not None:
            return found
        by_url = select(article, alias.c.url_key).join(alias).where(alias.c.url_key.in_(keys))
        rows = connection.execute(by_url).mappings().all()
        # Two post ids are two articles, whatever their addresses say; a reading without one
        # is of the article that was last read there.
        return next((row for row in rows if _is_same(row, read)), None)

    @staticmethod
    def _kind(known: RowMapping | None, read: Article) -> str:
        if known is None:
            return "created"
        if known["status"] == "withdrawn":
            return "restored"
        is_upgrade = known["post_id"] is None and read.post_id is not None
        is_other = known["digest"] != read.digest and not is_guess_of(known, read)
        return "updated" if is_other or is_upgrade else ""

    @staticmethod
    def _continue(known: RowMapping | None, read: Article, kind: str) -> None:
        """Set what *read* is by what is known: id, times and revision."""
        if known is None:
            read.first_seen_at = read.revised_at = read.fetched_at
            read.revision = 1
            return
        if read.post_id is None:
            read.id, read.post_id = known["id"], known["post_id"]
        is_revision = kind == "updated" or known["digest"] != read.digest
        read.first_seen_at = known["first_seen_at"]
        read.revised_at = read.fetched_at if is_revision else known["revised_at"]
        read.revision = known["revision"] + int(is_revision)

    def _note_revision(
        self,
        connection: Connection,
        known: RowMapping | None,
        read: Article,
        kind: str,
        run: int,
        feeds: Collection[str],
        *,
        reason: str = "",
    ) -> None:
        assert read.fetched_at is not None
        seen = [read.fetched_at] if known is None else [read.fetched_at, known["last_seen_at"]]
        values = {
            "id": read.id,
            "post_id": read.post_id,
            "url": read.url,
            "canonical_url": read.canonical_url,
            "status": "live",
            "revision": read.revision,
            "digest": read.digest,
            "published_at": read.published_at,
            "modified_at": read.modified_at,
            "month": month_of(read.published_at),
            "first_seen_at": read.first_seen_at,
            "last_seen_at": max(seen),
            "revised_at": read.revised_at,
            "line": as_line(read),
        }
        if known is None:
            connection.execute(insert(article).values(values))
        else:
            connection.execute(update(article).where(article.c.id == known["id"]).values(values))
        keys = {"event": kind} | ({"reason": reason} if reason else {}) | as_keys(read)
        if kind == "updated" and known is not None:
            keys |= difference(json.loads(known["line"]), as_keys(read))
        before = self._file(connection, read.id, feeds)
        at = read.revised_at if reason and read.revised_at else read.fetched_at
        note_event(connection, values, run, at, keys, before | set(feeds))

    def _note_copies(
        self, connection: Connection, later: list[RowMapping], read: Article, run: int
    ) -> None:
        """Note of articles that were known that their text is that of *read*, which is earlier."""
        note_marks(connection, read.id, read.body)
        assert read.fetched_at is not None
        for row in later:
            before = json.loads(row["line"])
            revision = row["revision"] + 1
            now = in_order(before | {"same_text_as": read.id, "revision": revision})
            if before.get("same_text_as") == read.id:
                continue
            values = {"revision": revision, "line": dumps(now)}
            connection.execute(update(article).where(article.c.id == row["id"]).values(values))
            keys = {"event": "updated"} | now | {"changed": ["same_text_as"]}
            feeds = connection.scalars(select(filed.c.feed).where(filed.c.article_id == row["id"]))
            revised = dict(row) | values
            note_event(connection, revised, run, read.fetched_at, keys, set(feeds))

    @staticmethod
    def _file(connection: Connection, article_id: str, feeds: Collection[str]) -> set[str]:
        """File an article under *feeds*; return under which it was filed until now."""
        is_this = filed.c.article_id == article_id
        before = set(connection.scalars(select(filed.c.feed).where(is_this)))
        if before != set(feeds):
            connection.execute(delete(filed).where(is_this))
            for feed in sorted(set(feeds)):
                connection.execute(insert(filed).values(feed=feed, article_id=article_id))
        return before

    @staticmethod
    def _note_reading(connection: Connection, read: Article) -> None:
        # The same words; but where and how old the site says they are may have changed.
        values = {
            "url": read.url,
            "canonical_url": read.canonical_url,
            "modified_at": read.modified_at,
            "last_seen_at": read.fetched_at,
        }
        connection.execute(update(article).where(article.c.id == read.id).values(values))

    @staticmethod
    def _note_aliases(
        connection: Connection, read: Article, keys: dict[str, str], at: datetime
    ) -> None:
        for key, url in keys.items():
            leads_to = select(article.c.id, article.c.url).join(alias)
            before = connection.execute(leads_to.where(alias.c.url_key == key)).first()
            if before is None:
                row = {"url_key": key, "article_id": read.id, "url": url, "first_seen_at": at}
                connection.execute(insert(alias).values(row))
            elif before.id != read.id and (url == read.url or alias_key(before.url) != key):
                # What a page declares takes no address from an article that was read there.
                moved = update(alias).where(alias.c.url_key == key)
                connection.execute(moved.values(article_id=read.id))


def note_event(
    connection: Connection,
    known: Mapping[Any, Any],
    run: int,
    at: datetime,
    keys: dict[str, Any],
    feeds: set[str],
) -> None:
    """Note an event of the article whose row is *known*, in *feeds*."""
    values = {
        "run": run,
        "kind": keys["event"],
        "article_id": known["id"],
        "revision": known["revision"],
        "at": at,
        "month": known["month"],
        "line": dumps(keys),
    }
    key = connection.execute(insert(event).values(values)).inserted_primary_key
    assert key is not None
    for feed in sorted(feeds):
        connection.execute(insert(event_feed).values(feed=feed, seq=key[0]))


def _compare(connection: Connection, read: Article) -> list[RowMapping]:
    """Set whose text an article has, if an earlier one's; return later ones that have its own."""
    same = twins(connection, read)
    earlier = [row for row in same if is_earlier(row, read)]
    first = min(earlier, key=lambda row: (row["published_at"], row["post_id"] or 0), default=None)
    read.same_text_as = first["id"] if first is not None else ""
    return [row for row in same if row not in earlier] if first is None else []


def _is_same(known: RowMapping, read: Article) -> bool:
    """Tell of an article that one of the addresses of *read* leads to whether it is that one."""
    if None not in (known["post_id"], read.post_id):
        return False
    key = known["url_key"]
    is_upgrade = known["post_id"] is None and read.post_id is not None
    return key == alias_key(known["url"]) or (
        is_upgrade and key == alias_key(known["canonical_url"])
    )


def _disowned(connection: Connection, known: RowMapping | None, read: Article) -> str:
    """Return ``updated`` where the address of *known* turned out to be another article's.

    Its line says that it is there, and so does the other's: that has to be told.
    """
    if known is None:
        return ""
    before = alias_key(json.loads(known["line"]).get("canonical_url", ""))
    if before == alias_key(read.canonical_url):
        return ""
    holder = select(article.c.id, article.c.url).join(alias).where(alias.c.url_key == before)
    row = connection.execute(holder).first()
    is_others = row is not None and row.id != known["id"] and alias_key(row.url) == before
    return "updated" if is_others else ""


def _reason(known: RowMapping | None, read: Article, kind: str) -> str:
    """Return ``reparse`` where not the site made an edit, but another reader."""
    is_edit = known is not None and kind == "updated" and known["digest"] != read.digest
    return "reparse" if known is not None and is_edit and is_edit_of_reader(known, read) else ""


def _overdue(row: Row[Any, Any, Any], now: datetime, shortest: timedelta) -> float:
    """Return how often the wait that suits an article's age fits into the time since."""
    age = now - (row.published_at or row.checked_at)
    wait = max(shortest * max(age / RECENT, 1), timedelta(milliseconds=1))
    return float(abs(now - row.checked_at) / wait)  # a later time: a clock was wrong
