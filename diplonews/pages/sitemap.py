"""The site's sitemap: where robots.txt says it is, its files, and the articles that a file lists.

These are WordPress's own (since 5.5; dates since 6.5), and those of Yoast, Rank Math and AIOSEO,
which replace it.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from lxml import etree

from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.pages.xml import is_address, local_name, parse_xml, texts

# The files that list articles, among those of pages, categories and authors: WordPress's own
# names, and those of its plugins.
ARTICLE_FILE = re.compile(
    r"""
    /(?: wp-sitemap-posts-post-\d+
        | post-sitemap\d*
        | sitemap-pt-post-[\w-]*
        | post[-_]?\d*
        | sitemap-posttype-post[\w.-]*
        | posts?-sitemap-?\d*
    )\.xml(?:\.gz)?$
    """,
    re.VERBOSE,
)
# Where no file has such a name (sitemap-1.xml), all files are read except those with these words.
OTHER_FILE = re.compile(
    r"""
    (?:^|[^a-z])
    (?: pages? | categor(?:y|ies) | tags? | tax(?:onomy|onomies|es)? | authors? | users?
        | images? | videos? | attachments? | media | products? | misc | archives? | forums?
        | topics? | externals? | locations? | addl | terms? | post_tag | post_format
    )
    (?:[^a-z]|$)
    """,
    re.VERBOSE,
)
# Addresses of lists, in whatever file they stand.
LISTS = re.compile(r"^/(?:category|tag|author|page)/")


def sitemaps_in(url: str, text: str) -> list[str]:
    """Return the addresses of the sitemaps that the robots.txt at *url* names, in their order.

    >>> sitemaps_in("https://site.example/robots.txt", "Sitemap : /sitemap.xml # all")
    ['https://site.example/sitemap.xml']
    """
    lines = (line.partition("#")[0].partition(":") for line in text.lstrip("\ufeff").splitlines())
    links = [value.strip() for name, _, value in lines if name.strip().lower() == "sitemap"]
    urls = (_joined(url, link) for link in links if link)
    return list(dict.fromkeys(filter(None, urls)))


def read_index(url: str, body: bytes) -> list[str]:
    """Return the addresses of the files that list articles, from the index at *url*.

    A sitemap without an index is its own only file. Raises ``LayoutError`` where it is
    neither, or none of its files lists articles.
    """
    root = parse_xml(url, body, "a sitemap")
    if local_name(root) == "urlset" and _listed(root):
        return [url]
    if local_name(root) != "sitemapindex":
        raise LayoutError(url, f"expected an index of sitemaps, found an element {root.tag!r}")
    urls = [_first_text(child, "loc") for child in root if local_name(child) == "sitemap"]
    files = list(dict.fromkeys(filter(is_address, urls)))
    article_files = [file for file in files if ARTICLE_FILE.search(_path(file))]
    if not article_files:
        article_files = [file for file in files if not OTHER_FILE.search(_path(file).lower())]
    if not article_files:
        paths = ", ".join(map(_path, files)) or "none"
        raise LayoutError(url, f"expected sitemaps of articles, found {paths[:200]}")
    return article_files


def read_sitemap(url: str, body: bytes) -> list[Listed]:
    """Return the articles in the file at *url*; ``LayoutError`` where it is no sitemap."""
    root = parse_xml(url, body, "a sitemap")
    if local_name(root) != "urlset":
        raise LayoutError(url, f"expected a sitemap, found an element {root.tag!r}")
    return _listed(root)


def find_unreadable(url: str, body: bytes) -> list[str]:
    """Return the invalid addresses in the sitemap or index at *url*."""
    root = parse_xml(url, body, "a sitemap")
    entries = (child for child in root if local_name(child) in {"url", "sitemap"})
    links = dict.fromkeys(_first_text(entry, "loc") for entry in entries)
    return [link for link in links if not is_address(link)]


def _listed(root: etree._Element) -> list[Listed]:
    entries = [child for child in root if local_name(child) == "url"]
    return [
        Listed(url=url, modified_at=_moment(_first_text(entry, "lastmod")))
        for entry in entries
        if _may_be_article(url := _first_text(entry, "loc"))
    ]


def _may_be_article(url: str) -> bool:
    return is_address(url) and bool(_path(url).strip("/")) and not LISTS.match(_path(url))


def _first_text(element: etree._Element, name: str) -> str:
    return next(iter(texts(element, name)), "")


def _path(url: str) -> str:
    return urlsplit(url).path


def _moment(stamp: str) -> datetime | None:
    """Return a W3C time in UTC; ``None`` for a date without a time, which is not exact."""
    try:
        moment = datetime.fromisoformat(stamp)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):  # no time, or one of the year 1
        return None


def _joined(url: str, link: str) -> str:
    try:
        address = urljoin(url, link)
    except ValueError:  # "http://["
        return ""
    return address if is_address(address) else ""
