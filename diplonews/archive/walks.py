"""Walks: where each category's listing is, what was seen in it, and the boundary.

The boundary of a category is the number of the earliest run since its last sound walk. A member of
a listing is settled when a run with a smaller number first sighted it in this category. A walk
stops at the first page whose last members are settled. So a first walk goes to the end, and a
recrawl stops after a page. After a walk that died, the next one goes down to where the last sound
one stopped (docs/decisions/0003).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, RowMapping, bindparam, func, insert, select, update

from diplonews.archive.forgotten import keys_among
from diplonews.archive.pending import want
from diplonews.archive.tables import alias, article, listed, pending, rejected, sighting, walk
from diplonews.archive.transactions import ArchivePart
from diplonews.items import Teaser
from diplonews.normalise.urls import alias_key

# How many of a page's last members must be settled for the walk to stop. Listings are in the order
# of publication, so one would do. But an old article may get a new date.
SETTLED_TAIL = 3

# How many addresses are in one query; databases have a limit.
MOST_AT_ONCE = 500


INSERT_SIGHTING = insert(sighting)
UPDATE_SIGHTING = update(sighting).where(
    sighting.c.category == bindparam("old_category"), sighting.c.url_key == bindparam("old_key")
)


class NotedListing(NamedTuple):
    """The result of noting a listing page."""

    fresh_count: int  # members that became pending
    is_settled: bool  # its last members were sighted before the boundary


class Walks(ArchivePart):
    """Categories, their listings' addresses, boundaries and sightings."""

    def address(self, category: str) -> str:
        """Return where the category's listing was last found; empty where it was not found yet."""
        with self.read() as connection:
            address = select(walk.c.address).where(walk.c.category == category)
            return connection.scalar(address) or ""

    def note_address(self, category: str, feed: str, address: str | None) -> None:
        """Note where a category's listing is; ``None``: that is no longer known."""
        with self.write() as connection:
            self._walk(connection, category)
            self._update(connection, category, feed=feed, address=address)

    def is_address(self, url: str) -> bool:
        """Tell whether a URL is where a category's listing is."""
        with self.read() as connection:
            addresses = connection.scalars(select(walk.c.address).where(walk.c.address != ""))
            return alias_key(url) in {alias_key(address) for address in addresses}

    def is_last_walk_sound(self, category: str) -> bool:
        """Tell whether the category's last walk was sound, so that only changes matter."""
        with self.read() as connection:
            row = connection.execute(
                select(walk.c.boundary, walk.c.last_sound_run, walk.c.address).where(
                    walk.c.category == category
                )
            ).first()
        return bool(row and row.address and row.last_sound_run and row.boundary is None)

    def unsound_page(self, category: str) -> int:
        """Return the last page that the latest walk read, if it was not sound; 0 otherwise."""
        with self.read() as connection:
            is_unsound = (walk.c.category == category) & walk.c.boundary.is_not(None)
            return connection.scalar(select(walk.c.last_page).where(is_unsound)) or 0

    def count_sighted(self, category: str, run: int, keys: Collection[str]) -> int:
        """Count those of *keys* that runs before *run* sighted in the category."""
        is_here = (sighting.c.category == category) & sighting.c.url_key.in_(keys)
        counted = select(func.count()).where(is_here, sighting.c.first_run < run)
        with self.read() as connection:
            return connection.scalar(counted) or 0

    def begin(self, category: str, run: int) -> None:
        """Note that a walk starts: set the boundary, unless an earlier one is still set."""
        with self.write() as connection:
            if self._walk(connection, category).boundary is None:
                self._update(connection, category, boundary=run)

    def end(self, category: str, run: int) -> None:
        """Note that a walk was sound. Others are not ended: their boundary stays."""
        with self.write() as connection:
            self._update(connection, category, boundary=None, last_sound_run=run)

    def note_listing(
        self, category: str, run: int, page_number: int, teasers: Sequence[Teaser], at: datetime
    ) -> NotedListing:
        """Note a listing page as read: its sightings, and as pending what is to be read.

        An article is to be read if it is new or withdrawn, or if its teaser changed. Forgotten
        ones are never read.
        """
        members = {alias_key(teaser.url): teaser for teaser in teasers}
        with self.write() as connection:
            for key in keys_among(connection, members):
                del members[key]
            row = self._walk(connection, category)
            boundary = run if row.boundary is None else row.boundary
            sightings = self._sightings(connection, category, list(members))
            wanted = self._unknown(connection, list(members)) | {
                key for key, row in sightings.items() if _differs(row, members[key])
            }
            self._note_sightings(connection, category, run, members, sightings)
            fresh = self._note_pending(connection, category, members, wanted, at)
            self._update(connection, category, last_page=page_number)
        settled = [key in sightings and sightings[key]["first_run"] < boundary for key in members]
        return NotedListing(fresh, bool(settled) and all(settled[-SETTLED_TAIL:]))

    def followed(self) -> list[str]:
        """Return the feeds that categories have been walked for, in alphabetical order."""
        with self.read() as connection:
            feeds = select(walk.c.feed).where(walk.c.feed.is_not(None)).distinct()
            return sorted(feed for feed in connection.scalars(feeds) if feed)

    def known_articles(self, urls: Iterable[str]) -> set[str]:
        """Return those of *urls* that are articles': read, pending, sighted or listed."""
        keys = {alias_key(url): url for url in urls}
        wanted = list(keys)
        columns = (alias.c.url_key, pending.c.url_key, sighting.c.url_key, listed.c.url_key)
        of_articles: set[str] = set()
        with self.read() as connection:
            for start in range(0, len(wanted), MOST_AT_ONCE):
                some = wanted[start : start + MOST_AT_ONCE]
                for column in columns:
                    of_articles.update(connection.scalars(select(column).where(column.in_(some))))
        return {url for key, url in keys.items() if key in of_articles}

    @staticmethod
    def _walk(connection: Connection, category: str) -> Row[tuple[int | None]]:
        row = connection.execute(
            select(walk.c.boundary).where(walk.c.category == category)
        ).first()
        if row is not None:
            return row
        connection.execute(insert(walk).values(category=category))
        return connection.execute(select(walk.c.boundary).where(walk.c.category == category)).one()

    @staticmethod
    def _update(connection: Connection, category: str, **values: str | int | None) -> None:
        connection.execute(update(walk).where(walk.c.category == category).values(values))

    @staticmethod
    def _sightings(
        connection: Connection, category: str, keys: list[str]
    ) -> dict[str, RowMapping]:
        rows = connection.execute(
            select(sighting).where(sighting.c.category == category, sighting.c.url_key.in_(keys))
        )
        return {row["url_key"]: row for row in rows.mappings()}

    @staticmethod
    def _unknown(connection: Connection, keys: list[str]) -> set[str]:
        # A withdrawn article that a listing shows may have been restored.
        is_live = article.c.status == "live"
        leads_to = select(alias.c.url_key, article.c.url).join(article)
        rows = connection.execute(leads_to.where(alias.c.url_key.in_(keys), is_live))
        # Only the address where an article was read counts: a page may declare any address and any
        # post id.
        live_keys = {row.url_key for row in rows if alias_key(row.url) == row.url_key}
        refused = select(rejected.c.url_key).where(rejected.c.url_key.in_(keys))
        return set(keys) - {*live_keys, *connection.scalars(refused)}

    @staticmethod
    def _note_sightings(
        connection: Connection,
        category: str,
        run: int,
        members: dict[str, Teaser],
        sightings: dict[str, RowMapping],
    ) -> None:
        new_rows, changed_rows = [], []
        for key, teaser in members.items():
            printed = _printed(teaser)
            if key in sightings:
                kept = {name: value or sightings[key][name] for name, value in printed.items()}
                place = {"old_category": category, "old_key": key}
                changed_rows.append(place | {"last_run": run} | kept)
            else:
                row = {"category": category, "url_key": key, "first_run": run, "last_run": run}
                new_rows.append(row | printed)
        if new_rows:
            connection.execute(INSERT_SIGHTING, new_rows)
        if changed_rows:
            connection.execute(UPDATE_SIGHTING, changed_rows)

    @staticmethod
    def _note_pending(
        connection: Connection,
        category: str,
        members: dict[str, Teaser],
        wanted: set[str],
        at: datetime,
    ) -> int:
        waiting = select(pending.c.url_key).where(pending.c.url_key.in_(wanted))
        fresh = wanted - set(connection.scalars(waiting))
        for key, teaser in members.items():
            if key in fresh:
                want(connection, key, teaser.url, category, at)
        return len(fresh)


def _printed(teaser: Teaser) -> dict[str, str]:
    # Tomorrow "2 days ago" is another text without an edit: dates are kept only with a year.
    has_year = any(
        len(word.strip(".,")) == 4 and word.strip(".,").isdigit()
        for word in teaser.printed_date.replace("/", " ").replace("-", " ").split()
    )
    date = teaser.printed_date if has_year else ""
    return {"headline": teaser.headline, "printed_date": date, "excerpt": teaser.excerpt}


def _differs(before: RowMapping, teaser: Teaser) -> bool:
    # A hero prints no excerpt, a list does: only what both print is compared.
    return any(
        before[name] and now and before[name] != now for name, now in _printed(teaser).items()
    )
