"""What runs remember of the site: looks at its RSS, robots.txt, holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from diplonews.archive.forgotten import keys_among
from diplonews.archive.tables import hold, robots, validator
from diplonews.archive.transactions import ArchivePart
from diplonews.clock import is_to_come
from diplonews.normalise.urls import alias_key


class Look(NamedTuple):
    """A look: the RSS as a section's last sound run saw it."""

    last_modified: str
    entries: Mapping[str, str]  # URL to fingerprint
    looked_at: datetime  # the last look without a condition


class Hold(NamedTuple):
    """A time in which a site, or one page of it, is not asked."""

    times: int  # in a row: since it last answered
    until: datetime
    why: str


class KeptRobots(NamedTuple):
    """robots.txt as it was fetched."""

    body: str
    fetched_at: datetime


class Validators(ArchivePart):
    """Looks by section; robots.txt by address; holds by origin or page."""

    def last_look(self, section: str, url: str) -> Look | None:
        mine = (validator.c.section == section) & (validator.c.url == url)
        with self.read() as connection:
            row = connection.execute(select(validator).where(mine)).first()
        return Look(row.last_modified, row.entries, row.looked_at) if row else None

    def note_look(self, section: str, url: str, look: Look) -> None:
        """Keep what a run saw. Called last, when the run is known to be sound."""
        mine = (validator.c.section == section) & (validator.c.url == url)
        values = look._asdict() | {"section": section, "url": url}
        with self.write() as connection:
            keys = {url: alias_key(url) for url in look.entries}
            forgotten_keys = keys_among(connection, keys.values())
            values["entries"] = {
                url: fingerprint
                for url, fingerprint in look.entries.items()
                if keys[url] not in forgotten_keys
            }
            connection.execute(delete(validator).where(mine))
            connection.execute(insert(validator).values(values))

    def robots_txt(self, url: str) -> KeptRobots | None:
        """Return robots.txt as it was last fetched."""
        with self.read() as connection:
            row = connection.execute(select(robots).where(robots.c.url == url)).first()
        return KeptRobots(row.body, row.fetched_at) if row else None

    def note_robots_txt(self, url: str, body: str, fetched_at: datetime) -> None:
        row = {"url": url, "body": body, "fetched_at": fetched_at}
        with self.write() as connection:
            connection.execute(delete(robots).where(robots.c.url == url))
            connection.execute(insert(robots).values(row))

    def hold(self, origin: str) -> Hold | None:
        """Return the last hold of a site, if it has not answered since."""
        with self.read() as connection:
            row = connection.execute(select(hold).where(hold.c.origin == origin)).first()
        return Hold(row.times, row.until, row.why) if row else None

    def holds(self, now: datetime, longest: timedelta) -> dict[str, Hold]:
        """Return the holds that count *now*, by origin or by the URL of a page.

        No hold lasts more than the *longest* time. Holds of pages that are over are deleted; an
        origin's stays until the site answers.
        """
        with self.write() as connection:
            rows = connection.execute(select(hold)).all()
            is_on = {row.origin: is_to_come(row.until, now, longest) for row in rows}
            over = [url for url, is_held in is_on.items() if not is_held and is_page(url)]
            connection.execute(delete(hold).where(hold.c.origin.in_(over)))
        return {r.origin: Hold(r.times, r.until, r.why) for r in rows if is_on[r.origin]}

    def note_hold(self, origin: str, new_hold: Hold | None) -> None:
        """Put a site or page on hold; ``None`` ends the hold, because it has answered."""
        with self.write() as connection:
            connection.execute(delete(hold).where(hold.c.origin == origin))
            if new_hold is not None:
                connection.execute(insert(hold).values(origin=origin, **new_hold._asdict()))


def is_page(url: str) -> bool:
    """Tell a page's URL from an origin, which has no path.

    >>> is_page("https://site.example/"), is_page("https://site.example")
    (True, False)
    """
    return "/" in url.partition("://")[2]
