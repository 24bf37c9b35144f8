"""Absences: known articles that a run does not find, and what comes of them at its end.

A 404 or 410 at the article's own address is an absence at once. A dead address may also redirect
to the home page, a category or a search. That is an absence only if the run reads other articles
well. If it has read none by the end, it asks for articles that must be there. A front page or a
list at the address itself says nothing (docs/decisions/0022).
"""

import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from diplonews import clock
from diplonews.archive.pending import Wanted
from diplonews.archive.withdrawals import WINDOW, WithdrawalLimits, WithdrawalResult
from diplonews.errors import ArchiveError
from diplonews.pages.select import Page
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

logger = logging.getLogger(__name__)

# The classes that WordPress gives the body of pages with many articles, and of pages with none.
NOT_FOUND = "error404"
NO_ARTICLE = frozenset({"archive", "blog", "category", NOT_FOUND, "home", "search", "tag"})
NUMBER = re.compile(r"postid-[1-9]\d*")

# Where WordPress has its listings, unless a site moves them.
LISTINGS = ("/category/", "/tag/", "/author/", "/page/", "/search/")

# How many articles that must be there a run asks for, to see whether the site is well.
WITNESSES = 2


class Absences:
    """The known articles that this run did not find at their addresses."""

    def __init__(self, run: Run, stats: StatsCollector, limits: WithdrawalLimits) -> None:
        self.run = run
        self.stats = stats
        self.limits = limits
        self.well_count = 0  # of articles read in this run
        self.absent_urls: dict[str, str] = {}  # the address of each absent article, by id
        self.astray: list[tuple[Wanted, str]] = []  # addresses that lead astray, and why
        self.confirmed: frozenset[str] = frozenset()
        self.tells_held = False  # whether the report names what earlier runs held
        self.has_asked_witnesses = False

    def note(self, wanted: Wanted, why: str) -> None:
        """Note that a known article is not at its address."""
        assert wanted.article_id is not None
        now = clock.now()
        is_live = self.run.archive.withdrawals.note_absence(
            wanted.article_id, self.run.number, now
        )
        logger.info("%s: %s: %s", wanted.url, "absent" if is_live else "withdrawn before", why)
        if is_live and wanted.article_id not in self.absent_urls:
            self.absent_urls[wanted.article_id] = wanted.url
            self.stats.inc_value("diplonews/absent_count")

    def doubt(self, wanted: Wanted, why: str) -> None:
        """Note that a known article's address leads to a page that shows no article."""
        self.astray.append((wanted, why))

    def believe(self) -> list[tuple[Wanted, str]]:
        """Note as absent what leads astray, if the site is well; else return it."""
        doubted, self.astray = self.astray, []
        if not self.well_count:
            return doubted
        for wanted, why in doubted:
            self.note(wanted, why)
        return []

    def witnesses(self) -> Sequence[Wanted]:
        """Return live articles that show whether the site is well; only the first time."""
        if not self.astray or self.well_count or self.has_asked_witnesses:
            return []
        self.has_asked_witnesses = True
        return self.run.archive.withdrawals.present(
            {*self.absent_urls, *(wanted.article_id or "" for wanted, _ in self.astray)}, WITNESSES
        )

    def withdraw(self, origin: str) -> None:
        """Withdraw what is gone, or hold it and report it where that would be too much."""
        if self.run.unwritten or not (self.absent_urls or self.tells_held):
            return
        try:
            result = self.run.archive.withdrawals.withdraw_absent(
                self.absent_urls, self.run.number, clock.now(), self.limits, self.confirmed
            )
            for missing in result.withdrawn:
                logger.info("%s: withdrawn: another run found it absent too", missing.url)
                self.stats.inc_value("diplonews/withdrawn_count")
            if result.held or self.tells_held:
                self._tell_held(origin, result)
        except ArchiveError as error:
            self.run.unwritten = str(error)

    def _tell_held(self, origin: str, result: WithdrawalResult) -> None:
        held, limits = self.run.archive.withdrawals.held(), self.limits
        if not held:
            return
        hours = WINDOW.total_seconds() / 3600
        why = (
            f"{len(held)} articles are held, and none of them is withdrawn: expected at most "
            f"{limits.most} withdrawals in {hours:.0f} hours, or {limits.share:.0%} of "
            f"{result.live} live articles, found {result.expected}. Look at some of them in "
            "a browser. If they are really gone, `scrapy crawl recheck -a confirm=yes`"
        )
        self.run.note_trouble(Kind.HELD, origin, why)
        for missing in held:
            self.run.note_trouble(Kind.HELD, missing.url, f"{missing.id} is held as gone")


def withdrawal_limits(settings: BaseSettings) -> WithdrawalLimits:
    """Return the limits of withdrawals from the settings."""
    return WithdrawalLimits(
        timedelta(seconds=settings.getint("DIPLONEWS_WITHDRAW_SECONDS")),
        settings.getint("DIPLONEWS_WITHDRAW_MOST"),
        settings.getfloat("DIPLONEWS_WITHDRAW_SHARE"),
    )


def leads_astray(page: Page) -> str:
    """Return the kind of a page that shows no article: "home", "search", …; else empty.

    A dead address may redirect to such a page, or show it itself.
    """
    parts = urlsplit(page.url)
    asked = parse_qs(parts.query)
    kinds = page.body_classes
    if "s" in asked and "single" not in kinds:  # social networks add it to links of articles too
        return "search"
    if parts.path in {"", "/"} and "p" not in asked:
        return "home"
    if parts.path.startswith(LISTINGS):
        return "category"
    # Themes may remove classes or add their own, but they leave the post id that WordPress prints.
    is_article = "single" in kinds or any(map(NUMBER.fullmatch, kinds))
    if NOT_FOUND in kinds and not is_article:
        return NOT_FOUND
    return "" if is_article else min(kinds & NO_ARTICLE, default="")
