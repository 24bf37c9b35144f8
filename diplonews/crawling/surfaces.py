"""Going through a surface: the site's REST or its sitemap, page by page.

Each ends in one of three ways: it was gone through, it is not offered, or it failed this time.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import scrapy
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from diplonews import site
from diplonews.crawling.answers import reason_of, status_of
from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.pages.rest import POST_FIELDS, read_posts
from diplonews.pages.sitemap import read_index, read_sitemap
from diplonews.runs.run import Run

REST, SITEMAP = "rest", "sitemap"
PER_PAGE = 100  # REST gives no more

# Answers that say the site does not offer a surface, not that it has failed at the moment.
NOT_OFFERED = {400, 401, 403, 404, 405, 410, 501}


class Ended(NamedTuple):
    """How going through a surface ended."""

    name: str
    is_sound: bool
    is_offered: bool
    why: str
    has_dates: bool = True  # of modification


Requests = Iterator[scrapy.Request]
Then = Callable[[Ended], Requests]


class Surface:
    """What both have in common; *then* goes on when it is ended."""

    name: str

    def __init__(self, run: Run, origin: str, stats: StatsCollector, then: Then) -> None:
        self.run = run
        self.origin = origin
        self.stats = stats
        self.then = then
        self.known = run.archive.surfaces
        self.has_dates = False

    def begin(self) -> Requests:
        """Ask for the first page."""
        raise NotImplementedError

    def _note(self, entries: Sequence[Listed]) -> bool:
        """Note a page as read; tell whether its last entry was known so."""
        self.run.site_works = True
        self.stats.inc_value("diplonews/surface_page_count")
        self.has_dates = self.has_dates or any(entry.modified_at for entry in entries)
        ours = [entry for entry in entries if site.is_on(self.origin, entry.url)]
        return self.known.note_page(self.name, ours, self.run.number, datetime.now(UTC))

    def _end(self, url: str, *, is_whole: bool = True) -> Requests:
        now = datetime.now(UTC)
        self.known.note_found(self.name, url, now)
        if is_whole:
            self.known.note_whole(self.name, self.run.number, now)
        yield from self.then(Ended(self.name, True, True, "gone through", self.has_dates))

    def _give_up(self, why: str, *, is_offered: bool = True) -> Requests:
        if not is_offered:
            self.known.note_found(self.name, "", datetime.now(UTC))
        yield from self.then(Ended(self.name, False, is_offered, why))


class Rest(Surface):
    """Posts as REST lists them, latest modification first.

    Where the end of a page is known so, and REST counts as many posts as were listed in all,
    the rest is known so too: the usual recheck of an unchanged site is one request. Once in
    *audit_seconds* it is gone through to the end all the same.
    """

    name = REST

    def __init__(
        self, run: Run, origin: str, stats: StatsCollector, then: Then, audit_seconds: int
    ) -> None:
        super().__init__(run, origin, stats, then)
        known = self.known.known(REST)
        oldest = datetime.now(UTC) - timedelta(seconds=audit_seconds)
        self.may_stop = bool(known and known.whole_at and known.whole_at > oldest)
        self.address = f"{origin}{site.REST_PATH}/posts"

    def begin(self) -> Requests:
        yield self._request(1)

    def _request(self, number: int) -> scrapy.Request:
        query = f"per_page={PER_PAGE}&page={number}&orderby=modified&order=desc"
        return scrapy.Request(
            f"{self.address}?{query}&_fields={POST_FIELDS}",
            self.parse,
            errback=self.failed,
            cb_kwargs={"number": number},
        )

    def parse(self, response: Response, number: int) -> Requests:
        try:
            entries = read_posts(response.url, response.body)
            total = _count(response)
        except LayoutError as error:
            yield from self._give_up(str(error), is_offered=number > 1)
            return
        is_settled = self._note(entries)
        is_all = self.known.count(REST) == total
        if self.may_stop and is_settled and is_all:
            yield from self._end(self.address, is_whole=False)
        elif number * PER_PAGE >= total:
            yield from self._end(self.address)
        else:
            yield self._request(number + 1)

    def failed(self, failure: Failure) -> Requests:
        request, status = failure.request, status_of(failure)  # type: ignore[attr-defined]
        number = request.cb_kwargs["number"]
        if status == 400 and number > 1:  # posts were withdrawn meanwhile: there is no such page
            yield from self._end(self.address)
            return
        is_offered = number > 1 or status not in NOT_OFFERED
        yield from self._give_up(f"{request.url}: {reason_of(failure)}", is_offered=is_offered)


class Sitemap(Surface):
    """Articles as the sitemap lists them: its index, then each of its files."""

    name = SITEMAP

    def __init__(
        self, run: Run, origin: str, stats: StatsCollector, then: Then, named: Sequence[str]
    ) -> None:
        super().__init__(run, origin, stats, then)
        known = self.known.known(SITEMAP)
        guessed = [f"{origin}{path}" for path in site.SITEMAP_PATHS]
        tried = [known.url if known else "", *named, *guessed]
        self.addresses = list(dict.fromkeys(filter(None, tried)))
        self.address = ""
        self.files: list[str] = []
        self.failures: list[str] = []
        self.is_passing = False  # a failure that says nothing of what is offered

    def begin(self) -> Requests:
        """Ask at each address where there may be an index, until one answers with one."""
        if not self.addresses:
            yield from self._give_up("; ".join(self.failures), is_offered=self.is_passing)
            return
        self.address = self.addresses.pop(0)
        yield scrapy.Request(self.address, self.parse_index, errback=self.failed)

    def parse_index(self, response: Response) -> Requests:
        try:
            files = read_index(response.url, response.body)
        except LayoutError as error:
            self.failures.append(str(error))
            yield from self.begin()
            return
        self.files = [file for file in files if site.is_on(self.origin, file)]
        yield from self._next_file()

    def parse(self, response: Response) -> Requests:
        try:
            entries = read_sitemap(response.url, response.body)
        except LayoutError as error:
            yield from self._give_up(str(error))
            return
        self._note(entries)
        yield from self._next_file()

    def failed(self, failure: Failure) -> Requests:
        request = failure.request  # type: ignore[attr-defined]
        self.is_passing = self.is_passing or status_of(failure) not in NOT_OFFERED
        self.failures.append(f"{request.url}: {reason_of(failure)}")
        yield from self.begin()

    def failed_file(self, failure: Failure) -> Requests:
        request = failure.request  # type: ignore[attr-defined]
        yield from self._give_up(f"{request.url}: {reason_of(failure)}")

    def _next_file(self) -> Requests:
        if not self.files:
            yield from self._end(self.address)
            return
        yield scrapy.Request(self.files.pop(0), self.parse, errback=self.failed_file)


def _count(response: Response) -> int:
    """Return how many posts REST says there are."""
    told = (response.headers.get("X-WP-Total") or b"").decode("latin-1")
    if not told.isdecimal():
        raise LayoutError(f"{response.url}: expected a number as X-WP-Total, found {told!r}")
    return int(told)
