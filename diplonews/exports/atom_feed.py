"""Atom (RFC 4287), with what was withdrawn (RFC 6721).

RFC 4287 wants withdrawn articles before the others, and the time of the last change before both.
Articles are written newest first. So lines wait on the disk until all have come.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from diplonews import __version__, site
from diplonews.exports.feed_items import (
    BEGINNING,
    Waiting,
    as_html,
    author_names,
    categories_of,
    countries_of,
    feed_id,
    image_of,
    is_forgotten,
    is_gone,
    legal,
    title_of,
    updated_at,
    web_address,
)
from diplonews.exports.selection import FULL, Keys
from diplonews.exports.writing import Contents
from diplonews.feeds.manifest import TERMS

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
NAMES: Any = {None: ATOM}
XML = "http://www.w3.org/XML/1998/namespace"
COUNTRIES = "urn:iso:std:iso:3166"


class AtomWriter:
    """Writes one Atom feed."""

    def __init__(self, file: BinaryIO, contents: Contents) -> None:
        self.file = file
        self.contents = contents
        self.entries, self.withdrawn = Waiting(), Waiting()
        self.updated_at = BEGINNING

    def write(self, keys: Keys) -> None:
        self.updated_at = max(self.updated_at, updated_at(keys))
        (self.withdrawn if is_gone(keys) else self.entries).add(keys)

    def close(self) -> None:
        name = "content" if self.contents.text == FULL else "summary"
        with etree.xmlfile(self.file, encoding="utf-8") as document:
            document.write_declaration()
            with document.element(f"{{{ATOM}}}feed", nsmap={None: ATOM, "at": TOMBSTONES}):
                for element in self._head():
                    document.write(element)
                for keys in self.withdrawn:
                    document.write(self._deleted(keys))
                for keys in self.entries.newest_first():
                    document.write(_entry(keys, name))
        self.file.write(b"\n")
        self.entries.close()
        self.withdrawn.close()

    def _head(self) -> Iterator[Any]:
        yield _element("id", feed_id(self.contents.key or self.contents.title))
        yield _element("title", f"{site.TITLE}: {self.contents.title}")
        yield _element("updated", self.updated_at)
        yield _element("link", rel="alternate", href=site.ORIGIN)
        yield _person("author", site.TITLE, site.ORIGIN)
        yield _element("rights", TERMS)
        yield _element("generator", "diplonews", version=__version__)

    def _deleted(self, keys: Keys) -> Any:
        """Return the element by which feed readers remove an entry, unless it is newer."""
        deleted = etree.Element(f"{{{TOMBSTONES}}}deleted-entry", nsmap={"at": TOMBSTONES})
        deleted.set("ref", legal(keys["id"]))
        when = self.contents.as_of if is_forgotten(keys) else updated_at(keys)
        deleted.set("when", when or self.updated_at)
        return deleted


def _entry(keys: Keys, text_name: str) -> Any:
    entry = etree.Element(f"{{{ATOM}}}entry", nsmap=NAMES)
    if keys.get("language"):
        entry.set(f"{{{XML}}}lang", legal(keys["language"]))
    entry.extend(_about(keys))
    if text := as_html(keys):
        entry.append(_element(text_name, text, type="html"))
    return entry


def _about(keys: Keys) -> Iterator[Any]:
    yield _element("id", legal(keys["id"]))
    yield _element("title", title_of(keys))
    yield _element("updated", updated_at(keys))
    if keys.get("published_at"):
        yield _element("published", keys["published_at"])
    yield _element("link", rel="alternate", href=web_address(keys.get("url")) or site.ORIGIN)
    for name, address in author_names(keys):
        yield _person("author", name, address)
    for slug, title in categories_of(keys):
        yield _element("category", term=slug, label=title)
    for code in countries_of(keys):
        yield _element("category", term=code, scheme=COUNTRIES)
    address, kind = image_of(keys)
    if kind:
        yield _element("link", rel="enclosure", href=address, type=kind)


def _person(name: str, printed_name: str, address: str) -> Any:
    person = _element(name)
    person.append(_element("name", printed_name))
    if address:
        person.append(_element("uri", address))
    return person


def _element(name: str, text: str = "", **attributes: str) -> Any:
    element = etree.Element(f"{{{ATOM}}}{name}", attributes, nsmap=NAMES)
    element.text = text or None
    return element
