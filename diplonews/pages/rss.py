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

    Raises ``LayoutError`` where *body* is no RSS.
    """
    root = parse_xml(url, body, "RSS")
    channels = [child for child in root if local_name(child) == "channel"]
    if local_name(root) != "rss" or not channels:
        raise LayoutError(url, f"expected RSS, found an element {root.tag!r}")
    items = (child for child in root.iter() if local_name(child) == "item")
    return [entry for item in items if (entry := _entry(item))]


def _entry(item: etree._Element) -> Entry | None:
    link = next(filter(is_address, texts(item, "link")), "")  # Atom's link has no text
    if not link:
        return None
    categories = tuple(texts(item, "category"))
    titles = [child.text or "" for child in item if local_name(child) == "title"]
    words = [*(titles[:1] or [""]), *categories]
    words += [child.text or "" for child in item if local_name(child) in WORDS]
    fingerprint = hashlib.sha256("\n".join(words).encode(errors="replace")).hexdigest()[:16]
    return Entry(link, categories, fingerprint, _published(item))


def _published(item: etree._Element) -> datetime | None:
    """Return the time of publication; RSS tells it with a zone, to the second."""
    try:
        at = parsedate_to_datetime(next(iter(texts(item, "pubDate")), ""))
    except (ValueError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return at.astimezone(UTC) if at >= EARLIEST else None
