"""Rechecks: what changed in known articles, and which articles were never found.

A recheck covers the whole site, not one section. It compares a surface (REST, or else the sitemap)
with the archive. Where the site offers neither, or a sitemap without dates, the articles not read
for longest are read again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from diplonews import clock, site
from diplonews.crawling.answers import page_of, reason_of
from diplonews.crawling.asking import NoPage
from diplonews.crawling.rest_and_sitemap import (
    REST,
    Bounds,
    Ended,
    Rest,
    Sitemap,
    Surface,
    is_closed,
)
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.errors import ArchiveError, LayoutError, SettingError
from diplonews.normalise.names import fold
from diplonews.pages.rest import TERM_FIELDS, read_terms
from diplonews.pages.sitemap import sitemaps_in
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

# How long a surface that the site did not offer is left out, if there is another one.
NOT_ASKED = timedelta(days=7)

# After this time a rejected page is asked for again: the site may have mended it. Otherwise a
# fault of all pages, such as one declared address, would reject articles for good.
READ_AGAIN = timedelta(days=7)

# A surface that lacks a larger share of the known articles is not relied on.
MOST_MISSING = 0.5

# The body's class on WordPress's front page.
HOME = frozenset({"home", "blog"})


class RecheckSpider(RunSpider):
    """Find edits, withdrawals, restorations, and articles that no listing showed.

    ``-a confirm=yes`` withdraws the held articles that do not answer this time.
    """

    name = "recheck"
    purpose = "Edits, withdrawals, and what no listing showed"
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "confirm": ("yes", "withdraw what is held as gone, unless it answers")
    }

    def __init__(self, run: Run | None, plan: Plan, **kwargs: Any) -> None:
        super().__init__(run, plan, **kwargs)
        self.ended: Ended | None = None  # the surface that was read
        self.has_asked_directly = False
        self.has_asked_home = False

    @classmethod
    def choose(cls, arguments: Mapping[str, str]) -> Plan:
        confirm = arguments.get("confirm", "no")
        if confirm not in {"yes", "no"}:
            raise SettingError(f"confirm: expected yes or no, found {confirm!r}")
        return Plan(cls.name)

    async def begin(self) -> AsyncIterator[Any]:
        for surface in self._surfaces():
            async for _ in surface.go_through():
                # While a long surface is read, pending articles are read too.
                for request in self.pending_articles.next_requests(None):
                    yield request
            ended = surface.ended
            if ended.is_sound or not ended.is_offered:  # a failure is a trouble instead
                self.logger.info("%s: %s: %s", ended.name, ended.url, ended.why)
            if ended.is_sound:
                self.ended = ended
                await self._want_unknown(ended)
                return
            if ended.is_offered:
                self.run.note_trouble(Kind.LISTING, ended.url, ended.why)
        self.logger.info(
            "%s lists its articles nowhere: the longest unchecked are read", self.origin
        )

    def _surfaces(self) -> list[Surface]:
        """Return the surfaces in the order in which they are tried."""
        stats, bounds = self.crawler.stats, Bounds.from_settings(self.settings)
        audit_seconds = self.settings.getint("DIPLONEWS_AUDIT_SECONDS")
        return in_order(
            [
                Rest(self.run, self.asker, stats, bounds, audit_seconds),
                Sitemap(self.run, self.asker, stats, bounds, self._named_sitemaps()),
            ]
        )

    def _named_sitemaps(self) -> list[str]:
        """Return the sitemaps in the site's robots.txt, as it was last fetched."""
        url = f"{self.origin}/robots.txt"
        robots = self.run.archive.validators.robots_txt(url)
        named = sitemaps_in(url, robots.body) if robots else []
        return [address for address in named if site.is_on(self.origin, address)]

    async def _want_unknown(self, ended: Ended) -> None:
        """Make pending the listed articles of our categories that are not known."""
        surfaces = self.run.archive.surfaces
        if ended.name == REST and surfaces.has_unknown_term():
            await self._ask_terms()
        terms = surfaces.terms() if ended.name == REST else []
        numbers = followed_numbers(terms, self._followed()) if terms else None
        count = surfaces.want_unknown(ended.name, numbers, clock.now(), self._most())
        self.logger.info("%s: %s articles that are not known", ended.name, count)

    async def _ask_terms(self) -> None:
        """Ask REST for its numbers of categories; without them, articles of any are read."""
        query = f"per_page=100&_fields={TERM_FIELDS}"
        url = f"{self.origin}{site.REST_PATH}/categories?{query}"
        terms = await self.asker.ask(url, lambda answer: read_terms(answer.url, answer.body))
        if isinstance(terms, NoPage):
            if not is_closed(terms):
                self.run.note_trouble(Kind.LISTING, terms.url, terms.why)
            return
        # Plugins for translations may list one twice.
        self.run.archive.surfaces.note_terms(
            list({term["number"]: term for term in terms}.values())
        )

    def _followed(self) -> set[str]:
        sections = {category.slug for members in site.SECTIONS.values() for category in members}
        return sections | set(self.run.archive.walks.followed())

    def withdraw_absent(self) -> None:
        super().withdraw_absent()
        if self.run.unwritten:
            return
        slugs = [category.slug for members in site.SECTIONS.values() for category in members]
        try:
            self.run.archive.comparison.note(self.run.number, slugs)
        except ArchiveError as error:
            self.run.unwritten = str(error)

    def next_requests(self) -> Sequence[scrapy.Request]:
        requests = self.pending_articles.next_requests(None)
        if not requests and not self.has_asked_directly:
            self.has_asked_directly = True
            self._want_directly()
            requests = self.pending_articles.next_requests(None)
        if not requests and not self.run.site_works and not self.has_asked_home:
            self.has_asked_home = True
            requests = [scrapy.Request(f"{self.origin}/", self.parse_home, errback=self.no_home)]
        return requests

    def count_waiting(self) -> int:
        return self._count_due(None)

    def parse_home(self, response: Response) -> None:
        """Note that the site answers: then nothing had to be asked, and the run is sound."""
        try:
            is_home = bool(page_of(response).body_classes & HOME)
        except LayoutError:
            is_home = False
        if not is_home:
            self.run.note_trouble(
                Kind.LISTING, response.url, "expected the home page, found another"
            )

    def no_home(self, failure: Failure) -> None:
        self.run.note_trouble(Kind.LISTING, f"{self.origin}/", reason_of(failure))

    def _want_directly(self) -> None:
        """Make pending the articles that no surface lists; when renamed ones are read."""
        now, archive = clock.now(), self.run.archive
        self._want_held()
        archive.waiting.retry_read(now - READ_AGAIN, now, self._most())
        if self.ended is not None and not self._lacks_too_much():
            archive.surfaces.want_missing(self.ended.name, now, self.absences.limits.wait)
        if self.ended is None or not self.ended.has_dates:
            shortest = timedelta(seconds=self.settings.getint("DIPLONEWS_RECHECK_SECONDS"))
            chosen = archive.articles.longest_unchecked(now, self._most(), shortest)
            archive.surfaces.want_articles(chosen, now)

    def _want_held(self) -> None:
        """Make pending the held articles, which may answer again; all of them if confirmed."""
        self.absences.tells_held = True
        held = [missing.id for missing in self.run.archive.withdrawals.held()]
        if self.run.arguments.get("confirm") == "yes":
            self.absences.confirmed = frozenset(held)
            self.logger.info("%s articles are held as gone and asked for again", len(held))
        else:
            held = held[: self._most()]
        self.run.archive.surfaces.want_articles(held, clock.now())

    def _most(self) -> int:
        return self.settings.getint("DIPLONEWS_RECHECK_COUNT")

    def _lacks_too_much(self) -> bool:
        assert self.ended is not None
        share = self.run.archive.surfaces.missing_share(self.ended.name)
        if share > MOST_MISSING:
            self.run.note_trouble(
                Kind.LISTING,
                f"{self.origin} ({self.ended.name})",
                f"expected the articles that are known, found {share:.0%} of them missing: "
                f"none is held for withdrawn",
            )
        return share > MOST_MISSING


def in_order(surfaces: Sequence[Surface]) -> list[Surface]:
    """Return the surfaces in order: those that the site offered come first."""

    def rank(surface: Surface) -> int:
        listed_before = surface.kept_surfaces.find(surface.name)
        if listed_before is None or listed_before.url:
            return 0
        return int(clock.is_recent(listed_before.asked_at, clock.now(), NOT_ASKED))

    return sorted(surfaces, key=rank)


def followed_numbers(terms: Sequence[Any], followed: set[str]) -> set[int]:
    """Return the numbers of the categories *followed* (slugs), and of those below them."""
    titles = {fold(site.CATEGORIES[slug].title) for slug in followed if slug in site.CATEGORIES}
    numbers = {
        term["number"]
        for term in terms
        if term["slug"] in followed or fold(term["title"]) in titles
    }
    while below := {t["number"] for t in terms if t["parent"] in numbers} - numbers:
        numbers |= below
    return numbers
