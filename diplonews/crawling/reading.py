"""Reading articles: from the pending list to the pipelines."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import scrapy
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from diplonews import clock
from diplonews.archive.addresses import Addresses, Holder
from diplonews.archive.pending import Wanted
from diplonews.crawling.absences import NOT_FOUND, Absences, leads_astray
from diplonews.crawling.answers import GONE, page_of, reason_of, says_gone, status_of
from diplonews.crawling.identity import Answer, Claim, Decision, Judging, is_alike
from diplonews.crawling.split import SplitArticle
from diplonews.errors import LayoutError
from diplonews.items import MAKESHIFT_LAYOUTS, Article
from diplonews.lines import as_line
from diplonews.normalise.names import fold
from diplonews.normalise.urls import alias_key
from diplonews.pages.article import ArticlePage
from diplonews.pages.continuation import continue_article
from diplonews.pages.read import read_article
from diplonews.pages.themes import Themes
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind

logger = logging.getLogger(__name__)

# Statuses of a site that does not tell where a post id leads.
REFUSED = {400, 401, 403, 405, 406, 451}

# How many pending URLs are asked for at a time. So ten articles that wait take as much memory as
# ten thousand.
BATCH = 50


class Reading(NamedTuple):
    """An article's page, or the pages of a split article that were read so far."""

    wanted: Wanted
    served: str  # the address of its first page, after redirects
    article: Article
    split: SplitArticle


class Source(NamedTuple):
    """The site, and the themes by which its pages are read."""

    origin: str
    themes: Themes


class PendingArticles:
    """Asks for pending URLs and reads their pages; a split article's pages as one."""

    def __init__(
        self,
        run: Run,
        stats: StatsCollector,
        absences: Absences,
        source: Source,
        most_pages: int,
    ) -> None:
        self.run = run
        self.origin, self.themes = source
        self.stats = stats
        self.most_pages = most_pages  # of a split article
        self.absences = absences
        self.addresses = run.archive.addresses
        self.answers: dict[str, Answer] = {}  # to the questions that decide conflicts

    def next_requests(self, categories: Sequence[str] | None) -> list[scrapy.Request]:
        """Return requests for the next pending URLs that this run has not asked for yet.

        These were sighted in *categories*; ``None`` means all.
        """
        if self.run.is_on_hold:
            return []
        pending = self.run.archive.pending
        due = pending.take(categories, self.run.number, clock.now(), BATCH)
        return [self._request(wanted) for wanted in due]

    def decide_astray(self) -> list[scrapy.Request]:
        """Decide whether addresses that led astray are dead, when all else is answered.

        Where the run read no article well, return requests for articles that must be there.
        """
        if self.run.is_on_hold:
            return []
        requests = [self._request(wanted) for wanted in self.absences.witnesses()]
        if not requests:
            for wanted, why in self.absences.believe():
                self._not_read(wanted, why)
        return requests

    def _request(self, wanted: Wanted) -> scrapy.Request:
        return scrapy.Request(
            wanted.url, self.parse, errback=self.failed, cb_kwargs={"wanted": wanted}
        )

    def parse(self, response: Response, wanted: Wanted) -> Iterator[scrapy.Request | Article]:
        fetched_at = clock.now().replace(microsecond=0)
        try:
            printed = page_of(response)
            if astray := leads_astray(printed):
                self._astray(wanted, response.url, astray)
                return
            page = read_article(printed, self.themes)
            article = page.to_item(url=wanted.url, fetched_at=fetched_at, found_in="")
            self._count_unreadable(page)
        except LayoutError as error:
            self._not_read(wanted, str(error))
            return
        self.run.site_works = True
        if self.run.archive.forgotten.obey(article):
            return
        holder = self.addresses.find_by_id(wanted.article_id)
        is_other = holder is not None and is_another(self.addresses, holder, article, response.url)
        if is_other and alias_key(response.url) != alias_key(wanted.url):
            self._missing(wanted, f"{article.headline!r} is at {response.url}")
            return  # it has an address of its own and is found by that
        before = {} if holder is None or is_other else holder.line
        article.found_in = wanted.category or kept_category(article, before)
        drop_guess(article)
        note_unkept(self.run, article, page)
        split = SplitArticle(self.most_pages)
        split.note(page)
        yield from self._finish(Reading(wanted, response.url, article, split), page)

    def parse_rest(
        self, response: Response, wanted: Wanted, reading: Reading
    ) -> Iterator[scrapy.Request | Article]:
        try:
            page = read_article(page_of(response), self.themes)
            check_same_post(reading.article, page)
        except LayoutError as error:
            self._not_read(wanted, str(error))
            return
        if reading.split.note(page):
            whole = continue_article(reading.article, page)
            reading = reading._replace(article=whole)
        yield from self._finish(reading, page)

    def failed(self, failure: Failure) -> Iterator[scrapy.Request | Article]:
        request = failure.request  # type: ignore[attr-defined]
        wanted: Wanted = request.cb_kwargs["wanted"]
        if self.run.is_on_hold:
            return  # the URL stays pending
        reading: Reading | None = request.cb_kwargs.get("reading")
        is_missing = status_of(failure) in GONE
        if reading and is_missing and self.run.archive.pending.is_given_up(wanted.url):
            reading.split.leave_without(f"{request.url}: {reason_of(failure)}")
            yield from self._claim(reading)
            return
        is_gone = reading is None and says_gone(failure, wanted.url)
        if is_gone and wanted.article_id and self.run.site_works:
            self._missing(wanted, reason_of(failure))
            return
        self._not_read(wanted, reason_of(failure), is_gone=is_gone)

    def _finish(self, reading: Reading, page: ArticlePage) -> Iterator[scrapy.Request | Article]:
        next_url = "" if reading.split.trouble else reading.split.next_url(page)
        if next_url:
            yield scrapy.Request(
                next_url,
                self.parse_rest,
                errback=self.failed,
                cb_kwargs={"wanted": reading.wanted, "reading": reading},
                priority=1,
            )
            return
        yield from self._claim(reading)

    def _claim(self, reading: Reading) -> Iterator[scrapy.Request | Article]:
        """Find out which article was read."""
        claim = Claim(self.addresses, self.origin, reading.article, reading.served)
        yield from self._judge(reading, claim.judge(), None)

    def _judge(
        self, reading: Reading, judging: Judging, answer: Answer | None
    ) -> Iterator[scrapy.Request | Article]:
        """Go on until it is decided which article was read, or until the site has to be asked."""
        try:
            question = next(judging) if answer is None else judging.send(answer)
            while question in self.answers:
                question = judging.send(self.answers[question])
        except StopIteration as ended:
            yield from self._decided(reading, ended.value)
            return
        yield scrapy.Request(
            question,
            self.answered,
            errback=self.unanswered,
            cb_kwargs={"wanted": reading.wanted, "reading": reading, "judging": judging},
            priority=1,
        )

    def answered(
        self, response: Response, wanted: Wanted, reading: Reading, judging: Judging
    ) -> Iterator[scrapy.Request | Article]:
        assert response.request is not None
        answer = read_answer(response, self.themes)
        self.answers[_asked(response.request)] = answer
        yield from self._judge(reading, judging, answer)

    def unanswered(self, failure: Failure) -> Iterator[scrapy.Request | Article]:
        request = failure.request  # type: ignore[attr-defined]
        if self.run.is_on_hold:
            return  # which article it is stays open; its URL stays pending
        answer = no_answer(failure, _asked(request))
        self.answers[_asked(request)] = answer
        arguments = request.cb_kwargs
        yield from self._judge(arguments["reading"], arguments["judging"], answer)

    def _decided(self, reading: Reading, decision: Decision) -> Iterator[Article]:
        wanted, now = reading.wanted, clock.now()
        self._note_conflicts(decision, now)
        if decision.is_open:
            self._not_read(wanted, decision.why)
        elif decision.is_accepted:
            if wanted.article_id and wanted.article_id != decision.id:
                self._missing(wanted, f"{decision.id} is at {reading.served}")
            if reading.split.trouble:
                self.run.note_trouble(Kind.ARTICLE, wanted.url, reading.split.trouble)
            self.stats.inc_value("diplonews/article_count")
            self.absences.well_count += 1
            note_fallback(self.run, reading.article)
            yield reading.article
        elif decision.form_of:
            self.addresses.note_form(wanted.url, decision.form_of)
        else:
            self._refuse(wanted.url, reading.article, decision.why, now)

    def _note_conflicts(self, decision: Decision, now: datetime) -> None:
        for conflict in decision.conflicts:
            self.run.note_trouble(Kind.REJECTED, conflict.url, conflict.why)
        for url, article_id in decision.displaced:
            self.addresses.free(url, article_id)
        for page, why in decision.refused:
            self.run.note_trouble(Kind.REJECTED, page.url, why)
            self._refuse(page.url, page, why, now)
        for url in decision.wanted:
            self.addresses.want(url, now)

    def _refuse(self, url: str, article: Article, why: str, now: datetime) -> None:
        """Reject a page; keep what was read of it."""
        pending = self.run.archive.pending
        pending.reject(url, self.run.number, why, now, as_line(article))
        holder = self.addresses.leads_to(url)
        if holder is not None and alias_key(url) not in holder.homes:
            self.addresses.free(url, holder.id)

    def _missing(self, wanted: Wanted, why: str) -> None:
        """Note that a known article is not at this address; ask at its own, if that is another."""
        holder = self.addresses.find_by_id(wanted.article_id)
        if holder is None or holder.lives_at(alias_key(wanted.url)):
            self.absences.note(wanted, why)
            return
        logger.info("%s: it does not lead to %s: %s", wanted.url, holder.name, why)
        self.addresses.want_home(wanted.url, holder, clock.now())

    def _astray(self, wanted: Wanted, url: str, kind: str) -> None:
        """Note that an address leads to a page that shows no article: it may be dead.

        Without a redirect, the site shows a wrong page there, which says nothing of the article
        (docs/decisions/0022). Only the site's own 404 page does.
        """
        why = f"{url}: expected an article, found {kind}"
        is_dead = kind == NOT_FOUND or alias_key(url) != alias_key(wanted.url)
        if is_dead and wanted.article_id:
            self.absences.doubt(wanted, why)
        else:
            self._not_read(wanted, why, is_gone=is_dead)

    def _count_unreadable(self, page: ArticlePage) -> None:
        """Count and log what the page says in a form that cannot be read."""
        for sentence in page.unreadable:
            name = sentence.partition(":")[0]
            self.stats.inc_value(f"diplonews/{name}/passed_over")
            logger.info("%s: passed over %s", page.page.url, sentence)

    def _not_read(self, wanted: Wanted, why: str, *, is_gone: bool = False) -> None:
        url, now = wanted.url, clock.now()
        if is_gone and not wanted.article_id and self.run.archive.pending.is_given_up(url):
            self.run.archive.pending.reject(url, self.run.number, why, now)
            self.run.note_trouble(Kind.REJECTED, url, why)
            return
        self.run.archive.pending.note_failure(url, why, now)
        self.run.note_trouble(Kind.ARTICLE, url, why.removeprefix(f"{url}: "))


def drop_guess(article: Article) -> None:
    """Believe the page and not the listing, where the theme is unknown.

    The members of such a listing are a guess: a sidebar's articles may be among them.
    """
    slugs = {category.slug for category in article.categories}
    if article.layout in MAKESHIFT_LAYOUTS and slugs and article.found_in not in slugs:
        article.found_in = ""


def note_fallback(run: Run, article: Article) -> None:
    """Report an article that was read without its theme's layout."""
    if article.layout in MAKESHIFT_LAYOUTS:
        sources = ("theme", "page")
        fields = ", ".join(name for name, source in article.read_from.items() if source in sources)
        run.note_trouble(Kind.FALLBACK, article.url, f"read without the theme: {fields}")


def note_unkept(run: Run, article: Article, page: ArticlePage) -> None:
    """Report the values of an article that could not be read."""
    for name, error in page.unkept.items():
        why = f"kept without {name}: {type(error).__name__}: {error}"
        run.note_trouble(Kind.VALUE, article.url, why, error)


def is_another(addresses: Addresses, holder: Holder, article: Article, served: str) -> bool:
    """Tell whether a page at *holder*'s address shows another article.

    WordPress redirects a dead address to some post whose slug begins in the same way.
    """
    if None not in (holder.post_id, article.post_id):
        return holder.post_id != article.post_id
    if alias_key(served) in holder.homes:
        return False
    other = addresses.find_by_url(served)
    return other.id != holder.id if other is not None else not is_alike(holder.line, article)


def kept_category(article: Article, before: Mapping[str, Any]) -> str:
    """Return the category whose listing led to the article when it was first read.

    Empty where its page names other categories than *before*: the site filed it elsewhere.
    """
    slugs = [category.slug for category in article.categories]
    is_same = slugs == [category["slug"] for category in before.get("categories") or []]
    return str(before.get("found_in") or "") if is_same or not slugs else ""


def check_same_post(article: Article, page: ArticlePage) -> None:
    """Raise ``LayoutError`` unless *page* is a further page of *article*.

    Without post ids, the same headline has to do.
    """
    is_same = page.post_id == article.post_id
    if is_same and page.post_id is None:
        is_same = fold(page.headline) == fold(article.headline)
    if not is_same:
        raise LayoutError(
            page.page.url,
            f"expected a further page of post {article.post_id} "
            f"({article.headline!r}), found post {page.post_id} ({page.headline!r})",
        )


def read_answer(response: Response, themes: Themes) -> Answer:
    """Return what an address shows; it was asked for to decide a conflict."""
    try:
        printed = page_of(response)
        if astray := leads_astray(printed):
            return Answer(response.url, why=f"{response.url}: expected an article, found {astray}")
        page = read_article(printed, themes)
    except LayoutError as error:
        return Answer(response.url, why=str(error))
    now = clock.now().replace(microsecond=0)
    return Answer(response.url, page.to_item(url=response.url, fetched_at=now, found_in=""))


def no_answer(failure: Failure, url: str) -> Answer:
    """Return why there was no answer: for good (robots.txt, 403), or only this time."""
    status = status_of(failure)
    is_refused = status in REFUSED  # an answer with a bad status is an IgnoreRequest too
    if status is None:
        is_refused = isinstance(failure.value, IgnoreRequest)
    is_gone = says_gone(failure, url)
    why = f"{url}: {reason_of(failure)}"
    return Answer(is_gone=is_gone, is_failed=not (is_gone or is_refused), why=why)


def _asked(request: scrapy.Request) -> str:
    """Return the address that was asked for, before any redirect."""
    urls: list[str] = request.meta.get("redirect_urls", [])
    return urls[0] if urls else request.url
