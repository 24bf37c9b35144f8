"""Feeds for feed readers, held against the rules of their formats."""

import json
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

SCHEMA = Path(__file__).parents[1] / "schemas" / "atom.rng"
ATOM = "{http://www.w3.org/2005/Atom}"
DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
HTML_TAGS = {"p", "em", "h3", "br"}  # that our own HTML has

FEED_KEYS = {"version": str, "title": str, "home_page_url": str, "authors": list, "items": list}
ITEM_KEYS = {
    "id": str, "url": str, "title": str, "content_html": str, "content_text": str, "summary": str,
    "image": str, "date_published": str, "date_modified": str, "authors": list, "tags": list,
    "language": str,
}  # fmt: skip


def read_atom(data: bytes) -> Any:
    """Return the root of an Atom feed that is as the RFCs want it."""
    root = etree.fromstring(data)
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    assert schema.validate(root), schema.error_log
    ids = [element.text for element in root.iterfind(f"{ATOM}entry/{ATOM}id")]
    assert len(ids) == len(set(ids))
    return root


def entries(root: Any) -> dict[str, dict[str, str]]:
    """Return the texts of each entry's elements, by its id."""
    return {
        entry.findtext(f"{ATOM}id"): {
            child.tag.removeprefix(ATOM): child.text or "" for child in entry
        }
        for entry in root.iterfind(f"{ATOM}entry")
    }


def deleted(root: Any) -> dict[str, str]:
    """Return since when each withdrawn article is gone, by its id."""
    return {element.get("ref"): element.get("when") for element in root.iterfind(DELETED)}


def read_json_feed(data: bytes) -> dict[str, Any]:
    """Return a JSON Feed that is as version 1.1 wants it."""
    feed: dict[str, Any] = json.loads(data)
    assert list(_faults(feed)) == []
    return feed


def _faults(feed: dict[str, Any]) -> Iterator[str]:
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"version: {feed.get('version')}"
    yield from _wrong_keys(feed, FEED_KEYS, {"version", "title", "items"})
    ids = [item.get("id") for item in feed["items"]]
    if len(ids) != len(set(ids)):
        yield "an id stands twice"
    for item in feed["items"]:
        yield from _wrong_keys(item, ITEM_KEYS, {"id"})
        if not {"content_html", "content_text"} & item.keys():
            yield f"{item['id']}: no content"
        for name in ("date_published", "date_modified"):
            if name in item and datetime.fromisoformat(item[name]).tzinfo is None:
                yield f"{item['id']}: {name}"
        for name in ("url", "image"):
            if urlsplit(item.get(name, "https://site.example")).scheme not in {"http", "https"}:
                yield f"{item['id']}: {name}"
        yield from (f"author: {author}" for author in item["authors"] if not author.get("name"))


def _wrong_keys(value: dict[str, Any], kinds: dict[str, type], needed: set[str]) -> Iterator[str]:
    """Yield the keys that are missing, unknown, or of another type; what begins with _ is free."""
    yield from sorted(needed - value.keys())
    for name in (name for name in value if not name.startswith("_")):
        if name not in kinds or not isinstance(value[name], kinds[name]):
            yield name


class OwnHtml(HTMLParser):
    """Reads HTML that a feed has; tags of any page's are a fault."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in HTML_TAGS, tag
        assert attrs == []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def html_words(html: str) -> list[str]:
    """Return the words that a reader shows of a feed's HTML."""
    parser = OwnHtml()
    parser.feed(html)
    parser.close()
    return parser.words
