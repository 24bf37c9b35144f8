"""Dates of publication in RSS and REST, and the order of day and month on pages.

A page may print the day of the last change, "2 days ago", or nothing. RSS and REST say to the
second when the article was published.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from diplonews.archive.forgotten import keys_among
from diplonews.archive.tables import IS_DATED, alias, article, sighting, site_date
from diplonews.archive.transactions import ArchivePart
from diplonews.normalise.printed_dates import day_comes_first, day_comes_first_on
from diplonews.normalise.urls import alias_key

MOST_PRINTED = 2_000  # dates of teasers from which the order is found


class SiteDate(NamedTuple):
    """The time of publication in a list of the site."""

    published_at: datetime
    source: str  # "rss" or "rest"


class Dates(ArchivePart):
    """Dates of publication in the site's lists, by URL."""

    def note(self, dates: Mapping[str, datetime], source: str) -> None:
        """Note when the articles at some URLs were published; the first note on each stays."""
        rows = {
            alias_key(url): {"published_at": published_at, "source": source}
            for url, published_at in dates.items()
        }
        kept = select(site_date.c.url_key).where(site_date.c.url_key.in_(rows))
        with self.read() as connection:
            new = rows.keys() - {*connection.scalars(kept), *keys_among(connection, rows)}
        if not new:
            return
        with self.write() as connection:
            new -= {*connection.scalars(kept), *keys_among(connection, new)}
            if new:
                values = [{"url_key": key} | rows[key] for key in sorted(new)]
                connection.execute(insert(site_date), values)

    def find(self, urls: Iterable[str]) -> SiteDate | None:
        """Return what a list said of an article with one of *urls*."""
        keys = [alias_key(url) for url in urls if url]
        wanted = select(site_date).where(site_date.c.url_key.in_(keys)).limit(1)
        with self.read() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else SiteDate(row.published_at, row.source)

    def day_comes_first(self, timezone: ZoneInfo) -> bool | None:
        """Tell whether the day comes first in dates of numbers; ``None`` where nothing shows it.

        Teasers show it: "25/02/2025" can be read in one way only. "02/03/2025" shows it where the
        article's machine date is known, in the site's *timezone*. Where teasers contradict each
        other, the answer is ``None``.
        """
        printed = (
            select(sighting.c.printed_date, article.c.published_at)
            .outerjoin(alias, alias.c.url_key == sighting.c.url_key)
            .outerjoin(article, article.c.id == alias.c.article_id)
            .where(IS_DATED)
            .order_by(sighting.c.last_run.desc())
            .limit(MOST_PRINTED)
        )
        with self.read() as connection:
            rows = connection.execute(printed).all()
        shown = {day_comes_first(row.printed_date) for row in rows}
        if shown <= {None}:
            shown = {
                day_comes_first_on(row.printed_date, row.published_at.astimezone(timezone))
                for row in rows
                if row.published_at is not None
            }
        certain = shown - {None}
        return certain.pop() if len(certain) == 1 else None
