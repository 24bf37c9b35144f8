"""A walk: going down one category's listing, newest first, to where all is settled."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import UTC, datetime

import scrapy
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from diplonews import site
from diplonews.crawling.answers import GONE, page_of, reason_of, status_of
from diplonews.errors import LayoutError
from diplonews.normalise.names import fold
from diplonews.normalise.urls import alias_key, last_path_part
from diplonews.pages.listing import ListingPage
from diplonews.pages.menu import category_links
from diplonews.pages.read import read_listing
from diplonews.pages.themes import THEMES, Themes
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

# A walk asks for its pages before any article is asked for, so that it is short and the
# listing has little time to shift under it.
PRIORITY = 10


class Walk:
    """The walk down one category.

    It ends soundly where every member of a page is settled, or at the listing's end; then
    what it found is known to be all. ``is_backfill`` goes to the end in any case.
    """

    def __init__(
        self,
        category: site.Category,
        run: Run,
        origin: str,
        stats: StatsCollector,
        *,
        is_backfill: bool = False,
        themes: Themes = THEMES,
        in_rss: Container[str] = frozenset(),
    ) -> None:
        self.category = category
        self.themes = themes
        self.run = run
        self.origin = origin
        self.stats = stats
        self.is_backfill = is_backfill
        self.in_rss = in_rss  # forms of the URLs that the RSS shows
        self.address = run.archive.walks.address(category.slug)
        self.candidates: list[str] = []
        self.has_asked_menus = False
        self.members: set[str] = set()  # of the page before
        self.is_guessed = False  # a page was read without a layout: it may have left some out

    def begin(self) -> Iterator[scrapy.Request]:
        """Ask for the first page, where the listing was last found."""
        yield self._request(self.address, 1)

    def begin_at(self, candidates: Sequence[str]) -> Iterator[scrapy.Request]:
        """Ask for the first page at each of *candidates* until one is this category's."""
        self.has_asked_menus = True
        self.address = ""
        self.candidates = list(candidates)
        yield from self._try_next("no link in the site's menus and no address to try led to it")

    def parse(self, response: Response, page_number: int) -> Iterator[scrapy.Request]:
        try:
            listing = read_listing(page_of(response), self._confirm, self.themes)
        except LayoutError as error:
            yield from self._failed_at(page_number, str(error))
            return
        self.run.site_works = True
        if page_number == 1 and not self.address:
            if not listing.is_of(self.category.slug, self.category.title):
                yield from self._try_next(f"{response.url} is the listing of {listing.title!r}")
                return
            self._note_address(listing.canonical_url or response.url)
        yield from self._go_on(listing, response.url, page_number)

    def failed(self, failure: Failure) -> Iterator[scrapy.Request]:
        request = failure.request  # type: ignore[attr-defined]
        page_number = request.cb_kwargs["page_number"]
        status = status_of(failure)
        if status == 404 and request.meta.get("may_be_past_the_end"):
            self._end()
            return
        if page_number == 1 and status in GONE and self.address and not self.has_asked_menus:
            self.run.archive.walks.note_address(self.category.slug, self.run.section, None)
            yield find([self], self.origin)
            return
        yield from self._failed_at(page_number, f"{request.url}: {reason_of(failure)}")

    def _go_on(self, listing: ListingPage, url: str, page_number: int) -> Iterator[scrapy.Request]:
        # A link to elsewhere in the midst of them is an advertisement.
        teasers = [of for of in listing.teasers if site.is_on(self.origin, of.url)]
        members = {alias_key(teaser.url) for teaser in teasers}
        if members and members == self.members:
            yield from self._failed_at(page_number, f"{url}: it repeats the page before it")
            return
        self.members = members
        if listing.is_guessed:
            self._note_guess(url)
        if page_number == 1:
            self.run.archive.walks.begin(self.category.slug, self.run.number)
        noted = self.run.archive.walks.note_listing(
            self.category.slug, self.run.number, page_number, teasers, datetime.now(UTC)
        )
        self.stats.inc_value("diplonews/listing_page_count")
        self.stats.inc_value("diplonews/fresh_count", noted.fresh_count)
        is_last = not (listing.next_url or (listing.has_scripted_pagination and members))
        if is_last or (noted.is_settled and not self.is_backfill):
            self._end()
            return
        yield self._next_request(listing, page_number + 1)

    def _next_request(self, listing: ListingPage, page_number: int) -> scrapy.Request:
        if listing.next_url:
            return self._request(listing.next_url, page_number)
        # Only a script knows whether there is one more page: its 404 is the listing's end.
        request = self._request(site.listing_page_url(self.address, page_number), page_number)
        request.meta["may_be_past_the_end"] = True
        return request

    def _failed_at(self, page_number: int, why: str) -> Iterator[scrapy.Request]:
        if page_number == 1 and not self.address:
            yield from self._try_next(why)
            return
        self._give_up(why)

    def _try_next(self, why: str) -> Iterator[scrapy.Request]:
        if not self.candidates:
            self._give_up(f"{self.origin}: no listing of {self.category.title!r} found: {why}")
            return
        yield self._request(self.candidates.pop(0), 1)

    def _give_up(self, why: str) -> None:
        """Leave the walk unsound: the next one goes down to where the last sound one was."""
        url, _, reason = why.partition(": ")
        self.run.note_trouble(Kind.LISTING, url, reason)

    def _confirm(self, urls: Iterable[str]) -> set[str]:
        known = self.run.archive.walks.known_articles(urls)
        return known | {url for url in urls if alias_key(url) in self.in_rss}

    def _note_guess(self, url: str) -> None:
        if not self.is_guessed:
            self.is_guessed = True
            self.run.note_trouble(Kind.FALLBACK, url, "members told by links that are known")

    def _end(self) -> None:
        """Note a sound walk. One that had to guess is none: a later one goes down again."""
        if self.is_guessed:
            return
        self.run.archive.walks.end(self.category.slug, self.run.number)

    def _note_address(self, address: str) -> None:
        self.address = address
        self.run.archive.walks.note_address(self.category.slug, self.run.section, address)

    def _request(self, url: str, page_number: int) -> scrapy.Request:
        return scrapy.Request(
            url,
            self.parse,
            errback=self.failed,
            cb_kwargs={"page_number": page_number},
            priority=PRIORITY,
        )


def find(walks: Sequence[Walk], origin: str) -> scrapy.Request:
    """Ask the home page's menus where the listings of *walks* are, and begin them there."""

    def parse_home(response: Response) -> Iterator[scrapy.Request]:
        try:
            links = category_links(page_of(response))
        except LayoutError:
            links = []
        yield from begin(links)

    def begin(links: Sequence[tuple[str, str]]) -> Iterator[scrapy.Request]:
        for walk in walks:
            yield from walk.begin_at(candidates(walk.category, links, origin))

    without_menus: Callable[[Failure], Iterator[scrapy.Request]] = lambda _: begin([])  # noqa: E731
    return scrapy.Request(f"{origin}/", parse_home, errback=without_menus, priority=PRIORITY)


def candidates(
    category: site.Category, links: Sequence[tuple[str, str]], origin: str
) -> list[str]:
    """Return where a category's listing may be, likeliest first.

    Links of the site's menus that have its title or slug, those under its parent's path
    before others: the menu names Nigeria twice, once as a category of ECOWAS. Then the
    addresses that WordPress would give it.
    """
    wanted = fold(category.title)
    named = [
        url
        for title, url in links
        if fold(title) == wanted or last_path_part(url) == category.slug
    ]
    under_parent = [url for url in named if f"/{category.parent or category.slug}/" in f"{url}/"]
    guessed = site.listing_addresses(origin, category)
    return list(dict.fromkeys([*under_parent, *named, *guessed]))
