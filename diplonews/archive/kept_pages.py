"""Which captures are needed still: of each article its newest page, and the last that was read."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from diplonews.archive.captures import Capture
from diplonews.archive.tables import alias, article, pending, rejected
from diplonews.archive.transactions import ArchivePart
from diplonews.normalise.urls import alias_key

MOST_AT_ONCE = 500  # values in one statement: databases have a limit
NEAR = timedelta(minutes=10)  # between a capture and its reading; of further pages too

Newest = dict[str, Capture]  # by the form of an address


class KeptPages(ArchivePart):
    """Knows which captures a reparse, or a comparison with an older reading, would read."""

    def needed(self, captures: Iterable[Capture]) -> set[Capture]:
        """Return the newest captures with status 200 of each article's address, read or unread.

        Further pages of split articles are among them. The newest capture may be a guard's page.
        So the newest one before the article's last revision is needed as well.
        """
        revised = self._revised()
        newest: Newest = {}
        as_revised: Newest = {}
        for capture in captures:
            if capture.status != 200:
                continue
            for key in map(alias_key, (capture.url, *capture.asked)):
                _keep_newer(newest, key, capture)
                until = [revised[page] for page in _first_pages(key) if page in revised]
                if until and capture.at <= max(until) + NEAR:
                    _keep_newer(as_revised, key, capture)
        known_keys = self._unread(newest) | revised.keys()
        return {
            capture
            for captured in (newest, as_revised)
            for key, capture in captured.items()
            if known_keys.intersection(_first_pages(key))
        }

    def _revised(self) -> dict[str, datetime]:
        """Return when the article at each address was last read otherwise than before."""
        times = select(alias.c.url_key, article.c.revised_at).join(article)
        with self.read() as connection:
            rows = connection.execution_options(yield_per=MOST_AT_ONCE).execute(times)
            return {row.url_key: row.revised_at for row in rows}

    def _unread(self, keys: Iterable[str]) -> set[str]:
        """Return those addresses, or those of their first pages, that are to be read still."""
        wanted = sorted({page for key in keys for page in _first_pages(key)})
        unread = set[str]()
        with self.read() as connection:
            for start in range(0, len(wanted), MOST_AT_ONCE):
                some = wanted[start : start + MOST_AT_ONCE]
                for column in (pending.c.url_key, rejected.c.url_key):
                    unread.update(connection.scalars(select(column).where(column.in_(some))))
        return unread


def _keep_newer(newest: Newest, key: str, capture: Capture) -> None:
    if key not in newest or newest[key].at <= capture.at:
        newest[key] = capture


def _first_pages(key: str) -> Iterator[str]:
    """Yield an address, and the address of the article whose further page it may be."""
    yield key
    first, _, number = key.rpartition("/")
    if number.isdecimal():
        yield first.removesuffix("/page")
