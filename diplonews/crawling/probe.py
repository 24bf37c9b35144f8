"""The probe: asking the site's RSS whether anything changed at all, before anything else.

WordPress's Last-Modified on any feed is the newest modification of any published post of the
whole site, so one request answers for every category. Sent is If-Modified-Since alone, as it
was received: a proxy that weakens the ETag would defeat both. Two doubts remain, and are met:
trashing the newest post moves the stamp back and WordPress still says 304, so the stamp of
the 304 must be ours; and a cache may say 304 for ever, so once in a while it is asked
without a condition.

Where more was published than the RSS shows, the site's REST, if a recheck has found it, tells
with one more request which categories that was in; else all of them are walked.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from diplonews import site
from diplonews.archive.validators import Look
from diplonews.crawling.answers import reason_of
from diplonews.crawling.surfaces import PER_PAGE, REST
from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.normalise.names import fold
from diplonews.normalise.urls import alias_key
from diplonews.pages.rest import POST_FIELDS, read_posts
from diplonews.pages.rss import Entry, read_entries
from diplonews.runs.run import Run

PRIORITY = 20


class Seen(NamedTuple):
    """What the probe found."""

    is_unchanged: bool
    titles: frozenset[str] | None  # of categories with something new; None: any may have
    edited: tuple[str, ...]  # known URLs whose text in the RSS is another now
    why: str


Requests = Iterator[scrapy.Request]


class Probe:
    """Asks the RSS once; *then* goes on with what was seen.

    ``look`` is what is to be kept when the run has turned out to be sound.
    """

    def __init__(
        self, run: Run, origin: str, then: Callable[[Seen], Requests], look_seconds: int
    ) -> None:
        self.run = run
        self.origin = origin
        self.url = f"{origin}/feed/"
        self.then = then
        self.before = run.archive.validators.last_look(run.section, self.url)
        self.look: Look | None = None
        self.now = datetime.now(UTC)
        oldest = self.now - timedelta(seconds=look_seconds)
        self.is_conditional = bool(
            self.before and self.before.last_modified and self.before.looked_at > oldest
        )

    def request(self) -> scrapy.Request:
        headers = {}
        if self.is_conditional and self.before:
            headers["If-Modified-Since"] = self.before.last_modified
        return scrapy.Request(
            self.url,
            self.parse,
            errback=self.failed,
            headers=headers,
            meta={"handle_httpstatus_list": [304]},
            priority=PRIORITY,
        )

    def parse(self, response: Response) -> Requests:
        self.run.site_works = True
        stamp = (response.headers.get("Last-Modified") or b"").decode("latin-1")
        if response.status == 304:
            yield from self.then(self._not_modified(stamp))
            return
        try:
            entries = read_entries(response.url, response.body)
        except LayoutError as error:
            yield from self.then(Seen(False, None, (), str(error)))
            return
        self.run.in_rss = {alias_key(entry.url) for entry in entries}
        known = {entry.url: entry.fingerprint for entry in entries}
        self.look = Look(stamp, known, self.now)
        if self._shows_too_little(entries) and self._titles_by_number():
            yield self._request_more(entries)
            return
        yield from self.then(self._compare(stamp, entries))

    def failed(self, failure: Failure) -> Requests:
        yield from self.then(Seen(False, None, (), f"{self.url}: {reason_of(failure)}"))

    def _not_modified(self, stamp: str) -> Seen:
        assert self.before is not None
        if stamp and stamp != self.before.last_modified:
            return Seen(False, None, (), f"{self.url}: the site's stamp moved back to {stamp}")
        self.look = self.before
        return Seen(True, frozenset(), (), f"{self.url}: not modified")

    def _shows_too_little(self, entries: Sequence[Entry]) -> bool:
        """Tell whether nothing of the look before is among *entries* any more."""
        known = self.before.entries if self.before else {}
        return bool(known and entries) and known.keys().isdisjoint(of.url for of in entries)

    def _titles_by_number(self) -> dict[int, str]:
        """Return the titles of categories as REST numbers them; empty where it is not known."""
        surface = self.run.archive.surfaces.known(REST)
        terms = self.run.archive.surfaces.terms() if surface and surface.url else []
        return {term["number"]: term["title"] for term in terms}

    def _request_more(self, entries: Sequence[Entry]) -> scrapy.Request:
        """Ask REST for the posts from the last of *entries* on: latest publication first too."""
        query = f"per_page={PER_PAGE}&offset={len(entries) - 1}&orderby=date&order=desc"
        return scrapy.Request(
            f"{self.origin}{site.REST_PATH}/posts?{query}&_fields={POST_FIELDS}",
            self.parse_more,
            errback=self.failed,
            cb_kwargs={"entries": entries},
            priority=PRIORITY,
        )

    def parse_more(self, response: Response, entries: Sequence[Entry]) -> Requests:
        try:
            older = read_posts(response.url, response.body)
        except LayoutError as error:
            yield from self.then(Seen(False, None, (), str(error)))
            return
        yield from self.then(self._compare_more(entries, older))

    def _compare_more(self, entries: Sequence[Entry], older: Sequence[Listed]) -> Seen:
        assert self.before is not None
        before = {alias_key(url) for url in self.before.entries}
        titles = self._titles_by_number()
        joins_on = older and alias_key(older[0].url) == alias_key(entries[-1].url)
        places = [at for at, of in enumerate(older) if alias_key(of.url) in before]
        new = [of for of in older[1 : max(places, default=0)] if alias_key(of.url) not in before]
        numbers = {number for of in new for number in of.categories}
        if not (joins_on and places and numbers <= titles.keys()):
            return Seen(False, None, (), f"{self.url}: changed out of sight")
        told = {title for entry in entries for title in entry.categories}
        touched = frozenset(map(fold, told | {titles[number] for number in numbers}))
        return Seen(False, touched, (), f"{self.url}: {len(entries) + len(new)} new, as REST says")

    def _compare(self, stamp: str, entries: Sequence[Entry]) -> Seen:
        if self.before is None:
            return Seen(False, None, (), f"{self.url}: seen for the first time")
        before = self.before.entries
        new = [entry for entry in entries if entry.url not in before]
        edited = [e for e in entries if e.url in before and e.fingerprint != before[e.url]]
        if not new and not edited and stamp == self.before.last_modified:
            return Seen(True, frozenset(), (), f"{self.url}: says what it said before")
        if len(new) == len(entries) or not (new or edited):
            # More was published than it shows, or something that it does not show changed.
            return Seen(False, None, (), f"{self.url}: changed out of sight")
        titles = frozenset(fold(title) for entry in new for title in entry.categories)
        urls = tuple(entry.url for entry in edited)
        return Seen(False, titles, urls, f"{self.url}: {len(new)} new, {len(urls)} edited")


def is_touched(category: site.Category, seen: Seen) -> bool:
    """Tell whether something new may stand in the category's listing."""
    return seen.titles is None or fold(category.title) in seen.titles
