"""The replica as a server on loopback: which address gives which answer."""

import asyncio
import re
import socket
import struct
import threading
from collections.abc import Sequence
from dataclasses import KW_ONLY, InitVar, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from aiohttp import web

from diplonews import clock, site
from diplonews.demo import faults, machine_answers
from diplonews.demo.faults import Fault
from diplonews.demo.machine_answers import Answer
from diplonews.demo.posts import Post
from diplonews.demo.themes import THEMES
from diplonews.demo.themes.post_view import Listing, Shop
from diplonews.demo.truth import permalink, truth_of
from diplonews.demo.wordpress import Term, WordPress

PAGE = re.compile(r"^(?P<path>.*?)/?page/(?P<number>\d+)/$")
HERO_SIZE = 4
SIDEBAR_SIZE = 12
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)


@dataclass(frozen=True)
class Request:
    """A request that the replica was asked, and the status it gave."""

    method: str
    path: str  # with the query
    status: int
    headers: dict[str, str]  # lower-case names
    at: datetime


@dataclass(eq=False)
class Replica:
    """A site like the real one, on a port of this machine, while the ``with`` block lasts.

    It can be edited while it runs, knows the truth of every article, and fails on purpose.
    """

    articles: InitVar[int] = 400
    seed: InitVar[int] = 1
    theme: str = "jnews"  # or "jnews-elementor", "plain", "renamed"
    _: KW_ONLY
    nested: InitVar[bool] = True
    now: InitVar[datetime | None] = None
    port: int = 0
    page_size: int = 10
    pagination: str = "nav"  # or "loadmore", "nextprev"
    hero: bool = True
    sitemap: str = "core"  # or "core-6.1", without dates

    def __post_init__(self, articles: int, seed: int, nested: bool, now: datetime | None) -> None:
        self.wordpress = WordPress(articles, seed, is_nested=nested, now=now)
        self.hero = self.hero and self.theme in {"jnews", "renamed"}
        self.feed_open = self.rest_open = self.sitemap_open = True
        self.weaken_etags = False
        self.robots_txt = ""  # another one than WordPress's own
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.render = Random()  # unseeded: what differs at every rendering must differ
        self.lock = threading.RLock()
        self.failure: Exception | None = None

    # While it runs.

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self._serve, args=[started], daemon=True)
        self.thread.start()
        started.wait()
        if self.failure is not None:
            raise OSError(f"the replica could not listen on 127.0.0.1: {self.failure!r}")
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _serve(self, started: threading.Event) -> None:
        try:
            self.loop.run_until_complete(self._listen(started))
        except Exception as error:  # of any kind: the waiting thread must get it
            self.failure = error
        finally:
            started.set()
            self.loop.close()

    async def _listen(self, started: threading.Event) -> None:
        self.stopping = asyncio.Event()
        runner = web.ServerRunner(
            web.Server(self._answer), handle_signals=False, shutdown_timeout=0.1
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self.port).start()
            self.port = runner.addresses[0][1]
            started.set()
            await self.stopping.wait()
        finally:
            await runner.cleanup()

    # What editors do.

    def publish(self, categories: Sequence[str] = ("ghana",), **fields: Any) -> int:
        """Publish a post now, or back-dated with ``published_at``; return its id."""
        with self.lock:
            return self.wordpress.publish(categories, **fields)

    def edit(self, post_id: int, **fields: Any) -> None:
        """Change a post's ``headline`` or ``standfirst``, or put a ``paragraph`` after it."""
        with self.lock:
            self.wordpress.edit(post_id, **fields)

    def touch(self, post_id: int) -> None:
        """Save a post with nothing but its white space changed."""
        with self.lock:
            self.wordpress.touch(post_id)

    def withdraw(self, post_id: int) -> None:
        with self.lock:
            self.wordpress.withdraw(post_id)

    def restore(self, post_id: int) -> None:
        with self.lock:
            self.wordpress.restore(post_id)

    def rename(self, post_id: int, slug: str = "") -> str:
        with self.lock:
            return self.wordpress.rename(post_id, slug)

    def recategorise(self, post_id: int, categories: Sequence[str]) -> None:
        with self.lock:
            self.wordpress.recategorise(post_id, categories)

    # What is asked of it, and what is true of it.

    def truth(self, section: str = "") -> dict[int, dict[str, Any]]:
        """Return what a careful person would note of each public post, by post id.

        With *section*, of those in that section's categories only.
        """
        with self.lock:
            slugs = [c.slug for c in site.SECTIONS[section]] if section else [""]
            posts = {post.id: post for slug in slugs for post in self.wordpress.public(slug)}
            in_rss = {post.id for post in self.wordpress.public("")[: machine_answers.PER_FEED]}
            return {
                number: truth_of(
                    self.wordpress, post, self.origin, self.theme, is_in_rss=number in in_rss
                )
                for number, post in posts.items()
            }

    def pages(self, post_id: int) -> dict[str, bytes]:
        """Return the pages of a post as served, by address: one, unless it is split."""
        with self.lock:
            post = self.wordpress.posts[post_id]
            paths = [
                f"/{post.slug}/",
                *(f"/{post.slug}/{n + 1}/" for n in range(1, len(post.pages))),
            ]
            return {self.origin + path: self._honest(path, {}).body for path in paths}

    def clear_requests(self) -> None:
        self.requests.clear()

    def fail(self, path: str = "", **how: Any) -> Fault:
        """Fail requests whose path matches *path*, a regular expression; see ``Fault``."""
        fault = Fault(path, **how)
        self.faults.append(fault)
        return fault

    def heal(self) -> None:
        self.faults.clear()

    # Answering.

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path_qs
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self.lock:
            fault = next((fault for fault in self.faults if fault.strikes(path)), None)
            if fault is None or fault.kind in {faults.RESET, faults.TRUNCATE, faults.SLOW}:
                answer = self._honest(path, headers)
            else:
                answer = fault.answer(path, lambda: self._honest(path, headers))
        asked = Request(request.method, path, answer.status, headers, clock.now())
        self.requests.append(asked)
        if fault is not None and fault.kind == faults.RESET:
            return self._reset(request)
        if fault is not None and fault.kind == faults.SLOW:
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == faults.TRUNCATE:
            return await self._truncate(request, answer)
        date = format_datetime(clock.now().astimezone(UTC), usegmt=True)
        sent = {"Content-Type": answer.kind, "Date": date, **answer.headers}
        return web.Response(status=answer.status, body=answer.body, headers=sent)

    @staticmethod
    def _reset(request: web.BaseRequest) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        return web.Response()

    @staticmethod
    async def _truncate(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(status=answer.status)
        response.content_length = len(answer.body) + 1
        response.headers["Content-Type"] = answer.kind
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
        assert request.transport is not None
        request.transport.close()
        return response

    def _honest(self, path: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(path)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        return self._by_query(asked) or self._by_path(unquote(parts.path), asked, headers)

    def _by_query(self, asked: dict[str, str]) -> Answer | None:
        number = asked.get("p", "")
        post = self.wordpress.posts.get(int(number)) if number.isdecimal() else None
        return self._redirect_to(post) if post is not None and post.is_public else None

    def _by_path(self, path: str, asked: dict[str, str], headers: dict[str, str]) -> Answer:
        if path == "/robots.txt":
            return machine_answers.robots(self.origin, self.robots_txt)
        if path.startswith("/wp-content/"):
            return Answer(200, PIXEL, "image/gif")
        if path.startswith("/wp-json"):
            return self._rest(path, asked)
        if path.endswith(".xml"):
            return self._sitemap(path)
        if not path.endswith("/"):
            return Answer(301, headers={"Location": f"{path}/"})
        if path.endswith("/feed/"):
            return self._feed(path.removesuffix("feed/"), int(asked.get("paged", "1")), headers)
        if path == "/":
            return self._page(THEMES[self.theme].home(self._shop(), self.wordpress.public()))
        if path.startswith("/category/"):
            return self._listing(path.removeprefix("/category/"))
        return self._article(path)

    def _shop(self) -> Shop:
        return Shop(
            self.wordpress, self.origin, self.pagination, self.hero, self.page_size, self.render
        )

    @staticmethod
    def _page(text: str) -> Answer:
        return Answer(200, text.encode())

    def _not_found(self) -> Answer:
        text = THEMES[self.theme].not_found(self._shop(), self.wordpress.public())
        return Answer(404, text.encode())

    def _redirect_to(self, post: Post) -> Answer:
        return Answer(301, headers={"Location": permalink(self.origin, post)})

    def _term(self, path: str) -> Term | None:
        """Return the term WordPress finds by the last part of the path, whatever its case."""
        return self.wordpress.terms.get(path.strip("/").rpartition("/")[2].lower())

    def _feed(self, path: str, number: int, headers: dict[str, str]) -> Answer:
        if not self.feed_open:
            return self._not_found()
        term = self._term(path) if path.startswith("/category/") else None
        if path != "/" and term is None:
            return self._not_found()
        channel = machine_answers.Channel(
            wordpress=self.wordpress,
            origin=self.origin,
            title=term.title if term else "Diplomatic Info",
            posts=self.wordpress.public(term.slug if term else ""),
        )
        return machine_answers.feed(channel, number, headers, weakens_etags=self.weaken_etags)

    def _rest(self, path: str, asked: dict[str, str]) -> Answer:
        if not self.rest_open:
            return Answer(401, b'{"code":"rest_forbidden"}', "application/json; charset=UTF-8")
        if path.rstrip("/") == "/wp-json":
            return machine_answers.rest_root(self.origin)
        if path.rstrip("/") == "/wp-json/wp/v2/posts":
            return machine_answers.rest_posts(self.wordpress, self.origin, asked)
        if path.rstrip("/") == "/wp-json/wp/v2/categories":
            return machine_answers.rest_categories(self.wordpress, self.origin)
        number = path.removeprefix("/wp-json/wp/v2/posts/").strip("/")
        if number.isdecimal():
            return machine_answers.rest_post(self.wordpress, self.origin, int(number), asked)
        return Answer(404, b'{"code":"rest_no_route"}', "application/json; charset=UTF-8")

    def _sitemap(self, path: str) -> Answer:
        if not self.sitemap_open:
            return self._not_found()
        if path == "/sitemap.xml":
            return Answer(301, headers={"Location": f"{self.origin}/wp-sitemap.xml"})
        if path == "/wp-sitemap.xml":
            return machine_answers.sitemap_index(self.wordpress, self.origin)
        number = re.fullmatch(r"/wp-sitemap-posts-post-(\d+)\.xml", path)
        if number is None:
            return self._not_found()
        has_lastmod = self.sitemap == "core"
        return machine_answers.sitemap(
            self.wordpress, self.origin, int(number[1]), has_lastmod=has_lastmod
        )

    def _listing(self, path: str) -> Answer:
        match = PAGE.match(path)
        number = int(match["number"]) if match else 1
        term = self._term(match["path"] if match else path)
        if term is None:
            return self._not_found()
        posts = self.wordpress.public(term.slug)
        if number > 1 and number > -(-len(posts) // self.page_size):
            return self._not_found()
        hero = posts[:HERO_SIZE] if self.hero else []
        start = len(hero) + (number - 1) * self.page_size
        count = -(-max(len(posts) - len(hero), 0) // self.page_size)
        shown = Listing(
            term, number, max(count, number if count else 0), hero,
            posts[start : start + self.page_size], self.wordpress.public()[:SIDEBAR_SIZE],
        )  # fmt: skip
        return self._page(THEMES[self.theme].listing(self._shop(), shown))

    def _article(self, path: str) -> Answer:
        slug, _, rest = path.strip("/").partition("/")
        post = self.wordpress.named(slug)
        if post is None:
            likely = self.wordpress.likely_post(slug)
            return self._redirect_to(likely) if likely else self._not_found()
        number = int(rest) if rest.isdecimal() else 1
        if number > len(post.pages):
            return self._redirect_to(post) if len(post.pages) == 1 else self._not_found()
        sidebar = self.wordpress.public()[:SIDEBAR_SIZE]
        return self._page(THEMES[self.theme].article(self._shop(), post, number, sidebar))
