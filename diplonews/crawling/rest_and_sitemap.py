"""Going through a surface: the site's REST or its sitemap, page by page.

It ends in one of three ways: all was read, the site does not offer it, or it failed this time.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from diplonews import clock, site
from diplonews.crawling.asking import Asker, NoPage
from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.pages.rest import POST_FIELDS, read_posts
from diplonews.pages.sitemap import find_unreadable, read_index, read_sitemap
from diplonews.runs.account import End
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

REST, SITEMAP = "rest", "sitemap"
PER_PAGE = 100  # REST's maximum

# Statuses of a site that does not offer a surface; others are failures of the moment.
NOT_OFFERED = {400, 401, 403, 404, 405, 410, 501}

# Entries noted in one transaction; a sitemap's file may have 50,000.
BATCH = 500

MOST_TOLD = 10  # entries of one sitemap's file

MOST_DIGITS = 12  # of a count that is believed

# REST may count so many posts more than it lists, or this share of all: some are hidden from us,
# others were withdrawn meanwhile.
FEW_UNLISTED, SHARE_UNLISTED = 10, 0.1


@dataclass(frozen=True, slots=True)
class Ended:
    """How going through a surface ended."""

    name: str
    is_sound: bool
    is_offered: bool
    url: str
    why: str
    has_dates: bool = True  # whether entries have dates of modification


class Bounds(NamedTuple):
    """How much of a surface is gone through in a run."""

    pages: int
    entries: int

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> "Bounds":
        return cls(
            settings.getint("DIPLONEWS_SURFACE_PAGES"),
            settings.getint("DIPLONEWS_SURFACE_ENTRIES"),
        )


class Surface:
    """What REST and the sitemap have in common. ``ended`` says how it ended."""

    name: str
    ended: Ended

    def __init__(self, run: Run, asker: Asker, stats: StatsCollector, bounds: Bounds) -> None:
        self.run = run
        self.asker = asker
        self.stats = stats
        self.bounds = bounds
        self.origin = str(asker.crawler.settings["DIPLONEWS_SITE"])
        self.kept_surfaces = run.archive.surfaces
        self.has_dates = False
        self.pages = self.entries = 0  # read in this run
        self.new_count = 0  # entries that were not listed before this run

    def go_through(self) -> AsyncIterator[None]:
        """Read page by page; yield after each, so that other work may be done in between."""
        raise NotImplementedError

    def _note(self, entries: Sequence[Listed]) -> bool:
        """Note a page as read; tell whether its last entry was listed before, unchanged."""
        self.run.site_works = True
        self.stats.inc_value("diplonews/surface_page_count")
        self.pages += 1
        self.entries += len(entries)
        self.has_dates = self.has_dates or any(entry.modified_at for entry in entries)
        on_site = [entry for entry in entries if site.is_on(self.origin, entry.url)]
        dates = {entry.url: entry.published_at for entry in on_site if entry.published_at}
        self.run.archive.dates.note(dates, self.name)
        is_end_unchanged = False
        for start in range(0, len(on_site), BATCH):
            some, now = on_site[start : start + BATCH], clock.now()
            page = self.kept_surfaces.note_page(self.name, some, self.run.number, now)
            is_end_unchanged = page.is_end_unchanged
            self.new_count += page.new_count
        return is_end_unchanged

    def _met_bound(self, url: str) -> bool:
        """Tell whether a bound is reached; then the surface has ended."""
        if self.pages >= self.bounds.pages:
            bound = f"DIPLONEWS_SURFACE_PAGES={self.bounds.pages}"
        elif self.entries >= self.bounds.entries:
            bound = f"DIPLONEWS_SURFACE_ENTRIES={self.bounds.entries}"
        else:
            return False
        read = f"{self.entries} entries on {self.pages} pages, and more to come"
        self._give_up(url, f"expected the end of the list, found {read} (the bound is {bound})")
        return True

    def _end(self, url: str, *, is_whole: bool = True) -> None:
        now = clock.now()
        self.kept_surfaces.note_found(self.name, url, now)
        if is_whole:
            self.kept_surfaces.note_whole(self.name, self.run.number, now)
        self.ended = Ended(self.name, True, True, url, "gone through", self.has_dates)

    def _give_up(self, url: str, why: str, *, is_offered: bool = True) -> None:
        if not is_offered:
            self.kept_surfaces.note_found(self.name, "", clock.now())
        self.ended = Ended(self.name, False, is_offered, url, why)


class Rest(Surface):
    """Posts as REST lists them, latest modification first.

    A page's last entry may be unchanged, and REST may count as many posts as were listed in all.
    Then the rest is unchanged too: a recheck of an unchanged site is one request. Once in
    *audit_seconds* all pages are read nevertheless (an audit).
    """

    name = REST

    def __init__(
        self, run: Run, asker: Asker, stats: StatsCollector, bounds: Bounds, audit_seconds: int
    ) -> None:
        super().__init__(run, asker, stats, bounds)
        kept = self.kept_surfaces.find(REST)
        longest = timedelta(seconds=audit_seconds)
        self.may_stop = bool(
            kept and kept.whole_at and clock.is_recent(kept.whole_at, clock.now(), longest)
        )
        self.listed_count = (
            self.kept_surfaces.count(REST) if self.may_stop else 0
        )  # before this run
        self.address = f"{self.origin}{site.REST_PATH}/posts"
        self.seen: set[int | None] = set()  # post ids
        self.total: int | None = None  # as the last page says

    async def go_through(self) -> AsyncIterator[None]:
        number = 1
        while True:
            url = self._url(number)
            answer = await self.asker.ask(url, _read_rest)
            if isinstance(answer, NoPage):
                self._end_without(answer, number)
                return
            entries, total = answer
            is_end_unchanged = self._note(entries)
            if self._is_over(url, entries, total, number, is_end_unchanged=is_end_unchanged):
                return
            yield
            number += 1

    def _url(self, number: int) -> str:
        query = f"per_page={PER_PAGE}&page={number}&orderby=modified&order=desc"
        return f"{self.address}?{query}&_fields={POST_FIELDS}"

    def _is_over(
        self, url: str, entries: Sequence[Listed], total: int | None, number: int, *,
        is_end_unchanged: bool,
    ) -> bool:  # fmt: skip
        """Tell whether this was the last page to ask for; then ``ended`` is set."""
        posts = {entry.post_id for entry in entries}
        is_further = not posts <= self.seen
        self.total = total
        self.seen |= posts
        if self.may_stop and is_end_unchanged and self.listed_count + self.new_count == total:
            self._end(self.address, is_whole=False)
        elif (total is None and not posts) or (total is not None and len(self.seen) >= total):
            self._end(self.address)
        elif not is_further:
            self._give_up(url, self._lack())
        else:
            return self._met_bound(url)
        return True

    def _end_without(self, answer: NoPage, number: int) -> None:
        if answer.status == 400 and number > 1:
            self._end_early(answer.url)
            return
        is_offered = number > 1 or not (is_closed(answer) or answer.status == 200)
        self._give_up(answer.url, answer.why, is_offered=is_offered)

    def _end_early(self, url: str) -> None:
        """End at a page that is not there, though REST counts more posts than it listed."""
        unlisted = (self.total or 0) - len(self.seen)
        if unlisted > max(FEW_UNLISTED, SHARE_UNLISTED * (self.total or 0)):
            self._give_up(url, self._lack())
        else:
            self._end(self.address)

    def _lack(self) -> str:
        return f"expected further posts of {self.total}, found none after {len(self.seen)}"


class Sitemap(Surface):
    """Articles as the sitemap lists them: an index and its files, or one file."""

    name = SITEMAP

    def __init__(
        self, run: Run, asker: Asker, stats: StatsCollector, bounds: Bounds, named: Sequence[str]
    ) -> None:
        super().__init__(run, asker, stats, bounds)
        kept = self.kept_surfaces.find(SITEMAP)
        usual = [f"{self.origin}{path}" for path in site.SITEMAP_PATHS]
        tried = [kept.url if kept else "", *named, *usual]
        self.addresses = list(dict.fromkeys(filter(None, tried)))[: bounds.pages]

    async def go_through(self) -> AsyncIterator[None]:
        """Ask at each likely address until there is a sitemap."""
        failures: list[NoPage] = []
        for address in self.addresses:
            answer = await self.asker.ask(address, self._read_root)
            if isinstance(answer, NoPage):
                failures.append(answer)
                continue
            async for _ in self._read_all(address, *answer):
                yield
            return
        # A failure does not say that there is no sitemap: the next run asks again.
        passing = [no for no in failures if not (is_closed(no) or no.status == 200)]
        first = (passing or failures)[0]
        why = "; ".join(f"{no.url}: {no.why}" for no in failures[1:])
        self._give_up(first.url, f"{first.why}; {why}", is_offered=bool(passing))

    async def _read_all(
        self, address: str, files: Sequence[str], entries: Sequence[Listed]
    ) -> AsyncIterator[None]:
        if entries:
            self._note(entries)
        for file in files:
            if not site.is_on(self.origin, file):
                continue
            if self._met_bound(file):
                return
            listed = await self.asker.ask(file, self._read_file)
            if isinstance(listed, NoPage):
                is_offered = bool(self.pages) or not is_closed(listed) or listed.status == 404
                self._give_up(listed.url, listed.why, is_offered=is_offered)
                return
            self._note(listed)
            yield
        self._end(address)

    def _read_file(self, response: Response) -> list[Listed]:
        listed = read_sitemap(response.url, response.body)
        self._tell_unreadable(response)
        return listed

    def _read_root(self, response: Response) -> tuple[list[str], list[Listed]]:
        files, entries = _read_root(response)
        if files != [response.url]:  # else it is its own only file, which is read again
            self._tell_unreadable(response)
        return files, entries

    def _tell_unreadable(self, response: Response) -> None:
        """Report the entries without an address. Each may be an article's."""
        links = find_unreadable(response.url, response.body)
        for link in links[:MOST_TOLD]:
            why = f"expected an address in the sitemap, found {link[:100]!r}"
            self.run.note_trouble(Kind.REJECTED, response.url, why)
        if len(links) > MOST_TOLD:
            count = len(links) - MOST_TOLD
            why = f"expected addresses in the sitemap, found {count} more like these"
            self.run.note_trouble(Kind.REJECTED, response.url, why)


def is_closed(answer: NoPage) -> bool:
    """Tell whether the site or its robots.txt closes this to us."""
    is_forbidden = answer.end is End.REFUSED and not answer.is_passing
    return is_forbidden or answer.status in NOT_OFFERED


def _read_rest(response: Response) -> tuple[list[Listed], int | None]:
    """Return the posts of a page of REST, and how many posts REST counts in all."""
    printed = (response.headers.get("X-WP-Total") or b"").decode("latin-1").strip()
    is_count = printed.isdecimal() and printed.isascii() and len(printed) <= MOST_DIGITS
    return read_posts(response.url, response.body), int(printed) if is_count else None


def _read_root(response: Response) -> tuple[list[str], list[Listed]]:
    """Return the files that a sitemap's index names, or what a sitemap of one file lists."""
    try:
        return read_index(response.url, response.body), []
    except LayoutError:
        entries = _read_flat(response)
        if not entries:
            raise
        return [], entries


def _read_flat(response: Response) -> list[Listed]:
    """Return what a sitemap without an index lists; nothing where it is no sitemap."""
    try:
        return read_sitemap(response.url, response.body)
    except LayoutError:
        return []
