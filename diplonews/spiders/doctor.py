"""The first look at the live site: a few polite requests, and what they say of it."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from diplonews import diagnosis, site
from diplonews.crawling.answers import page_of, reason_of
from diplonews.crawling.run_spider import Plan, RunSpider
from diplonews.crawling.walk import candidates
from diplonews.diagnosis import Finding
from diplonews.errors import LayoutError
from diplonews.pages.menu import category_links
from diplonews.pages.read import read_article, read_listing
from diplonews.pages.rss import read_entries
from diplonews.pages.sitemap import read_index, read_sitemap
from diplonews.runs.run import Run

ARTICLES = 2


class DoctorSpider(RunSpider):
    """Ask a few pages of each kind and note what was met; `scrapy doctor` shows it."""

    name = "doctor"
    argument_names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, run: Run, plan: Plan, **kwargs: Any) -> None:
        super().__init__(run, plan, **kwargs)
        self.findings: list[Finding] = []
        self.article_urls: list[str] = []

    async def start(self) -> AsyncIterator[Any]:
        yield self._ask("/", self.parse_home, "home page")

    def next_requests(self) -> Sequence[scrapy.Request]:
        urls, self.article_urls = self.article_urls[:ARTICLES], []
        return [self._ask(url, self.parse_article, "article") for url in urls]

    def _ask(self, path: str, callback: Any, topic: str, **values: Any) -> scrapy.Request:
        url = path if "://" in path else f"{self.origin}{path}"
        return scrapy.Request(
            url,
            callback,
            errback=self.failed,
            headers=values.pop("headers", None),
            cb_kwargs=values,
            meta={"handle_httpstatus_all": True, "dont_retry": True, "topic": topic},
        )

    def failed(self, failure: Failure) -> None:
        request = failure.request  # type: ignore[attr-defined]
        topic = request.meta["topic"]
        self.findings.append(diagnosis.of_answer(topic, request.url, None, reason_of(failure)))

    def _is_answered(self, response: Response) -> bool:
        if response.status == 200:
            self.run.site_works = True
            return True
        topic = response.meta["topic"]
        self.findings.append(diagnosis.of_answer(topic, response.url, response.status))
        return False

    def parse_home(self, response: Response) -> Iterator[scrapy.Request]:
        if not self._is_answered(response):
            return  # a site that keeps us out is asked for nothing more
        page = page_of(response)
        links = category_links(page)
        self.findings.append(diagnosis.of_domain(self.origin, response.url))
        self.findings.append(diagnosis.of_theme(page, self.themes))
        named = {url for _, url in links}
        ours = [of for members in site.SECTIONS.values() for of in members]
        wanted = {
            of.slug: next((u for u in candidates(of, links, self.origin) if u in named), "")
            for of in ours
        }
        self.findings += diagnosis.of_categories(links, wanted)
        yield self._ask("/feed/", self.parse_feed, "RSS")
        yield self._ask("/wp-json/", self.parse_rest, "REST")
        yield self._ask(site.SITEMAP_PATHS[0], self.parse_sitemap, "sitemap", left=1)
        for name, members in site.SECTIONS.items():
            url = candidates(members[0], links, self.origin)[0]
            yield self._ask(url, self.parse_listing, f"listing of {name}", name=name)

    def parse_listing(self, response: Response, name: str) -> None:
        if not self._is_answered(response):
            return
        try:
            listing = read_listing(
                page_of(response), self.run.archive.walks.known_articles, self.themes
            )
        except LayoutError as error:
            self._unread(f"listing of {name}", error, "the listings of pages/themes/")
            return
        self.findings += diagnosis.of_listing(name, listing)
        urls = [of.url for of in listing.teasers if site.is_on(self.origin, of.url)]
        self.article_urls += urls[:1]

    def parse_article(self, response: Response) -> None:
        if not self._is_answered(response):
            return
        try:
            page = read_article(page_of(response), self.themes)
        except LayoutError as error:
            self._unread("article", error, "the articles of pages/themes/")
            return
        now = datetime.now(UTC)
        article = page.to_item(url=response.url, fetched_at=now, found_in="")
        self.findings += diagnosis.of_article(page, article)
        self.findings.append(diagnosis.of_slash([article.canonical_url]))

    def parse_feed(self, response: Response) -> Iterator[scrapy.Request]:
        if not self._is_answered(response):
            return
        try:
            entries = len(read_entries(response.url, response.body))
        except LayoutError as error:
            self._unread("RSS", error, "who answers in its place")
            return
        told = {
            n.decode().lower(): (v or [b""])[0].decode("latin-1")
            for n, v in response.headers.items()
        }
        # Only one of them, as a crawl does: a tag that a proxy weakened would spoil both.
        stamps = {"If-Modified-Since": "last-modified", "If-None-Match": "etag"}
        headers = dict([(name, told[of]) for name, of in stamps.items() if told.get(of)][:1])
        has_text = b"content:encoded>" in response.body
        yield self._ask(
            "/feed/", self.parse_feed_again, "RSS", headers=headers, told=told, entries=entries,
            has_text=has_text,
        )  # fmt: skip

    def parse_feed_again(
        self, response: Response, told: dict[str, str], entries: int, has_text: bool
    ) -> None:
        self.findings.append(diagnosis.of_feed(told, entries, has_text, response.status))

    def parse_rest(self, response: Response) -> Iterator[scrapy.Request]:
        if not self._is_answered(response):
            return
        try:
            root = json.loads(response.body)
        except ValueError as error:
            self._unread("REST", error, "who answers in its place")
            return
        path = f"{site.REST_PATH}/posts?per_page=1&_fields=id,modified_gmt&orderby=modified"
        yield self._ask(
            path, self.parse_posts, "REST", root=root if isinstance(root, dict) else {}
        )

    def parse_posts(self, response: Response, root: dict[str, Any]) -> None:
        self.findings += diagnosis.of_rest(root, response.status)

    def parse_sitemap(self, response: Response, left: int) -> Iterator[scrapy.Request]:
        if response.status != 200 and left < len(site.SITEMAP_PATHS):
            yield self._ask(site.SITEMAP_PATHS[left], self.parse_sitemap, "sitemap", left=left + 1)
            return
        if not self._is_answered(response):
            return
        try:
            files = read_index(response.url, response.body)
        except LayoutError as error:
            self._unread("sitemap", error, "who answers in its place")
            return
        posts = next((of for of in files if "post" in of), "")
        if posts:
            yield self._ask(posts, self.parse_posts_sitemap, "sitemap")

    def parse_posts_sitemap(self, response: Response) -> None:
        if not self._is_answered(response):
            return
        try:
            listed = read_sitemap(response.url, response.body)
        except LayoutError as error:
            self._unread("sitemap", error, "who answers in its place")
            return
        dated = sum(of.modified_at is not None for of in listed)
        found = f"{response.url}: {len(listed)} addresses, {dated} with lastmod"
        self.findings.append(Finding("sitemap", found))

    def _unread(self, topic: str, error: Exception, look_at: str) -> None:
        self.findings.append(Finding(topic, str(error), f"look at {look_at}"))
