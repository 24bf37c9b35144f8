"""The site's RSS: its entries, safely, whatever was sent as XML."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from diplonews.errors import LayoutError
from diplonews.normalise.dates import EARLIEST
from diplonews.pages.xml import is_address, parse_xml


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in the RSS. WordPress gives no time of modification, but the whole text."""

    url: str
    categories: tuple[str, ...]  # titles of categories, and tags among them
    fingerprint: str  # of title, text and categories: 16 hex digits
    published_at: datetime | None = None  # UTC


def read_entries(url: str, body: bytes) -> list[Entry]:
    """Return the entries of the RSS that *url* answered, in their order.

    Raises ``LayoutError`` where
    *body* is no RSS.
    """
    root = parse_xml(url, body, "RSS")
    if root.tag != "rss" or root.find("channel") is None:
        raise LayoutError(f"{url}: expected RSS, found an element {root.tag!r}")
    return [entry for item in root.iter("item") if (entry := _entry(item))]


def _entry(item: etree._Element) -> Entry | None:
    link = (item.findtext("link") or "").strip()
    if not is_address(link):
        return None
    categories = tuple((of.text or "").strip() for of in item.findall("category"))
    told = [item.findtext("title") or "", *categories]
    told += [of.text or "" for of in item if str(of.tag).endswith(("}encoded", "description"))]
    fingerprint = hashlib.sha256("\n".join(told).encode(errors="replace")).hexdigest()[:16]
    return Entry(link, categories, fingerprint, _published(item))


def _published(item: etree._Element) -> datetime | None:
    """Return the time of publication; RSS tells it with a zone, to the second."""
    try:
        at = parsedate_to_datetime((item.findtext("pubDate") or "").strip())
    except (ValueError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at.astimezone(UTC) if at >= EARLIEST else None
