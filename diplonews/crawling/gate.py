"""The gate between listing pages and articles: on a long walk both are read in turn.

A walk asks for its pages before any article, so that the listing has little time to shift under
it. But a walk through thousands of pages would find all there is before it had read anything,
and a listing without an end would leave no article read at all. So after a stretch of pages the
gate closes, what is pending is read, and then it opens again.
"""

from collections.abc import Iterator

import scrapy


class Gate:
    """Lets a stretch of listing pages through; what comes later waits for the articles."""

    def __init__(self, stretch: int) -> None:
        self.stretch = stretch
        self.passed = 0  # since it was last opened
        self.waiting: list[scrapy.Request] = []

    def let_through(self, request: scrapy.Request) -> Iterator[scrapy.Request]:
        """Yield *request*, or keep it until the gate is opened."""
        if self.passed < self.stretch:
            self.passed += 1
            yield request
        else:
            self.waiting.append(request)

    def open(self) -> list[scrapy.Request]:
        """Return what waits, the articles having been read, and begin another stretch."""
        released, self.waiting = self.waiting, []
        self.passed = len(released)
        return released
