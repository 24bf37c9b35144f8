"""The trail of a walk: which pages it has read, so that none is read twice.

A site can lead a walk in a circle, or show one page at ever new addresses. So pages are compared
by their address, after redirects, and by the articles that they list.
"""

from collections.abc import Set

from diplonews.normalise.urls import alias_key


class Trail:
    """The pages of one walk, by address and by members, in the order they were read."""

    def __init__(self) -> None:
        self.last_url = ""
        self.last_members: frozenset[str] = frozenset()
        self.last_number = 0
        self._urls: set[str] = set()
        self._members: set[frozenset[str]] = set()

    def __len__(self) -> int:
        """Return how many pages were read."""
        return len(self._urls)

    def has_url(self, url: str) -> bool:
        """Tell whether the page at *url* was read."""
        return alias_key(url) in self._urls

    def has_members(self, members: Set[str]) -> bool:
        """Tell whether a page with the same articles was read."""
        return bool(members) and frozenset(members) in self._members

    def note(self, url: str, number: int, members: Set[str]) -> frozenset[str]:
        """Note a page as read; return which of its members the page before it lists too."""
        now = frozenset(members)
        shared = now & self.last_members
        self._urls.add(alias_key(url))
        self._members.add(now)
        self.last_url, self.last_number, self.last_members = url, number, now
        return shared
