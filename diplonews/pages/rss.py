"""The site's RSS: its entries, read safely from any XML."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from diplonews.errors import LayoutError
from diplonews.normalise.dates import EARLIEST
from diplonews.pages.xml import is_address, local_name, parse_xml, texts

WORDS = {"encoded", "description"}  # elements with an entry's text


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in the RSS. WordPress gives no time of modification, but the whole text."""

    url: str
    categories: tuple[str, ...]  # titles of categories, and tags among them
    fingerprint: str  # of title, text and categories: 16 hex digits
    published_at: datetime | None = None  # UTC


def read_entries(url: str, body: bytes) -> list[Entry]:
    """Return the entries of the RSS that *url* answered, in their order.

    Raises ``LayoutError`` where *body* is no RSS, or an entry has no address: then it is not known
    what is new.
    """
    root = parse_xml(url, body, "RSS")
    channels = [child for child in root if local_name(child) == "channel"]
    if local_name(root) != "rss" or not channels:
        raise LayoutError(url, f"expected RSS, found an element {root.tag!r}")
    items = (child for child in root.iter() if local_name(child) == "item")
    return [_entry(url, item) for item in items]


def _entry(url: str, item: etree._Element) -> Entry:
    links = [*texts(item, "link"), *_hrefs(item), *texts(item, "guid")]
    link = next(filter(is_address, links), "")
    if not link:
        raise LayoutError(url, f"expected the address of an entry, found {links[:3]!r:.200}")
    categories = tuple(texts(item, "category"))
    titles = [child.text or "" for child in item if local_name(child) == "title"]
    words = [*(titles[:1] or [""]), *categories]
    words += [child.text or "" for child in item if local_name(child) in WORDS]
    fingerprint = hashlib.sha256("\n".join(words).encode(errors="replace")).hexdigest()[:16]
    return Entry(link, categories, fingerprint, _published(item))


def _hrefs(item: etree._Element) -> list[str]:
    """Return the addresses of Atom's links to the entry itself, which stand in an attribute."""
    links = [child for child in item if local_name(child) == "link"]
    return [link.get("href", "") for link in links if link.get("rel") in {None, "alternate"}]


def _published(item: etree._Element) -> datetime | None:
    """Return the time of publication; RSS tells it with a zone, to the second."""
    try:
        at = parsedate_to_datetime(next(iter(texts(item, "pubDate")), ""))
    except (ValueError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at.astimezone(UTC) if at >= EARLIEST else None
