"""Which captures are still needed: the newest page of each article, read or unread."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from diplonews.archive.captures import Capture
from diplonews.archive.tables import alias, pending, rejected
from diplonews.archive.transactions import ArchivePart
from diplonews.normalise.urls import alias_key

MOST_AT_ONCE = 500  # values in one statement: databases have a limit


class KeptPages(ArchivePart):
    """Knows which captures a reparse, or a comparison with an older reading, would read."""

    def needed(self, captures: Iterable[Capture]) -> set[Capture]:
        """Return the newest capture with status 200 of each article's address, read or unread.

        Further pages of split articles are among them.
        """
        newest: dict[str, Capture] = {}
        for capture in captures:
            if capture.status != 200:
                continue
            for key in map(alias_key, (capture.url, *capture.asked)):
                if key not in newest or newest[key].at <= capture.at:
                    newest[key] = capture
        known_keys = self._known_keys({key for full in newest for key in _first_pages(full)})
        return {
            capture
            for full, capture in newest.items()
            if known_keys.intersection(_first_pages(full))
        }

    def _known_keys(self, keys: set[str]) -> set[str]:
        wanted, known_keys = sorted(keys), set[str]()
        with self.read() as connection:
            for start in range(0, len(wanted), MOST_AT_ONCE):
                some = wanted[start : start + MOST_AT_ONCE]
                for column in (alias.c.url_key, pending.c.url_key, rejected.c.url_key):
                    known_keys.update(connection.scalars(select(column).where(column.in_(some))))
        return known_keys


def _first_pages(key: str) -> Iterator[str]:
    """Yield an address, and the address of the article whose further page it may be."""
    yield key
    first, _, number = key.rpartition("/")
    if number.isdecimal():
        yield first.removesuffix("/page")
