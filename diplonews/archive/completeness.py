"""How much of what the site lists for machines is archived: counted once a recheck, and kept.

Counting goes through everything that is listed, which takes minutes for a million articles. Only
a recheck changes what is listed. So each recheck counts at its end, and `scrapy status` shows
that count. It counts by itself where the newest recheck died or is under way, and where the count
found articles that are neither archived, pending nor rejected.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, delete, exists, func, insert, or_, select

from diplonews.archive.tables import about, article, listed, pending, rejected, run, surface, term
from diplonews.archive.transactions import ArchivePart

NAME = "completeness"  # of the row of `about`
IS_KEPT = about.c.name == NAME
NEWEST_RECHECK = select(func.max(run.c.number)).where(run.c.section == "recheck")


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many articles the site lists for machines, and what became of them."""

    surface: str  # "rest" or "sitemap"
    gone_through_at: datetime
    listed_count: int
    archived_count: int
    pending_count: int
    rejected_count: int
    in_our_categories: bool  # else of the whole site: a sitemap names no categories

    @property
    def missing_count(self) -> int:
        """How many listed articles are not archived, pending or rejected."""
        accounted = self.archived_count + self.pending_count + self.rejected_count
        return max(0, self.listed_count - accounted)


class Comparison(ArchivePart):
    """Counts what the site lists, by what became of it."""

    def find(self, slugs: Collection[str]) -> Completeness | None:
        """Return the comparison as of the last recheck; ``None`` where there was none yet.

        Of the categories *slugs* where REST tells them, else of the whole site.
        """
        with self.read() as connection:
            kept = _kept(connection, slugs)
            if kept is not None and not kept.missing_count:
                return kept
            return _count(connection, slugs)

    def note(self, run_number: int, slugs: Collection[str]) -> None:
        """Count at the end of a recheck; the count is kept until the next one."""
        with self.read() as connection:
            counted = _count(connection, slugs)
        if counted is None:
            return
        counts = asdict(counted) | {"gone_through_at": counted.gone_through_at.isoformat()}
        kept = {"run": run_number, "slugs": sorted(set(slugs)), "counts": counts}
        with self.write() as connection:
            connection.execute(delete(about).where(IS_KEPT))
            connection.execute(insert(about).values(name=NAME, value=json.dumps(kept)))


def _kept(connection: Connection, slugs: Collection[str]) -> Completeness | None:
    """Return what the newest recheck counted; ``None`` where it counted nothing, or others."""
    value = connection.scalar(select(about.c.value).where(IS_KEPT))
    kept: dict[str, Any] = json.loads(value) if value else {}
    newest = connection.scalar(NEWEST_RECHECK)
    if (kept.get("run"), kept.get("slugs")) != (newest, sorted(set(slugs))):
        return None
    at = datetime.fromisoformat(kept["counts"]["gone_through_at"])
    return Completeness(**kept["counts"] | {"gone_through_at": at})


def _count(connection: Connection, slugs: Collection[str]) -> Completeness | None:
    rows = connection.execute(select(surface).where(surface.c.whole_at.is_not(None))).mappings()
    surfaces = {row["name"]: row["whole_at"] for row in rows}
    for name in ("rest", "sitemap"):
        if name in surfaces:
            return _count_surface(connection, name, surfaces[name], slugs)
    return None


def _count_surface(
    connection: Connection, name: str, at: datetime, slugs: Collection[str]
) -> Completeness:
    our_numbers = set(connection.scalars(select(term.c.number).where(term.c.slug.in_(slugs))))
    is_archived = or_(
        exists().where(article.c.post_id == listed.c.post_id),
        and_(listed.c.post_id.is_(None), exists().where(article.c.url == listed.c.url)),
    )
    is_pending = exists().where(pending.c.url_key == listed.c.url_key)
    is_rejected = exists().where(rejected.c.url_key == listed.c.url_key)
    # Few articles differ in all of this, so the database counts them.
    kinds = (
        cast(listed.c.categories, Text).label("categories"),
        is_archived.label("archived"),
        is_pending.label("waits"),
        is_rejected.label("refused"),
    )
    entries = select(*kinds).where(listed.c.surface == name).subquery()
    rows = connection.execute(select(*entries.c, func.count()).group_by(*entries.c))
    has_categories = name == "rest" and bool(our_numbers)
    counts = {"listed": 0, "archived": 0, "pending": 0, "rejected": 0}
    for categories, archived, waits, refused, count in map(tuple, rows):
        if has_categories and not our_numbers & set(json.loads(categories)):
            continue
        counts["listed"] += count
        state = "archived" if archived else "pending" if waits else "rejected"
        counts[state] += count if archived or waits or refused else 0
    return Completeness(
        name,
        at,
        counts["listed"],
        counts["archived"],
        counts["pending"],
        counts["rejected"],
        has_categories,
    )
