"""The site's sitemap: its files, and the articles that a file lists.

WordPress's own (since 5.5; dates since 6.5), and those of Yoast, Rank Math and AIOSEO, which
take its place.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree

from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.pages.xml import is_address, parse_xml

# The files that list articles, among those of pages, categories and authors.
OF_ARTICLES = re.compile(r"/(wp-sitemap-posts-post-\d+|post-sitemap\d*)\.xml$")
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read_index(url: str, body: bytes) -> list[str]:
    """Return the addresses of the files that list articles, of the index at *url*.

    Raises ``LayoutError`` where it is no index or none of its files lists articles.
    """
    root = parse_xml(url, body, "a sitemap")
    if root.tag != f"{NAMESPACE}sitemapindex":
        raise LayoutError(f"{url}: expected an index of sitemaps, found an element {root.tag!r}")
    files = [_text(of, "loc") for of in root.iter(f"{NAMESPACE}sitemap")]
    wanted = [file for file in files if is_address(file) and OF_ARTICLES.search(_path(file))]
    if not wanted:
        named = ", ".join(map(_path, filter(is_address, files))) or "none"
        raise LayoutError(f"{url}: expected sitemaps of articles, found {named[:200]}")
    return wanted


def read_sitemap(url: str, body: bytes) -> list[Listed]:
    """Return the articles that the file at *url* lists; ``LayoutError`` where it is none."""
    root = parse_xml(url, body, "a sitemap")
    if root.tag != f"{NAMESPACE}urlset":
        raise LayoutError(f"{url}: expected a sitemap, found an element {root.tag!r}")
    return [
        Listed(url=address, modified_at=_moment(_text(of, "lastmod")))
        for of in root.iter(f"{NAMESPACE}url")
        if is_address(address := _text(of, "loc")) and _path(address).strip("/")
    ]


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{NAMESPACE}{name}") or "").strip()


def _path(url: str) -> str:
    return urlsplit(url).path


def _moment(stamp: str) -> datetime | None:
    """Return a W3C time in UTC; ``None`` for a mere date, which says nothing exact."""
    try:
        moment = datetime.fromisoformat(stamp)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # no time, or one of the year 1
        return None
