"""Pages that broke on their way: cut off, shuffled, with bytes flipped, or said over and over.

Each reader gives what it reads or one of our errors with the address in it, in bounded time.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from time import process_time
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diplonews.demo import Replica
from diplonews.errors import DiplonewsError
from diplonews.pages.body import read_content
from diplonews.pages.menu import category_links
from diplonews.pages.read import (
    read_article_without_layout,
    read_listing_by_layout,
    read_listing_without_layout,
)
from diplonews.pages.rest import read_posts, read_terms
from diplonews.pages.rss import read_entries
from diplonews.pages.select import Page, only
from diplonews.pages.sitemap import read_index, read_sitemap
from diplonews.pages.themes import THEMES
from tests.support.readers import NOW, parse

EXAMPLES = int(os.environ.get("DIPLONEWS_EXAMPLES", "60"))
MOST_TIMES = 10
FLOOR = 0.005  # seconds: below, the clock and the collector say more than the page

# Of one thing in a row. A square would show as sixteen times; deeper nesting is the parser's own.
COUNTS = (250, 1_000)

Read = Callable[[str, bytes], object]


def read_listing(url: str, body: bytes) -> object:
    listing = read_listing_by_layout(Page(url, body))
    return (
        listing.teasers, listing.next_url, listing.page_count, listing.slug, listing.title,
        listing.has_scripted_pagination, listing.is_of("mali", "Mali"),
    )  # fmt: skip


def read_menu(url: str, body: bytes) -> object:
    return category_links(Page(url, body))


LISTINGS = ("/category/ecowas/", "/category/ecowas/mali/")


def read_by_fallback(url: str, body: bytes) -> object:
    page = read_article_without_layout(Page(url, body))
    return page.to_item(url=url, fetched_at=NOW, found_in="")


def read_listing_by_fallback(url: str, body: bytes) -> object:
    listing = read_listing_without_layout(Page(url, body), set)
    return listing.teasers, listing.next_url, listing.is_of("mali", "Mali")


READERS: dict[str, tuple[Read, str, tuple[str, ...]]] = {
    "article": (parse, "*/article-*.html", ()),
    "listing": (
        read_listing,
        "*/category-*.html",
        ("/category/ecowas/", "/category/ecowas/mali/"),
    ),
    "unknown article": (read_by_fallback, "*/article-*.html", ()),
    "unknown listing": (read_listing_by_fallback, "*/category-*.html", LISTINGS),
    "menu": (read_menu, "*/home.html", ("/",)),
    "rss": (read_entries, "*/feed-site.xml", ("/feed/",)),
    "sitemap": (read_sitemap, "*/*sitemap*1.xml", ("/wp-sitemap-posts-post-1.xml",)),
    "sitemap index": (read_index, "*/sitemap_index.xml", ("/wp-sitemap.xml",)),
    "rest posts": (read_posts, "*/rest-posts-list.json", ("/wp-json/wp/v2/posts?per_page=20",)),
    "rest terms": (read_terms, "*/rest-categories.json", ("/wp-json/wp/v2/categories",)),
}


@lru_cache
def clean(kind: str) -> list[tuple[str, bytes]]:
    """Return sound pages for a reader, of the replica in its themes and of captures."""
    _, captured, paths = READERS[kind]
    found: list[tuple[str, bytes]] = []
    for theme in ("jnews", "jnews-elementor", "plain"):
        with Replica(articles=60, theme=theme) as replica:
            posts = [f"/?p={number}" for number in list(replica.truth())[:6]]
            for path in paths or posts:
                with urlopen(replica.origin + path) as answer:
                    found.append((answer.url, answer.read()))
    folder = os.environ.get("DIPLONEWS_CAPTURES")
    files = sorted(Path(folder).glob(captured)) if folder else []
    return [*found, *((f"https://site.example/{file.name}", file.read_bytes()) for file in files)]


def cut(body: bytes, draw: st.DrawFn) -> bytes:
    return body[: draw(st.integers(0, len(body)))]


def flip(body: bytes, draw: st.DrawFn) -> bytes:
    damaged = bytearray(body)
    for _ in range(draw(st.integers(1, 30))):
        damaged[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    return bytes(damaged)


def shuffle(body: bytes, draw: st.DrawFn) -> bytes:
    """Put parts of the page elsewhere, tags in whole and words between them."""
    mark = b"{" if body.startswith((b"{", b"[")) else b"<"
    parts = body.split(mark)
    for _ in range(draw(st.integers(1, 20))):
        start, end, to = (draw(st.integers(0, len(parts))) for _ in range(3))
        moved = parts[start:end]
        parts = [*parts[:start], *parts[max(start, end) :]]
        parts[to:to] = moved
    return mark.join(parts)


def drop(body: bytes, draw: st.DrawFn) -> bytes:
    start, length = draw(st.integers(0, len(body))), draw(st.integers(1, 5_000))
    return body[:start] + body[start + length :]


def swap(body: bytes, draw: st.DrawFn) -> bytes:
    """Say one thing in the place of another, as machines that rewrite pages do."""
    words = st.sampled_from([
        b"<p>", b"</p>", b"<div>", b"</div>", b"<a href=", b"http://[", b"\x00", b"<!--", b"-->",
        b"<table>", b"<script>", b"</script>", b'"', b"postid-", b"&#0;", b"99999999999999999999",
        b"2025-02-25", b"null", b"[", b"{}", b"<![CDATA[", b"\xff\xfe", b"<figure>", b"[caption",
    ])  # fmt: skip
    return body.replace(draw(words), draw(words))


DAMAGES = [cut, flip, shuffle, drop, swap]


@dataclass(frozen=True)
class Damaged:
    """A page's address, the page as it was, and what became of it."""

    url: str
    sound: bytes = field(repr=False)  # hypothesis warns of long texts and hides the failure
    broken: bytes = field(repr=False)


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> Damaged:
    """Return a sound page of a reader with some damage done to it."""
    url, body = draw(st.sampled_from(clean(kind)))
    broken = body
    for damage in draw(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3)):
        broken = damage(broken, draw) or body
    return Damaged(url, body, broken)


def seconds(read: Read, url: str, body: bytes) -> float:
    started = process_time()
    try:
        read(url, body)
    except DiplonewsError as error:
        assert url in str(error), error  # noqa: PT017
    return process_time() - started


@pytest.mark.parametrize("kind", READERS)
def test_a_damaged_page_is_read_or_refused_by_its_address_in_bounded_time(kind: str) -> None:
    read = partial(seconds, READERS[kind][0])

    @settings(
        max_examples=EXAMPLES // (4 if kind == "unknown article" else 1),  # trafilatura is slow
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged(kind))
    def check(page: Damaged) -> None:
        most = MOST_TIMES * max(read(page.url, page.sound), FLOOR)

        # Once more where it was slow: the first may have waited for the collector.
        assert any(read(page.url, page.broken) <= most for _ in range(3))

    check()


@pytest.mark.parametrize("kind", READERS)
def test_a_sound_page_is_read(kind: str) -> None:
    for url, body in clean(kind)[:3]:
        assert READERS[kind][0](url, body)


@pytest.mark.parametrize(
    "filling",
    [b"<div>", b"<p>", b"<b>", b"<table><tr><td>", b"<figure>", b"<blockquote>", b"[caption]",
     b"&nbsp;", b"<br>", b"<a href='/x/'>", b"<ul><li>", b"<h2>", b"<span class='a b c'>",
     b"<!-- wp:paragraph -->", b"[embed]", b"<noscript><img src='/a.jpg'>", b"<form>",
     b"&lt;!-- wp:a ", b"[caption ", b"[/vc_row][vc_row ", b"[a b=", b"[embed]http://a ", b"[a_b ",
     b"[caption]x[/caption]", b"[audio http://a/", b'[a b="', b" =http://a"],
)  # fmt: skip
def test_a_body_that_repeats_itself_costs_what_its_length_costs(filling: bytes) -> None:
    url, body = clean("article")[0]
    mark = b'<div class="content-inner'
    where = body.index(b">", body.index(mark)) + 1
    opened = body[:where] + b"[audio "
    filled = [opened + filling * count + body[where:] for count in COUNTS]
    few, many = (min(seconds(parse, url, page) for _ in range(3)) for page in filled)

    assert many < MOST_TIMES * max(few, FLOOR)


@pytest.mark.parametrize(
    "content",
    [
        f"<p>{'<button>x</button>' * 4_000}</p>",
        f"<i style='{'width:1px;' * 20_000}'>x</i>",
        "<form><input><p>a</p></form>" * 4_000,
        "<sup><a href='#a'>1</a></sup>" * 8_000,
    ],
    ids=["buttons", "a style", "forms", "footnotes"],
)
def test_what_tells_the_seen_from_the_unseen_takes_bounded_time(content: str) -> None:
    page = Page("https://site.example/", f"<body><div>{content}</div>")
    started = process_time()

    read_content(page, only(page, "body > div", page.css("body > div")), THEMES)

    assert process_time() - started < 2
