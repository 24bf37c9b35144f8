"""The site's RSS: its entries, safely, whatever was sent as XML."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from diplonews.errors import LayoutError


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in the RSS. WordPress gives no time of modification, but the whole text."""

    url: str
    categories: tuple[str, ...]  # titles of categories, and tags among them
    fingerprint: str  # of title, text and categories: 16 hex digits


def read_entries(url: str, body: bytes) -> list[Entry]:
    """Return the entries of the RSS that *url* answered, in their order.

    Entities are never expanded and nothing else is fetched. Raises ``LayoutError`` where
    *body* is no RSS.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise LayoutError(f"{url}: expected RSS, found no XML: {error.msg}") from error
    if root.tag != "rss" or root.find("channel") is None:
        raise LayoutError(f"{url}: expected RSS, found an element {root.tag!r}")
    return [entry for item in root.iter("item") if (entry := _entry(item))]


def _entry(item: etree._Element) -> Entry | None:
    link = (item.findtext("link") or "").strip()
    if not _is_address(link):
        return None
    categories = tuple((of.text or "").strip() for of in item.findall("category"))
    told = [item.findtext("title") or "", *categories]
    told += [of.text or "" for of in item if str(of.tag).endswith(("}encoded", "description"))]
    fingerprint = hashlib.sha256("\n".join(told).encode(errors="replace")).hexdigest()[:16]
    return Entry(link, categories, fingerprint)


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:  # "http://[": no address at all
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
