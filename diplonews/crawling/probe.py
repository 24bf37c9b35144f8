"""The probe: a run first asks the site's RSS whether anything changed.

WordPress sends the same Last-Modified with every feed: the newest modification of any published
post. So one request answers for every category. The probe sends If-Modified-Since alone, with the
date as received: a proxy that weakens the ETag would defeat both. A 304 can still be wrong in two
ways. When the newest post is trashed, the date moves back and WordPress still answers 304; so the
304 must have our date. A cache may answer 304 for ever; so the probe asks without a condition once
in a while.

The RSS shows only the newest posts. Where more was published, one request to REST tells in which
categories. Without REST, or before a recheck has found it, all categories are walked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from scrapy.http import Response

from diplonews import clock, site
from diplonews.archive.validators import Look
from diplonews.crawling.asking import Asker, NoPage
from diplonews.crawling.rest_and_sitemap import PER_PAGE, REST
from diplonews.items import Listed
from diplonews.normalise.names import fold
from diplonews.normalise.urls import alias_key
from diplonews.pages.rest import POST_FIELDS, read_posts
from diplonews.pages.rss import Entry, read_entries
from diplonews.runs.run import Run


@dataclass(frozen=True, slots=True)
class Seen:
    """What the probe saw."""

    why: str
    is_unchanged: bool = False
    titles: frozenset[str] | None = None  # of categories with something new; None: any may have it
    edited: tuple[str, ...] = ()  # known URLs whose text in the RSS has changed
    in_rss: frozenset[str] = frozenset()  # forms of the URLs that the RSS shows
    look: Look | None = None  # to be kept once the run is known to be sound


class Probe:
    """Asks the RSS once, and REST once more where the RSS shows too little."""

    def __init__(self, run: Run, origin: str, asker: Asker, look_seconds: int) -> None:
        self.run = run
        self.origin = origin
        self.asker = asker
        self.url = f"{origin}/feed/"
        self.before = run.archive.validators.last_look(run.section, self.url)
        self.now = clock.now()
        self.is_conditional = bool(
            self.before
            and self.before.last_modified
            and clock.is_recent(self.before.looked_at, self.now, timedelta(seconds=look_seconds))
        )

    async def ask(self) -> Seen:
        """Ask the RSS; return what has changed. Without an answer, everything may have changed."""
        headers = {}
        if self.is_conditional and self.before:
            headers["If-Modified-Since"] = self.before.last_modified
        answer = await self.asker.ask(self.url, _read_rss, statuses={200, 304}, headers=headers)
        if isinstance(answer, NoPage):
            return Seen(f"{answer.url}: {answer.why}")
        stamp, entries = answer
        entries = None if entries is None else self._without_forgotten(entries)
        self.run.site_works = True
        if entries is None:
            if not self.is_conditional:
                return Seen(f"{self.url}: not modified, though asked without a condition")
            return self._not_modified(stamp)
        dates = {entry.url: entry.published_at for entry in entries if entry.published_at}
        self.run.archive.dates.note(dates, "rss")
        seen = await self._more(entries) or self._compare(stamp, entries)
        fingerprints = {entry.url: entry.fingerprint for entry in entries}
        in_rss = frozenset(alias_key(entry.url) for entry in entries)
        return replace(seen, in_rss=in_rss, look=Look(stamp, fingerprints, self.now))

    def _without_forgotten(self, entries: Sequence[Entry]) -> list[Entry]:
        keys = {alias_key(entry.url) for entry in entries}
        forgotten = self.run.archive.forgotten.keys_among(keys)
        return [entry for entry in entries if alias_key(entry.url) not in forgotten]

    def _not_modified(self, stamp: str) -> Seen:
        assert self.before is not None
        if stamp and stamp != self.before.last_modified:
            return Seen(f"{self.url}: the site's stamp moved back to {stamp}")
        return Seen(
            f"{self.url}: not modified",
            is_unchanged=True,
            titles=frozenset(),
            look=self.before,
        )

    async def _more(self, entries: Sequence[Entry]) -> Seen | None:
        """Ask REST where the RSS shows too little, and REST is known; else ``None``."""
        if not (self._shows_too_little(entries) and self._titles_by_number()):
            return None
        # The posts from the last of *entries* on; they too come latest first.
        query = f"per_page={PER_PAGE}&offset={len(entries) - 1}&orderby=date&order=desc"
        url = f"{self.origin}{site.REST_PATH}/posts?{query}&_fields={POST_FIELDS}"
        older = await self.asker.ask(url, lambda answer: read_posts(answer.url, answer.body))
        if isinstance(older, NoPage):
            return Seen(f"{older.url}: {older.why}")
        return self._compare_more(entries, older)

    def _shows_too_little(self, entries: Sequence[Entry]) -> bool:
        """Tell whether *entries* have nothing of the last look any more."""
        fingerprints = self.before.entries if self.before else {}
        urls = [entry.url for entry in entries]
        return bool(fingerprints and urls) and fingerprints.keys().isdisjoint(urls)

    def _titles_by_number(self) -> dict[int, str]:
        """Return the titles of categories by REST's numbers; empty where REST is not known."""
        surface = self.run.archive.surfaces.find(REST)
        terms = self.run.archive.surfaces.terms() if surface and surface.url else []
        return {term["number"]: term["title"] for term in terms}

    def _compare_more(self, entries: Sequence[Entry], older: Sequence[Listed]) -> Seen:
        assert self.before is not None
        before = {alias_key(url) for url in self.before.entries}
        titles = self._titles_by_number()
        joins_on = older and alias_key(older[0].url) == alias_key(entries[-1].url)
        keys = [alias_key(post.url) for post in older]
        places = [place for place, key in enumerate(keys) if key in before]
        newer = older[1 : max(places, default=0)]
        new = [post for post in newer if alias_key(post.url) not in before]
        numbers = {number for post in new for number in post.categories}
        tells_all = all(entry.categories for entry in entries) and all(
            post.categories for post in new
        )
        if not (tells_all and joins_on and places and numbers <= titles.keys()):
            return Seen(f"{self.url}: changed out of sight")
        named = {title for entry in entries for title in entry.categories}
        touched = frozenset(map(fold, named | {titles[number] for number in numbers}))
        return Seen(f"{self.url}: {len(entries) + len(new)} new, as REST says", titles=touched)

    def _compare(self, stamp: str, entries: Sequence[Entry]) -> Seen:
        if self.before is None:
            return Seen(f"{self.url}: seen for the first time")
        before = self.before.entries
        new = [entry for entry in entries if entry.url not in before]
        edited = tuple(
            entry.url
            for entry in entries
            if entry.url in before and entry.fingerprint != before[entry.url]
        )
        if not new and not edited and stamp == self.before.last_modified:
            why = f"{self.url}: says what it said before"
            return Seen(why, is_unchanged=True, titles=frozenset())
        is_silent = any(not entry.categories for entry in new)
        if len(new) == len(entries) or not (new or edited) or is_silent:
            # More was published than the RSS shows, or something changed that it does not show. Or
            # it does not name the categories.
            return Seen(f"{self.url}: changed out of sight")
        titles = frozenset(fold(title) for entry in new for title in entry.categories)
        why = f"{self.url}: {len(new)} new, {len(edited)} edited"
        return Seen(why, titles=titles, edited=edited)


def is_touched(category: site.Category, seen: Seen) -> bool:
    """Tell whether something new may stand in the category's listing."""
    return seen.titles is None or fold(category.title) in seen.titles


def _read_rss(response: Response) -> tuple[str, list[Entry] | None]:
    """Return the date of the RSS and its entries; ``None`` where nothing changed."""
    stamp = (response.headers.get("Last-Modified") or b"").decode("latin-1")
    if response.status == 304:
        return stamp, None
    return stamp, read_entries(response.url, response.body)
