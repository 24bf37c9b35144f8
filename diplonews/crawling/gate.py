"""The gate between listing pages and articles: a long walk reads both in turn.

A walk asks for listing pages before articles, so that the listing has little time to change
meanwhile. But a walk through thousands of pages would read no article for hours, and a listing
without an end would leave all articles unread. So the gate closes after a stretch of pages, the
run reads what is pending, and the gate opens again.
"""

from collections.abc import Iterator

import scrapy


class Gate:
    """Lets a stretch of listing pages through. Later pages wait until the articles are read."""

    def __init__(self, stretch: int) -> None:
        self.stretch = stretch
        self.passed = 0  # requests since it was last opened
        self.waiting: list[scrapy.Request] = []

    def let_through(self, request: scrapy.Request) -> Iterator[scrapy.Request]:
        """Yield *request*, or keep it until the gate is opened."""
        if self.passed < self.stretch:
            self.passed += 1
            yield request
        else:
            self.waiting.append(request)

    def open(self) -> list[scrapy.Request]:
        """Return the requests that wait, when articles are read, and begin another stretch."""
        released, self.waiting = self.waiting, []
        self.passed = len(released)
        return released
