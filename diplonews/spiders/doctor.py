"""The doctor: a few polite requests to the live site, and what they show."""

import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import scrapy
from scrapy.http import Response

from diplonews import clock, diagnosis, site
from diplonews.crawling.answers import page_of
from diplonews.crawling.asking import ANY, OK, NoPage
from diplonews.crawling.listing_search import candidates
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.diagnosis import Finding
from diplonews.errors import LayoutError
from diplonews.items import Article
from diplonews.pages.article import ArticlePage
from diplonews.pages.listing import ListingPage
from diplonews.pages.menu import category_links
from diplonews.pages.read import read_article, read_listing
from diplonews.pages.rss import read_entries
from diplonews.pages.select import Page
from diplonews.pages.sitemap import read_index, read_sitemap
from diplonews.runs.run import Run

ARTICLES = 2
SOMEBODY_ELSE = "who answers in its place"


class Terms(NamedTuple):
    """Which statuses count as an answer, and which headers a request has."""

    statuses: Collection[int] = OK
    headers: Mapping[str, str] | None = None


Read = TypeVar("Read")


class Rss(NamedTuple):
    """What the doctor learns of the RSS."""

    headers: dict[str, str]  # with small names
    entries: int
    has_text: bool


class DoctorSpider(RunSpider):
    """Ask for a few pages of each kind and note findings; `scrapy doctor` shows them."""

    name = "doctor"

    def __init__(self, run: Run | None, plan: Plan, **kwargs: Any) -> None:
        super().__init__(run, plan, **kwargs)
        self.findings: list[Finding] = []

    async def begin(self) -> AsyncIterator[Any]:
        home = await self._ask("home page", "/", lambda answer: (answer.url, page_of(answer)))
        if home is not None:  # a site that refuses us is asked for nothing more
            links = self._check_home(*home)
            await self._check_rss()
            await self._check_rest()
            await self._check_sitemap()
            await self._check_sections(links)
        for request in self.next_requests():
            yield request

    def next_requests(self) -> Sequence[scrapy.Request]:
        return []

    async def _ask(
        self,
        topic: str,
        path: str,
        read: Callable[[Response], Read],
        look_at: str = SOMEBODY_ELSE,
        terms: Terms | None = None,
    ) -> Read | None:
        """Ask for a page and return what *read* makes of it; note a finding where it fails."""
        url = path if "://" in path else f"{self.origin}{path}"
        statuses, headers = terms or Terms()
        answer = await self.asker.ask(
            url, read, statuses=statuses, headers=headers, may_retry=False
        )
        if not isinstance(answer, NoPage):
            self.run.site_works = True
            return answer
        if answer.status == 200:  # something else answered
            finding = Finding(topic, f"{answer.url}: {answer.why}", f"look at {look_at}")
        else:
            finding = diagnosis.check_answer(topic, answer.url, answer.status, answer.why)
        self.findings.append(finding)
        return None

    def _check_home(self, url: str, page: Page) -> list[tuple[str, str]]:
        """Return titles and addresses of the categories in its menus."""
        links = list(category_links(page))
        self.findings.append(diagnosis.check_domain(self.origin, url))
        self.findings.append(diagnosis.check_theme(page, self.themes))
        named = {address for _, address in links}
        categories = [category for members in site.SECTIONS.values() for category in members]
        wanted = {
            category.slug: next(
                (
                    address
                    for address in candidates(category, links, self.origin)
                    if address in named
                ),
                "",
            )
            for category in categories
        }
        self.findings += diagnosis.check_categories(links, wanted)
        return links

    async def _check_rss(self) -> None:
        rss = await self._ask("RSS", "/feed/", _read_rss)
        if rss is None:
            return
        # Only one condition, as in a crawl: an ETag that a proxy weakened would defeat both.
        stamps = {"If-Modified-Since": "last-modified", "If-None-Match": "etag"}
        sent = [
            (name, rss.headers[header])
            for name, header in stamps.items()
            if rss.headers.get(header)
        ]
        second = await self._ask(
            "RSS", "/feed/", lambda answer: answer.status, terms=Terms(ANY, dict(sent[:1]))
        )
        if second is not None:
            finding = diagnosis.check_rss(rss.headers, rss.entries, rss.has_text, second)
            self.findings.append(finding)

    async def _check_rest(self) -> None:
        root = await self._ask("REST", "/wp-json/", _read_json)
        if root is None:
            return
        path = f"{site.REST_PATH}/posts?per_page=1&_fields=id,modified_gmt&orderby=modified"
        status = await self._ask("REST", path, lambda answer: answer.status, terms=Terms(ANY))
        if status is not None:
            self.findings += diagnosis.check_rest(root, status)

    async def _check_sitemap(self) -> None:
        *others, last = site.SITEMAP_PATHS
        files: list[str] | None = None
        for path in others:
            answer = await self.asker.ask(f"{self.origin}{path}", _read_index, may_retry=False)
            if not isinstance(answer, NoPage):
                files = answer
                break
        if files is None:
            files = await self._ask("sitemap", last, _read_index)
        posts = next((file for file in files or [] if "post" in file), "")
        if not posts:
            return
        listed = await self._ask("sitemap", posts, lambda it: read_sitemap(it.url, it.body))
        if listed is not None:
            dated = sum(entry.modified_at is not None for entry in listed)
            summary = f"{posts}: {len(listed)} addresses, {dated} with lastmod"
            self.findings.append(Finding("sitemap", summary))

    async def _check_sections(self, links: Sequence[tuple[str, str]]) -> None:
        """Read one listing of each section, and the first articles of some."""
        article_urls: list[str] = []
        for name, members in site.SECTIONS.items():
            url = candidates(members[0], links, self.origin)[0]
            topic, layouts = f"listing of {name}", "the listings of pages/themes/"
            listing = await self._ask(topic, url, self._read_listing, layouts)
            if listing is None:
                continue
            self.findings += diagnosis.check_listing(name, listing)
            urls = [
                teaser.url for teaser in listing.teasers if site.is_on(self.origin, teaser.url)
            ]
            article_urls += urls[:1]
        for url in article_urls[:ARTICLES]:
            await self._check_article(url)

    async def _check_article(self, url: str) -> None:
        read = await self._ask("article", url, self._read_article, "the articles of pages/themes/")
        if read is not None:
            page, article = read
            self.findings += diagnosis.check_article(page, article)
            self.findings.append(diagnosis.check_slash([article.canonical_url]))

    def _read_listing(self, response: Response) -> ListingPage:
        known_articles = self.run.archive.walks.known_articles
        return read_listing(page_of(response), known_articles, self.themes)

    def _read_article(self, response: Response) -> tuple[ArticlePage, Article]:
        page = read_article(page_of(response), self.themes)
        now = clock.now()
        return page, page.to_item(url=response.url, fetched_at=now, found_in="")


def _read_rss(response: Response) -> Rss:
    entries = read_entries(response.url, response.body)
    headers = {
        name.decode().lower(): (values or [b""])[0].decode("latin-1")
        for name, values in response.headers.items()
    }
    return Rss(headers, len(entries), b"content:encoded>" in response.body)


def _read_json(response: Response) -> dict[str, Any]:
    """Return REST's root object; an empty one where the root is something else."""
    try:
        root = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise LayoutError(response.url, f"expected JSON, found none: {error}") from error
    return root if isinstance(root, dict) else {}


def _read_index(response: Response) -> list[str]:
    return read_index(response.url, response.body)
