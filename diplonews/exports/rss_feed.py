"""RSS 2.0, for feed readers without Atom. It cannot say that an article was withdrawn."""

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import Any, BinaryIO

from lxml import etree

from diplonews import __version__, site
from diplonews.exports.feed_items import (
    BEGINNING,
    Waiting,
    as_html,
    author_names,
    categories_of,
    is_gone,
    legal,
    title_of,
    updated_at,
    web_address,
)
from diplonews.exports.selection import Keys
from diplonews.exports.writing import Contents
from diplonews.feeds.manifest import TERMS

DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"


class RssWriter:
    """Writes one channel, newest first, after the time of the last change: so items wait."""

    def __init__(self, file: BinaryIO, contents: Contents) -> None:
        self.file = file
        self.contents = contents
        self.items = Waiting()
        self.updated_at = BEGINNING

    def write(self, keys: Keys) -> None:
        self.updated_at = max(self.updated_at, updated_at(keys))
        if not is_gone(keys):
            self.items.add(keys)

    def close(self) -> None:
        names = {"dc": DUBLIN_CORE}
        with etree.xmlfile(self.file, encoding="utf-8") as document:
            document.write_declaration()
            with document.element("rss", version="2.0", nsmap=names), document.element("channel"):
                for element in self._head():
                    document.write(element)
                for keys in self.items.newest_first():
                    document.write(_item(keys))
        self.file.write(b"\n")
        self.items.close()

    def _head(self) -> Iterator[Any]:
        title = self.contents.title
        yield _element("title", f"{site.TITLE}: {title}")
        yield _element("link", site.ORIGIN)
        yield _element("description", f"Articles of {site.TITLE}: {title}")
        yield _element("copyright", TERMS)
        yield _element("lastBuildDate", _mail_date(self.updated_at))
        yield _element("generator", f"diplonews {__version__}")


def _item(keys: Keys) -> Any:
    item = etree.Element("item", nsmap={"dc": DUBLIN_CORE})
    item.append(_element("guid", legal(keys["id"]), isPermaLink="false"))
    item.append(_element("title", title_of(keys)))
    item.append(_element("link", web_address(keys.get("url")) or site.ORIGIN))
    if keys.get("published_at"):
        item.append(_element("pubDate", _mail_date(keys["published_at"])))
    for name, _ in author_names(keys):
        item.append(_element(f"{{{DUBLIN_CORE}}}creator", name))
    for _, title in categories_of(keys):
        item.append(_element("category", title))
    if text := as_html(keys):
        item.append(_element("description", text))
    return item


def _mail_date(moment: str) -> str:
    """Return a time as mail prints it, in English whatever the machine's language.

    >>> _mail_date("2026-11-28T12:00:00Z")
    'Sat, 28 Nov 2026 12:00:00 +0000'
    """
    return format_datetime(datetime.fromisoformat(moment))


def _element(name: str, text: str, **attributes: str) -> Any:
    element = etree.Element(name, attributes, nsmap={"dc": DUBLIN_CORE})
    element.text = text
    return element
