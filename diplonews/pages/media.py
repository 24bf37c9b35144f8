"""Pictures and embeds in an article's markup: where they are, and what is said of them.

Pictures are loaded late: ``src`` holds a placeholder and another attribute the address (JNews
``data-src``, WP Rocket ``data-lazy-src``; observed on captured pages, 2026-11-22).
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from diplonews.items import Embed, Image
from diplonews.pages.select import Element, Page, attribute, classes, text

PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?)$", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"^data:|/(?:[a-z]{2,4}-)?empty\.(?:png|gif|svg)$|/(?:blank|spacer|pixel|transparent|placeholder|1x1)\.\w+$"
)
SETS = ("srcset", "data-srcset", "data-lazy-srcset")
SOURCES = ("data-orig-file", "data-src", "data-lazy-src", "data-original", "src")
# "300w" or "1.5x" behind an address; the next address may follow its comma without a space.
WIDTH = re.compile(r"(\d{1,9})(?:\.\d+)?[wx](?:,|$)")
# The size that WordPress puts behind the name of a scaled copy.
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
ADDRESSES = (
    "data-instgrm-permalink", "cite", "data-href", "data-litespeed-src",
    "data-rocket-lazyload-src", "data-lazy-src", "data-src", "src", "data", "href",
)  # fmt: skip
ADVERTISERS = ("doubleclick.", "googlesyndication.", "amazon-adsystem.", "googletagmanager.")


def read_image(page: Page, element: Element) -> Image | None:
    """Return the picture an ``img`` shows; ``None`` for placeholders, counters and smileys."""
    known = element.attributes
    if known.get("width") in {"0", "1"} or known.get("height") in {"0", "1"}:
        return None
    url = _linked_file(page, element) or _largest(page, known) or _named(page, known)
    return Image(url=url, alt=(known.get("alt") or "").strip()) if url else None


def _linked_file(page: Page, element: Element) -> str:
    """Return the picture file that a picture links to, which is its full size."""
    above = element.parent
    for _ in range(3):  # themes put a frame or a <picture> between link and picture
        if above is None or above.tag == "a":
            break
        above = above.parent
    href = attribute(above, "href") if above is not None and above.tag == "a" else ""
    return page.absolute(href) if PICTURE_FILE.search(href.partition("?")[0]) else ""


def _largest(page: Page, known: dict[str, str | None]) -> str:
    candidates = [
        (width, source)
        for name in SETS
        for source, width in _sources(known.get(name) or "")
        if not PLACEHOLDER.search(source)
    ]
    return page.absolute(max(candidates)[1]) if candidates else ""


def _sources(printed: str) -> Iterator[tuple[str, int]]:
    """Yield the addresses of a set of pictures, and how wide each is.

    >>> list(_sources("/a.jpg 300w,/b.jpg 1.5x, /c.jpg"))
    [('/a.jpg', 300), ('/b.jpg', 1)]
    """
    for one, other in pairwise(printed.split()):
        behind = WIDTH.match(one)
        source = (one[behind.end() :] if behind else one).lstrip(",")
        width = WIDTH.match(other)
        if source and width:
            yield source, int(width[1])


def _named(page: Page, known: dict[str, str | None]) -> str:
    sources = (known.get(name) or "" for name in SOURCES)
    real = (source for source in sources if source and not PLACEHOLDER.search(source))
    return next((url for source in real if (url := page.absolute(source))), "")


def read_caption(element: Element, by_theme: str) -> tuple[str, str]:
    """Return what stands under a picture: the caption, and the credit where it is marked.

    *by_theme* is how a theme marks it.
    """
    marked = f"{by_theme}, {CREDIT}" if by_theme else CREDIT
    said, credit = text(element), text(element.css_first(marked))
    return (said.removesuffix(credit).rstrip() if credit else said), credit


def join_images(images: Iterable[Image]) -> list[Image]:
    """Return the pictures, each once: scaled copies of one file are one picture.

    The first address stays; what a later one says of the picture is added where nothing
    was said.
    """
    found: dict[str, Image] = {}
    for image in images:
        same = found.setdefault(_file_of(image.url), image)
        same.caption = same.caption or image.caption
        same.credit = same.credit or image.credit
        same.alt = same.alt or image.alt
    return list(found.values())


def _file_of(url: str) -> str:
    return SIZE.sub("", url.partition("?")[0].partition("://")[2])


def read_embed(page: Page, element: Element) -> Embed | None:
    """Return what an ``iframe``, ``video``, ``audio`` or card embeds; ``None`` for none."""
    return embed_of(_address(page, element), is_sound=element.tag == "audio")


def embeds_within(page: Page, element: Element) -> Embed | None:
    """Return what a frame around an embed holds: the first that has an address."""
    inner = (read_embed(page, of) for of in element.css(EMBEDDED))
    found = next((embed for embed in inner if embed is not None), None)
    bare = "" if found else text(element)  # an address, where its network gave no card
    return embed_of(page.absolute(bare)) if bare.startswith("http") else found


def read_featured(page: Page, figure: Element, film: str) -> tuple[list[Image], list[Embed]]:
    """Return what stands with the headline: a picture, a row of them, or a film.

    *film* is how a theme marks films in a way of its own.
    """
    images: list[Image] = []
    embeds: list[Embed] = []
    for element in figure.css(f"{FEATURED}, {film}" if film else FEATURED):
        image = read_image(page, element) if element.tag == "img" else None
        embed = read_embed(page, element) if element.tag != "img" else None
        images += [image] if image else []
        embeds += [embed] if embed else []
    return images, embeds


def embed_of(url: str, *, is_sound: bool = False) -> Embed | None:
    """Return the embed that an absolute address leads to; ``None`` where it is none.

    >>> embed_of("https://www.youtube.com/embed/abc").kind
    'youtube'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or any(name in host for name in ADVERTISERS):
        return None
    known = (kind for name, kind in HOSTS.items() if host == name or host.endswith(f".{name}"))
    by_host = next(known, "")
    if by_host == "facebook" and "href" in (inner := parse_qs(parts.query)):
        url = inner["href"][0]  # a plugin's frame, which names what it shows
    if not by_host and (is_sound or SOUND_FILE.search(parts.path)):
        by_host = "audio"
    if not by_host and FILM_FILE.search(parts.path):
        by_host = "video"
    return Embed(kind=by_host or "other", url=url)


def _address(page: Page, element: Element) -> str:
    known = element.attributes
    for name in ADDRESSES:
        link = known.get(name)
        url = page.absolute(link) if link else ""
        if url:
            return _permalink(url) if "wp-embedded-content" in classes(element) else url
    if element.tag in {"video", "audio"}:
        return page.absolute(attribute(element.css_first("source[src], a[href]"), "src"))
    links = element.css("a[href]") if element.tag in {"blockquote", "div"} else []
    return page.absolute(attribute(links[-1], "href")) if links else ""


def _permalink(url: str) -> str:
    """Return the address of the post whose card another WordPress site gives out."""
    return url.partition("#")[0].removesuffix("embed/")
