"""A walk: going down one category's listing, newest first, to where members are settled.

Every page must be the category's own, and must differ from those before it. ``WalkLimits`` says
how many pages there may be, and how long they may be. A walk that met trouble is not sound: the
next one goes down to where the last sound one was.
"""

import logging
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

import scrapy
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from diplonews import clock, site
from diplonews.archive.walks import NotedListing
from diplonews.crawling.answers import GONE, page_of, reason_of, status_of
from diplonews.crawling.doubts import Doubts
from diplonews.crawling.gate import Gate
from diplonews.crawling.listing_search import PRIORITY, find
from diplonews.crawling.members import is_unproven, take
from diplonews.crawling.own_listing import address_of, has_this_origin, is_own, leads_nowhere
from diplonews.crawling.trail import Trail
from diplonews.crawling.walk_limits import WalkLimits
from diplonews.errors import LayoutError
from diplonews.items import Teaser
from diplonews.normalise.urls import alias_key
from diplonews.pages.listing import ListingPage
from diplonews.pages.listing_blocks import Block, members_of, moving_blocks
from diplonews.pages.read import read_listing
from diplonews.pages.themes import Themes
from diplonews.runs.run import Run

logger = logging.getLogger(__name__)


class FirstPage(NamedTuple):
    """A first page that is not noted yet: only the next page shows which block is the list."""

    url: str
    blocks: Sequence[Block]


class Surroundings(NamedTuple):
    """What all walks of a run have in common."""

    origin: str
    themes: Themes
    gate: Gate
    limits: WalkLimits
    is_backfill: bool
    in_rss: Container[str]  # forms of the URLs that the RSS shows


class Walk:
    """The walk down one category.

    It is sound where it ends at three settled members, or at the listing's end: then it has found
    all that is new. A backfill goes to the end in any case.
    """

    def __init__(
        self, category: site.Category, run: Run, stats: StatsCollector, surroundings: Surroundings
    ) -> None:
        self.category = category
        self.run = run
        self.stats = stats
        self.origin, self.themes, self.gate, self.limits, self.is_backfill, self.in_rss = (
            surroundings
        )
        self.walks = run.archive.walks
        self.address = self._kept_address()
        self.slug = ""  # as the first page says it
        self.candidates: list[str] = []
        self.has_asked_menus = False
        self.trail = Trail()
        self.last_blocks: list[frozenset[str]] = []  # of the page before
        self.first_page: FirstPage | None = None
        self.stuck_at = self.walks.unsound_page(category.slug)
        self.has_read_again = False
        self.doubts = Doubts(run)
        self.page_count = 0  # as the page before said

    def begin(self) -> Iterator[scrapy.Request]:
        """Ask for the first page, where the listing was last found."""
        yield self._request(self.address, 1)

    def begin_at(self, candidates: Sequence[str]) -> Iterator[scrapy.Request]:
        """Ask for the first page at each of *candidates* until one is this category's."""
        self.has_asked_menus = True
        self.address = ""
        self.candidates = list(candidates)
        yield from self._try_next("no link in the site's menus and no address to try led to it")

    def parse(
        self, response: Response, page_number: int, *, is_unlinked: bool
    ) -> Iterator[scrapy.Request]:
        """Read a listing page; one that *is_unlinked* for visitors need not be there."""
        try:
            page = page_of(response)
            if self._is_end(page_number, is_unlinked=is_unlinked) and (
                leads_nowhere(page) or (is_unlinked and self.trail.has_url(response.url))
            ):
                self._end(is_sure=is_unlinked)
                return
            listing = read_listing(page, self._confirm, self.themes)
        except LayoutError as error:
            is_moved = alias_key(response.url) != alias_key(self.address or response.url)
            refuse = self._refuse if is_moved else self._failed_at
            yield from refuse(page_number, error.url, error.why)
            return
        self.run.site_works = True
        if not is_own(listing, page, self.category, self.address, self.slug):
            shown_title = listing.title or listing.slug or "something else"
            why = f"{self._expected}, found that of {shown_title!r}"
            yield from self._refuse(page_number, response.url, why)
            return
        if listing.page_number > page_number:
            why = f"expected page {page_number} of the listing, found {listing.page_number}"
            if page_number == 1:
                yield from self._refuse(page_number, response.url, why)
                return
            self.doubts.note_lack(response.url, f"{why}: what is between them is left out")
            page_number = listing.page_number
        if page_number == 1:
            self._note_first(listing, response.url)
        yield from self._go_on(listing, response.url, page_number, is_unlinked=is_unlinked)

    def failed(self, failure: Failure) -> Iterator[scrapy.Request]:
        request = failure.request  # type: ignore[attr-defined]
        page_number, is_unlinked = (
            request.cb_kwargs["page_number"],
            request.cb_kwargs["is_unlinked"],
        )
        is_gone = status_of(failure) in GONE
        if is_gone and self._is_end(page_number, is_unlinked=is_unlinked):
            self._end(is_sure=is_unlinked)
            return
        if is_gone and page_number == 1 and self.address and not self.has_asked_menus:
            yield self._search_listing()
            return
        yield from self._failed_at(page_number, request.url, reason_of(failure))

    # A page that is the category's.

    def _note_first(self, listing: ListingPage, url: str) -> None:
        self.slug = listing.slug
        address = address_of(url)
        if alias_key(address) != alias_key(self.address or self.origin):
            self.address = address
            self.walks.note_address(self.category.slug, self.run.section, address)
        self.walks.begin(self.category.slug, self.run.number)

    def _go_on(
        self, listing: ListingPage, url: str, page_number: int, *, is_unlinked: bool
    ) -> Iterator[scrapy.Request]:
        blocks = self._blocks(listing, url)
        moving = moving_blocks(blocks, self.last_blocks) if len(blocks) > 1 else blocks
        members = {key for block in moving for key in members_of(block)}
        if self.trail.has_url(url):
            self._end_or_give_up(url, is_unlinked=is_unlinked)
            return
        if self.trail.has_members(members) or (blocks and not moving):
            self._give_up(url, "expected a further page, found the articles of one before")
            return
        if listing.is_guessed:
            self.doubts.note_guess(url)
        if page_number > 1 and not (members or listing.next_url or is_unlinked):
            yield from self._miss(page_number, url, "expected articles, found none")
            return
        before, self.last_blocks = self.trail.last_url, [members_of(block) for block in blocks]
        is_settled = self._note_first_page(self.last_blocks)
        shared = self.trail.note(url, page_number, members)
        if shared:
            yield from self._read_again(before, url, len(shared))
        following = self._following(listing, page_number, has_members=bool(members))
        is_first = following is not None and page_number == 1
        if is_first and is_unproven(self.walks, self.category.slug, self.run.number, blocks):
            self.first_page = FirstPage(url, blocks)
        else:
            is_settled = self._note(page_number, moving).is_settled or is_settled
        is_over = is_settled and not self.is_backfill
        yield from self._follow(None if is_over else following, url)

    def _blocks(self, listing: ListingPage, url: str) -> Sequence[Block]:
        """Return the blocks of a page, with what is taken of them."""
        self.doubts.note_unreadable(listing, url)
        taken = take(listing, self.origin, self.limits.teasers)
        for why in taken.troubles:
            self.doubts.note_lack(url, why)
        return taken.blocks

    def _note(self, page_number: int, blocks: Sequence[Block]) -> NotedListing:
        """Note what a page lists."""
        teasers: dict[str, Teaser] = {}
        for block in blocks:
            for teaser in block:
                teasers.setdefault(alias_key(teaser.url), teaser)
        notice = self.walks.note_listing(
            self.category.slug,
            self.run.number,
            max(page_number, self.trail.last_number),
            list(teasers.values()),
            clock.now(),
        )
        self.stats.inc_value("diplonews/listing_page_count")
        self.stats.inc_value("diplonews/fresh_count", notice.fresh_count)
        return notice

    def _note_first_page(self, next_blocks: Sequence[frozenset[str]] = ()) -> bool:
        """Note the first page, if that was put off, without the blocks that the next page repeats.

        Tell whether it was settled.
        """
        if self.first_page is None:
            return False
        first, self.first_page = self.first_page, None
        return self._note(1, moving_blocks(first.blocks, next_blocks)).is_settled

    # Where it goes on.

    def _following(
        self, listing: ListingPage, page_number: int, *, has_members: bool
    ) -> scrapy.Request | None:
        """Return the request for the next page; ``None`` where this one is the last."""
        self.page_count = listing.page_count or self.page_count
        counts_more = page_number < self.page_count
        number = page_number + 1
        if listing.next_url:
            # Some plugins have a link for machines alone on the last page too.
            is_unlinked = not (listing.is_next_seen or counts_more)
            return self._request(listing.next_url, number, is_unlinked=is_unlinked)
        is_likely = listing.has_scripted_pagination or listing.may_go_on_unseen or counts_more
        if has_members and is_likely:
            # Only a script knows whether there is one more page: a 404 there is the listing's end.
            url = site.listing_page_url(self.address, number)
            return self._request(url, number, is_unlinked=not counts_more)
        return None

    def _follow(self, following: scrapy.Request | None, url: str) -> Iterator[scrapy.Request]:
        if following is None:
            self._end()
        elif not self.trail.last_members:
            self._give_up(url, "expected articles, found none and a link to a further page")
        elif self.trail.has_url(following.url):
            self._end_or_give_up(url, is_unlinked=following.cb_kwargs["is_unlinked"])
        elif len(self.trail) >= self.limits.pages:
            most = f"{self.limits.pages} pages (DIPLONEWS_WALK_PAGES)"
            self._give_up(url, f"expected the listing's end within {most}, found one page more")
        else:
            yield from self.gate.let_through(following)

    def _read_again(self, before: str, url: str, count: int) -> Iterator[scrapy.Request]:
        """Ask for the page before once more, and for an audit by the next recheck.

        An article stands on two pages because a new one pushed it down. Or two articles of one
        second changed places, and the other one stands on neither page.
        """
        if self.has_read_again:
            return
        self.has_read_again = True
        self.run.archive.surfaces.ask_for_audit()
        self.stats.inc_value("diplonews/recheck_wanted_count")
        logger.info(
            "%s: %s of its articles stand on the page before too: that is looked at again, and "
            "the next recheck goes through all that the site lists",
            url,
            count,
        )
        yield scrapy.Request(
            before,
            self.parse_again,
            errback=self.failed_again,
            cb_kwargs={"page_number": 1},
            priority=PRIORITY,
        )

    def parse_again(self, response: Response, page_number: int) -> None:
        try:
            page = page_of(response)
            listing = read_listing(page, self._confirm, self.themes)
        except LayoutError as error:
            self.doubts.note_trouble(error.url, error.why)
            return
        if is_own(listing, page, self.category, self.address, self.slug):
            blocks = self._blocks(listing, response.url)
            moving = moving_blocks(blocks, self.last_blocks) if len(blocks) > 1 else blocks
            self._note(page_number, moving)
        else:
            self.doubts.note_trouble(response.url, f"{self._expected}, found another")

    def failed_again(self, failure: Failure) -> None:
        request = failure.request  # type: ignore[attr-defined]
        self.doubts.note_trouble(request.url, reason_of(failure))

    # A page that is not the category's, or none.

    def _refuse(self, page_number: int, url: str, why: str) -> Iterator[scrapy.Request]:
        """Take nothing from a page; where the listing has moved, search for it."""
        if page_number == 1 and self.address and not self.has_asked_menus:
            self.doubts.note_trouble(url, why)
            yield self._search_listing()
            return
        yield from self._failed_at(page_number, url, why)

    def _search_listing(self) -> scrapy.Request:
        self.walks.note_address(self.category.slug, self.run.section, None)
        return find([self], self.origin, self.limits.tries)

    def _failed_at(self, page_number: int, url: str, why: str) -> Iterator[scrapy.Request]:
        if page_number == 1 and not self.address:
            yield from self._try_next(f"{url}: {why}")
            return
        self._give_up(url, why)

    def _try_next(self, why: str) -> Iterator[scrapy.Request]:
        if not self.candidates:
            self._give_up(self.origin, f"no listing of {self.category.title!r} found: {why}")
            return
        yield self._request(self.candidates.pop(0), 1)

    def _is_end(self, page_number: int, *, is_unlinked: bool) -> bool:
        """Tell whether a missing page is the listing's end.

        A page that visitors see a link to must be missing in two walks.
        """
        return page_number > 1 and (is_unlinked or self.stuck_at == page_number - 1)

    def _miss(self, page_number: int, url: str, why: str) -> Iterator[scrapy.Request]:
        if self._is_end(page_number, is_unlinked=False):
            self._end(is_sure=False)
        else:
            yield from self._failed_at(page_number, url, why)

    def _end_or_give_up(self, url: str, *, is_unlinked: bool) -> None:
        """End at a page that was read before: some sites show one instead of a 404."""
        if is_unlinked:
            self._end()
        else:
            self._give_up(url, "expected a further page of the listing, found one read before")

    def _give_up(self, url: str, why: str) -> None:
        """Leave the walk unsound: the next one goes down to where the last sound one was."""
        self._note_first_page()
        self.doubts.note_trouble(url, why)

    def _end(self, *, is_sure: bool = True) -> None:
        """Note a sound walk. A walk that may have left out members is not sound.

        Where it is not *is_sure* that this is the end, the next recheck is an audit.
        """
        self._note_first_page()
        if not is_sure:
            self.run.archive.surfaces.ask_for_audit()
        if not self.doubts.may_lack_members:
            self.walks.end(self.category.slug, self.run.number)

    def _confirm(self, urls: Iterable[str]) -> set[str]:
        known_urls = self.walks.known_articles(urls)
        return known_urls | {url for url in urls if alias_key(url) in self.in_rss}

    @property
    def _expected(self) -> str:
        return f"expected the listing of {self.category.title!r}"

    def _kept_address(self) -> str:
        """Return where an earlier run found the listing, if that is on this site."""
        kept = self.walks.address(self.category.slug)
        if kept and not has_this_origin(self.origin, kept):
            logger.warning("%s: is not on %s: it is looked for again", kept, self.origin)
            self.walks.note_address(self.category.slug, self.run.section, None)
            return ""
        return kept

    def _request(self, url: str, page_number: int, *, is_unlinked: bool = False) -> scrapy.Request:
        return scrapy.Request(
            url,
            self.parse,
            errback=self.failed,
            cb_kwargs={"page_number": page_number, "is_unlinked": is_unlinked},
            priority=PRIORITY,
        )
