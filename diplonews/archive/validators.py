"""What the site said of itself last time: its RSS as each section saw it, robots.txt, holds."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from diplonews.archive.part import Part
from diplonews.archive.tables import hold, robots, validator


class Look(NamedTuple):
    """The RSS as a section's last sound run saw it."""

    last_modified: str
    entries: Mapping[str, str]  # URL to fingerprint
    looked_at: datetime  # the last look without a condition


class Hold(NamedTuple):
    """For how long a site is left alone."""

    times: int  # in a row: since it last answered
    until: datetime
    why: str


class Validators(Part):
    """Looks at the RSS, by section; robots.txt, by address; holds, by origin."""

    def last_look(self, section: str, url: str) -> Look | None:
        mine = (validator.c.section == section) & (validator.c.url == url)
        with self.read() as connection:
            row = connection.execute(select(validator).where(mine)).first()
        return Look(row.last_modified, row.entries, row.looked_at) if row else None

    def note_look(self, section: str, url: str, look: Look) -> None:
        """Keep what a run saw. To be called last, when the run is known to be sound."""
        mine = (validator.c.section == section) & (validator.c.url == url)
        values = look._asdict() | {"section": section, "url": url, "entries": dict(look.entries)}
        with self.write() as connection:
            connection.execute(delete(validator).where(mine))
            connection.execute(insert(validator).values(values))

    def robots_txt(self, url: str, since: datetime) -> str | None:
        """Return robots.txt as fetched after *since*; ``None`` where it was not."""
        kept = select(robots.c.body).where(robots.c.url == url, robots.c.fetched_at > since)
        with self.read() as connection:
            return connection.scalar(kept)

    def note_robots_txt(self, url: str, body: str, fetched_at: datetime) -> None:
        row = {"url": url, "body": body, "fetched_at": fetched_at}
        with self.write() as connection:
            connection.execute(delete(robots).where(robots.c.url == url))
            connection.execute(insert(robots).values(row))

    def hold(self, origin: str) -> Hold | None:
        """Return the last hold of a site that has not answered since."""
        with self.read() as connection:
            row = connection.execute(select(hold).where(hold.c.origin == origin)).first()
        return Hold(row.times, row.until, row.why) if row else None

    def note_hold(self, origin: str, found: Hold | None) -> None:
        """Leave a site alone, or with ``None`` no longer: it has answered."""
        with self.write() as connection:
            connection.execute(delete(hold).where(hold.c.origin == origin))
            if found is not None:
                connection.execute(insert(hold).values(origin=origin, **found._asdict()))
