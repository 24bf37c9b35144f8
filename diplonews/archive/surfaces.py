"""Surfaces: what the site's REST or sitemap lists for machines, against what is known.

A surface lists the whole site on a few pages. It shows which known articles were edited: their
time of modification differs. It shows which are no longer listed: these are asked for, since only
their own address can withdraw them. And it shows which articles were never found.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from diplonews.archive.forgotten import IS_NOT_FORGOTTEN, hide_forgotten, keys_among
from diplonews.archive.pending import want
from diplonews.archive.tables import (
    absence,
    alias,
    article,
    listed,
    pending,
    rejected,
    surface,
    term,
)
from diplonews.archive.transactions import ArchivePart
from diplonews.items import Listed
from diplonews.normalise.urls import alias_key

# Where a page does not say which modification it shows, our clock decides, which may differ.
CLOCKS_DIFFER = timedelta(minutes=10)

# How often an article is asked for because a surface has a later modification than its page. The
# page may come from a cache at first; some pages never show it.
MOST_READINGS = 2


class KeptSurface(NamedTuple):
    """What the archive remembers of a surface."""

    url: str  # where it was found; empty: it is not offered
    asked_at: datetime
    whole_at: datetime | None  # when all of it was last read


class NotedEntries(NamedTuple):
    """The result of noting entries of a surface."""

    is_end_unchanged: bool  # the last entry was listed in the same words before
    new_count: int  # entries that were not listed before


INSERT_LISTED = insert(listed)
UPDATE_LISTED = update(listed).where(
    listed.c.surface == bindparam("old_surface"), listed.c.mark == bindparam("old_mark")
)
IS_NAMED = term.c.slug != ""


class Surfaces(ArchivePart):
    """What surfaces listed, compared with the archive."""

    def find(self, name: str) -> KeptSurface | None:
        with self.read() as connection:
            row = connection.execute(select(surface).where(surface.c.name == name)).first()
        return KeptSurface(row.url, row.asked_at, row.whole_at) if row else None

    def note_found(self, name: str, url: str, asked_at: datetime) -> None:
        """Remember where a surface was found; an empty *url*: it is not offered."""
        values = {"url": url, "asked_at": asked_at}
        with self.write() as connection:
            self._note(connection, name, values)

    def note_page(
        self, name: str, entries: Sequence[Listed], run: int, now: datetime
    ) -> NotedEntries:
        """Note entries of a surface as read.

        An article becomes pending where it was edited or restored since its page was read. Of a
        forgotten one only the post id is noted, so that the count is right.
        """
        new_rows, changed_rows = [], []
        is_end_unchanged = False
        with self.write() as connection:
            by_key = {_list_key(entry): entry for entry in hide_forgotten(connection, entries)}
            rows = self._listed(connection, name, list(by_key))
            articles = self._articles(connection, list(by_key.values()))
            for key, entry in by_key.items():
                row = rows.get(key)
                is_end_unchanged = row is not None and not _differs(row, entry)
                holder = _holder(articles, entry)
                is_wanted = holder is not None and _is_unread(holder, row, entry)
                if holder is not None and is_wanted:
                    self._want(connection, holder["id"], entry.url, now)
                values = _values_of(entry, row, run, is_wanted=is_wanted)
                if row is None:
                    new_rows.append(values | {"surface": name, "mark": key})
                else:
                    changed_rows.append(values | {"old_surface": name, "old_mark": key})
            if new_rows:
                connection.execute(INSERT_LISTED, new_rows)
            if changed_rows:
                connection.execute(UPDATE_LISTED, changed_rows)
            self._note_numbers(connection, entries)
        return NotedEntries(is_end_unchanged, len(new_rows))

    def count(self, name: str) -> int:
        with self.read() as connection:
            counted = select(func.count()).where(listed.c.surface == name)
            return connection.scalar(counted) or 0

    def note_whole(self, name: str, run: int, now: datetime) -> None:
        """Note that all of a surface was read; remove the entries that this run did not see."""
        is_gone = (listed.c.surface == name) & (listed.c.seen_run != run)
        with self.write() as connection:
            connection.execute(delete(listed).where(is_gone))
            self._note(connection, name, {"whole_at": now})

    def ask_for_audit(self) -> None:
        """Ask for an audit: the next recheck reads each surface to its end."""
        with self.write() as connection:
            connection.execute(update(surface).values(whole_at=None))

    def want_missing(self, name: str, now: datetime, wait: timedelta) -> int:
        """Make pending the live articles that are no longer listed; return how many.

        Articles found absent less than *wait* ago are left out: it is too early to ask again.
        """
        is_asked = exists().where(pending.c.article_id == article.c.id)
        is_early = exists().where(
            absence.c.article_id == article.c.id,
            absence.c.first_at > now - wait,
            absence.c.first_at <= now,  # a later time was noted while a clock was wrong
        )
        missing = select(article.c.id, article.c.url).where(
            article.c.status == "live", _is_missing(name), ~is_asked, ~is_early
        )
        with self.write() as connection:
            rows = connection.execute(missing).all()
            for row in rows:
                self._want(connection, row.id, row.url, now)
        return len(rows)

    def missing_share(self, name: str) -> float:
        """Return the share of live articles that a surface does not list, from 0 to 1."""
        is_live = article.c.status == "live"
        with self.read() as connection:
            live = connection.scalar(select(func.count()).where(is_live)) or 0
            gone = connection.scalar(select(func.count()).where(is_live, _is_missing(name))) or 0
        return gone / live if live else 0.0

    def want_unknown(
        self, name: str, numbers: Collection[int] | None, now: datetime, limit: int
    ) -> int:
        """Make pending the listed articles that are not known, newest first; return how many.

        These are articles of the categories *numbers*. Without *numbers* they are of any category,
        at most *limit*: only reading shows which are ours.
        """
        is_refused = exists().where(
            rejected.c.url_key == listed.c.url_key, rejected.c.run >= listed.c.changed_run
        )
        # An article with another post id may have declared that address.
        is_known = exists().where(
            alias.c.url_key == listed.c.url_key,
            alias.c.article_id == article.c.id,
            or_(
                listed.c.post_id.is_(None),
                article.c.post_id.is_(None),
                article.c.post_id == listed.c.post_id,
            ),
        )
        unknown = (
            select(listed.c.url, listed.c.url_key, listed.c.categories)
            .where(
                listed.c.surface == name,
                listed.c.url != "",  # of an article that was forgotten
                ~is_known,
                ~exists().where(article.c.post_id == listed.c.post_id),
                ~exists().where(pending.c.url_key == listed.c.url_key),
                ~is_refused,
            )
            .order_by(listed.c.modified_at.desc())
        )
        with self.write() as connection:
            rows = connection.execute(unknown).all()
            if numbers is None:
                chosen = rows[:limit]
            else:
                chosen = [row for row in rows if set(row.categories) & set(numbers)]
            for row in chosen:
                want(connection, row.url_key, row.url, "", now)
        return len(chosen)

    def want_articles(self, ids: Sequence[str], now: datetime) -> None:
        """Make known articles pending, at the addresses where they were last read."""
        with self.write() as connection:
            wanted = select(article).where(article.c.id.in_(ids), IS_NOT_FORGOTTEN)
            for row in connection.execute(wanted):
                self._want(connection, row.id, row.url, now)

    def terms(self) -> list[RowMapping]:
        """Return the categories as the site's REST numbers them."""
        with self.read() as connection:
            return list(connection.execute(select(term).where(IS_NAMED)).mappings())

    def categories_above(self, slugs: Iterable[str]) -> list[tuple[str, str]]:
        """Return slug and title of the categories above those of *slugs*, as REST knows them."""
        by_number = {row["number"]: row for row in self.terms()}
        by_slug = {row["slug"]: row for row in by_number.values()}
        above: dict[str, str] = {}
        for slug in slugs:
            row, seen = by_slug.get(slug), {slug}
            while row is not None and (row := by_number.get(row["parent"])) is not None:
                if row["slug"] in seen:  # two categories may be each other's parents
                    break
                seen.add(row["slug"])
                above[row["slug"]] = row["title"]
        return list(above.items())

    def note_terms(self, rows: Sequence[dict[str, Any]]) -> None:
        with self.write() as connection:
            connection.execute(delete(term))
            if rows:
                connection.execute(insert(term), rows)

    def has_unknown_term(self) -> bool:
        """Tell whether REST lists an article of a category whose name is not known yet."""
        with self.read() as connection:
            return connection.scalar(select(term.c.number).where(~IS_NAMED).limit(1)) is not None

    @staticmethod
    def _note(connection: Connection, name: str, values: dict[str, Any]) -> None:
        changed = update(surface).where(surface.c.name == name).values(values)
        if not connection.execute(changed).rowcount:
            connection.execute(insert(surface).values(name=name, **values))

    @staticmethod
    def _listed(connection: Connection, name: str, marks: list[str]) -> dict[str, RowMapping]:
        mine = (listed.c.surface == name) & listed.c.mark.in_(marks)
        rows = connection.execute(select(listed).where(mine)).mappings()
        return {row["mark"]: row for row in rows}

    @staticmethod
    def _articles(
        connection: Connection, entries: Sequence[Listed]
    ) -> dict[int | str | None, RowMapping]:
        """Return the rows of the articles of *entries*, by post id and by address."""
        numbers = [entry.post_id for entry in entries if entry.post_id is not None]
        keys = [alias_key(entry.url) for entry in entries]
        by_number = select(article).where(article.c.post_id.in_(numbers), IS_NOT_FORGOTTEN)
        articles: dict[int | str | None, RowMapping] = {
            row["post_id"]: row for row in connection.execute(by_number).mappings()
        }
        by_key = select(article, alias.c.url_key).join(alias).where(alias.c.url_key.in_(keys))
        for row in connection.execute(by_key).mappings():
            articles[row["url_key"]] = row
        return articles

    @staticmethod
    def _note_numbers(connection: Connection, entries: Sequence[Listed]) -> None:
        """Keep the numbers of categories without a name, for ``has_unknown_term``."""
        numbers = {number for entry in entries for number in entry.categories}
        if not numbers:
            return
        kept = connection.scalars(select(term.c.number).where(term.c.number.in_(numbers)))
        unknown = numbers.difference(kept)
        if unknown:
            rows = [{"number": number, "slug": "", "title": "", "parent": 0} for number in unknown]
            connection.execute(insert(term), rows)

    @staticmethod
    def _want(connection: Connection, article_id: str, url: str, now: datetime) -> None:
        """Put a known article on the pending list, unless it is there by any address."""
        key = alias_key(url)
        is_there = or_(pending.c.article_id == article_id, pending.c.url_key == key)
        if connection.scalar(select(pending.c.url_key).where(is_there)) is None:
            if keys_among(connection, [key]):
                return
            row = {"url_key": key, "url": url, "category": "", "found_at": now}
            connection.execute(insert(pending).values(article_id=article_id, **row))


def _values_of(
    entry: Listed, row: RowMapping | None, run: int, *, is_wanted: bool
) -> dict[str, Any]:
    """Return the values to keep of an entry; *row* has those kept until now."""
    is_same = row is not None and not _differs(row, entry)
    return {
        "url": entry.url,
        "url_key": alias_key(entry.url),
        "post_id": entry.post_id,
        "modified_at": entry.modified_at,
        "categories": entry.categories,
        "seen_run": run,
        "changed_run": row["changed_run"] if row is not None and is_same else run,
        "readings": (row["readings"] if row is not None and is_same else 0) + int(is_wanted),
    }


def _list_key(entry: Listed) -> str:
    return alias_key(entry.url) if entry.post_id is None else str(entry.post_id)


def _differs(row: RowMapping, entry: Listed) -> bool:
    values = (entry.modified_at, entry.categories, alias_key(entry.url))
    return (row["modified_at"], row["categories"], row["url_key"]) != values


def _holder(articles: Mapping[int | str | None, RowMapping], entry: Listed) -> RowMapping | None:
    """Return the article of *entry*: by its post id, or else by its address."""
    if entry.post_id is not None and entry.post_id in articles:
        return articles[entry.post_id]
    at_address = articles.get(alias_key(entry.url))
    numbers = {entry.post_id, at_address["post_id"] if at_address is not None else None} - {None}
    return at_address if len(numbers) < 2 else None


def _is_unread(holder: RowMapping, row: RowMapping | None, entry: Listed) -> bool:
    """Tell whether *entry* is a reason to read the page of article *holder*."""
    is_same = row is not None and not _differs(row, entry)
    if row is not None and is_same and row["readings"] >= MOST_READINGS:
        return False
    if holder["status"] == "withdrawn":
        return True
    if alias_key(holder["url"]) != alias_key(entry.url):  # perhaps another page was read
        return True
    if row is not None and (row["categories"], row["url_key"]) != (
        entry.categories,
        alias_key(entry.url),
    ):
        return True
    if entry.modified_at is None:
        return False
    if holder["modified_at"] is not None:
        return bool(entry.modified_at > holder["modified_at"])
    return not is_same and bool(entry.modified_at > holder["last_seen_at"] - CLOCKS_DIFFER)


def _is_missing(name: str) -> ColumnElement[bool]:
    """Return the condition that a surface lists no number and no address of an article.

    PostgreSQL can join two NOT EXISTS conditions. It would check NOT (a OR b) article by article.
    """
    by_number = exists().where(listed.c.surface == name, listed.c.post_id == article.c.post_id)
    by_address = exists().where(
        listed.c.surface == name,
        listed.c.url_key == alias.c.url_key,
        alias.c.article_id == article.c.id,
    )
    return and_(~by_number, ~by_address)
