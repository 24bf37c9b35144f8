"""Pictures and embeds in an article's markup: their URLs, captions and credits.

A browser loads pictures late: ``src`` has a placeholder, and another attribute the URL. JNews has
``data-src``, WP Rocket ``data-lazy-src`` (observed on captured pages, 2026-11-22).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from diplonews.items import Embed, Image
from diplonews.pages.select import (
    Attributes,
    Element,
    Page,
    attribute,
    classes,
    find_all,
    first,
    text,
)

PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)$", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"""
    ^data:
    | /(?:[a-z]{2,4}-)?empty\.(?:png|gif|svg)$
    | /(?:blank|spacer|pixel|transparent|placeholder|1x1)\.\w+$
    """,
    re.VERBOSE,
)
SETS = ("srcset", "data-srcset", "data-lazy-srcset")
SOURCES = ("data-orig-file", "data-src", "data-lazy-src", "data-original", "src")
# "300w" or "1.5x" after an address; the next address may follow its comma without a space.
WIDTH = re.compile(r"(\d{1,9})(?:\.\d+)?[wx](?:,|$)")
# The size that WordPress puts after the name of a scaled copy.
SIZE = re.compile(r"-(?:\d{2,5}x\d{2,5}|scaled)(?=\.\w+$)")
CREDIT = ".media-credit, .wp-credit, .credit"
EMBEDDED = "iframe, video, audio, [data-href], blockquote, a[href]"
FEATURED = "img, iframe, video, audio"

HOSTS = {
    "youtube.com": "youtube", "youtube-nocookie.com": "youtube", "youtu.be": "youtube",
    "twitter.com": "x", "x.com": "x", "facebook.com": "facebook", "fb.watch": "facebook",
    "instagram.com": "instagram", "tiktok.com": "tiktok", "soundcloud.com": "audio",
    "spotify.com": "audio", "podcasts.apple.com": "audio", "audiomack.com": "audio",
    "vimeo.com": "video", "dailymotion.com": "video", "rumble.com": "video",
}  # fmt: skip
SOUND_FILE = re.compile(r"\.(?:mp3|m4a|ogg|oga|wav|aac)$", re.IGNORECASE)
FILM_FILE = re.compile(r"\.(?:mp4|m4v|webm|ogv|mov|m3u8)$", re.IGNORECASE)
URL_ATTRIBUTES = (
    "data-instgrm-permalink", "cite", "data-href", "data-litespeed-src",
    "data-rocket-lazyload-src", "data-lazy-src", "data-src", "src", "data", "href",
)  # fmt: skip
ADVERTISERS = ("doubleclick.", "googlesyndication.", "amazon-adsystem.", "googletagmanager.")


def read_image(page: Page, element: Element) -> Image | None:
    """Return the picture an ``img`` shows; ``None`` for placeholders, counters and smileys."""
    attributes = element.attributes
    if attributes.get("width") in {"0", "1"} or attributes.get("height") in {"0", "1"}:
        return None
    url = _linked_file(page, element) or _largest(page, attributes) or _single(page, attributes)
    return Image(url=url, alt=(attributes.get("alt") or "").strip()) if url else None


def _linked_file(page: Page, element: Element) -> str:
    """Return the picture file that a picture links to, which is its full size."""
    link = element.parent
    for _ in range(3):  # themes put a frame or a <picture> between link and picture
        if link is None or link.tag == "a":
            break
        link = link.parent
    href = attribute(link, "href") if link is not None and link.tag == "a" else ""
    return page.absolute(href) if PICTURE_FILE.search(href.partition("?")[0]) else ""


def _largest(page: Page, attributes: Attributes) -> str:
    candidates = [
        (width, source)
        for name in SETS
        for source, width in _sources(attributes.get(name) or "")
        if not PLACEHOLDER.search(source)
    ]
    return page.absolute(max(candidates)[1]) if candidates else ""


def _sources(printed: str) -> Iterator[tuple[str, int]]:
    """Yield the addresses of a set of pictures, and how wide each is.

    >>> list(_sources("/a.jpg 300w,/b.jpg 1.5x, /c.jpg"))
    [('/a.jpg', 300), ('/b.jpg', 1)]
    """
    for word, next_word in pairwise(printed.split()):
        previous_width = WIDTH.match(word)
        source = (word[previous_width.end() :] if previous_width else word).lstrip(",")
        width = WIDTH.match(next_word)
        if source and width:
            yield source, int(width[1])


def _single(page: Page, attributes: Attributes) -> str:
    """Return the URL of a picture that has a single size; empty for none."""
    for name in SOURCES:
        source = attributes.get(name)
        url = page.absolute(source) if source and not PLACEHOLDER.search(source) else ""
        if url:
            return url
    return ""


def read_caption(element: Element, theme_credit: str) -> tuple[str, str]:
    """Return the caption and the credit under a picture, which may be empty.

    *theme_credit* is a theme's own selector of credits; empty for none.
    """
    css = f"{theme_credit}, {CREDIT}" if theme_credit else CREDIT
    caption, credit = text(element), text(first(element, css))
    return (caption.removesuffix(credit).rstrip() if credit else caption), credit


def join_images(images: Iterable[Image]) -> list[Image]:
    """Return the pictures, each once: scaled copies of one file are one picture.

    The first copy stays. Where it has no caption, credit or alternative text, it gets that of a
    later copy.
    """
    by_file: dict[str, Image] = {}
    for image in images:
        copy = by_file.setdefault(_file_of(image.url), image)
        copy.caption = copy.caption or image.caption
        copy.credit = copy.credit or image.credit
        copy.alt = copy.alt or image.alt
    return list(by_file.values())


def _file_of(url: str) -> str:
    return SIZE.sub("", url.partition("?")[0].partition("://")[2])


def read_embed(page: Page, element: Element) -> Embed | None:
    """Return what an ``iframe``, ``video``, ``audio`` or card embeds; ``None`` for none."""
    return embed_of(_url(page, element), is_sound=element.tag == "audio")


def embeds_within(page: Page, element: Element) -> Embed | None:
    """Return the first embed in a frame that has a URL; ``None`` for none."""
    for inner in find_all(element, EMBEDDED):
        embed = read_embed(page, inner)
        if embed is not None:
            return embed
    url = text(element)  # a plain URL, where its network gave no card
    return embed_of(page.absolute(url)) if url.startswith("http") else None


def read_featured(page: Page, figure: Element, film: str) -> tuple[list[Image], list[Embed]]:
    """Return what stands with the headline: a picture, a row of them, or a film.

    *film* is a theme's own selector of films; empty for none.
    """
    images: list[Image] = []
    embeds: list[Embed] = []
    for element in find_all(figure, f"{FEATURED}, {film}" if film else FEATURED):
        image = read_image(page, element) if element.tag == "img" else None
        embed = read_embed(page, element) if element.tag != "img" else None
        images += [image] if image else []
        embeds += [embed] if embed else []
    return images, embeds


def embed_of(url: str, *, is_sound: bool = False) -> Embed | None:
    """Return the embed at an absolute address; ``None`` where there is no known one.

    >>> embed_of("https://www.youtube.com/embed/abc").kind
    'youtube'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or any(name in host for name in ADVERTISERS):
        return None
    kind = _kind_of_host(host)
    if kind == "facebook" and "href" in (query := parse_qs(parts.query)):
        url = query["href"][0]  # of what its plugin's frame shows
    if not kind and (is_sound or SOUND_FILE.search(parts.path)):
        kind = "audio"
    if not kind and FILM_FILE.search(parts.path):
        kind = "video"
    return Embed(kind=kind or "other", url=url)


def _kind_of_host(host: str) -> str:
    kinds = (kind for name, kind in HOSTS.items() if host == name or host.endswith(f".{name}"))
    return next(kinds, "")


def _url(page: Page, element: Element) -> str:
    """Return the URL of what an element embeds; empty for none."""
    attributes = element.attributes
    for name in URL_ATTRIBUTES:
        link = attributes.get(name)
        url = page.absolute(link) if link else ""
        if url:
            return _permalink(url) if "wp-embedded-content" in classes(element) else url
    if element.tag in {"video", "audio"}:
        return page.absolute(attribute(first(element, "source[src], a[href]"), "src"))
    links = find_all(element, "a[href]") if element.tag in {"blockquote", "div"} else []
    return page.absolute(attribute(links[-1], "href")) if links else ""


def _permalink(url: str) -> str:
    """Return the URL of a post on another WordPress site, by that of its card."""
    return url.partition("#")[0].removesuffix("embed/")
