"""A page's JSON-LD, in any wrapping, with the known faults of the plugins that write it.

How a date is read depends on the plugin that wrote it (observed on captured pages, 2026-11-22):

* Yoast and Rank Math: right.
* AIOSEO: the clock time of UTC with the site's offset after it. The offset is false.
* JNews: ``datePublished`` in site time without a zone, ``dateModified`` in UTC without one.

Comments, CDATA and semicolons stand around the JSON. Some of it is encoded as HTML, and some is
not quite JSON: a comma too many, quotation marks inside a text.
"""

import html
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from diplonews.items import Author
from diplonews.pages.kept import cached_property
from diplonews.pages.select import Page, classes

# ``type`` may have a charset after it, and capital letters.
SCRIPTS = 'script[type*="ld+json" i]'
WORTH_READING = ("rticle", "osting", "ePublished", "eModified", '"Person"', "Report")
TRUST = ("yoast", "rank-math", "other", "jnews", "aioseo")  # the most reliable first
LONGEST_BROKEN = 200_000  # characters; the tolerant parser is 50 times slower than the strict
LONGEST_AUTHORS = 50  # members of a list; a longer list is not a byline
DECODER = json.JSONDecoder(strict=False)
MOST_NESTED = 200
NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
OPENING = re.compile(r"[{\[]")
SITES = frozenset({"website", "organization"})
WRAPPING = re.compile(r"\s*(?://|/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?")
OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")
ENCODED = re.compile(r"\s*(?:\{|\[)\s*&(?:quot|#0?34|#x22);", re.IGNORECASE)


class Described(NamedTuple):
    """An article described in JSON-LD, and the plugin that did."""

    plugin: str  # one of TRUST
    keys: dict[str, Any]

    def date(self, key: str) -> str:
        """Return a date as the plugin meant it; empty where there is none."""
        raw = self.keys.get(key)
        if isinstance(raw, list) and raw:
            raw = raw[0]
        if isinstance(raw, dict):
            raw = raw.get("@value")
        if not isinstance(raw, str):
            return ""
        if self.plugin == "aioseo":
            return OFFSET.sub("+00:00", raw)
        if self.plugin == "jnews" and key == "dateModified" and not OFFSET.search(raw):
            return f"{raw}+00:00"
        return raw


class LinkedData:
    """The articles, pages and persons that a page describes in JSON-LD."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def nodes(self) -> list[tuple[str, dict[str, Any]]]:
        """Every object at the top or in a graph, with the plugin that wrote it."""
        return [
            (_plugin(classes(script)), node)
            for script in self.page.css(SCRIPTS)
            for value in read_json(script.text(deep=True))
            for node in _objects(value)
        ]

    @cached_property
    def articles(self) -> list[Described]:
        """The articles described, in the order of the page."""
        return [
            Described(_plugin_of_article(plugin, node), node)
            for plugin, node in self.nodes
            if any(map(_is_article, _kinds(node)))
        ]

    @cached_property
    def dated(self) -> list[Described]:
        """The objects that may have the article's dates, the most reliable first."""
        articles = sorted(self.articles, key=lambda described: TRUST.index(described.plugin))
        return [*articles, *self._pages]

    @cached_property
    def _pages(self) -> list[Described]:
        """The pages described: some plugins describe the article only there."""
        return [
            Described(plugin, node)
            for plugin, node in self.nodes
            if {"webpage", "itempage"} & set(_kinds(node))
        ]

    def authors(self) -> list[Author]:
        """Return the authors of an article, or else of its page.

        JSON-LD has them as names, as persons, or as references to persons.
        """
        for described in (*self.articles, *self._pages):
            for key in ("author", "creator"):
                members = self._members(described.keys.get(key))
                if authors := [author for author in members if author.name]:
                    return authors
        return []

    def _members(self, value: object, depth: int = 0) -> Iterator[Author]:
        if isinstance(value, list) and depth < 3:
            for member in value[:LONGEST_AUTHORS]:
                yield from self._members(member, depth + 1)
        elif isinstance(value, str):
            yield Author(name="" if value.startswith(("http:", "https:", "#")) else value)
        elif isinstance(value, dict):
            yield self._person(value)

    def _person(self, node: dict[str, Any]) -> Author:
        full = node if node.get("name") else self._by_id.get(str(node.get("@id")), node)
        name, url = full.get("name"), full.get("url")
        name = name[0] if isinstance(name, list) and name else name
        return Author(
            name=name if isinstance(name, str) else "",
            url=self.page.absolute(url if isinstance(url, str) else ""),
        )

    @cached_property
    def _by_id(self) -> dict[str, dict[str, Any]]:
        """The nodes that a reference can lead to, without the site itself.

        Some plugins name the site where an article has no author. AIOSEO makes it a "Person".
        """
        nodes = [node for _, node in self.nodes if node.get("name") and "@id" in node]
        sites = {str(node["name"]) for node in nodes if SITES & set(_kinds(node))}
        return {str(node["@id"]): node for node in nodes if str(node["name"]) not in sites}


def read_json(source: str) -> Iterator[Any]:
    r"""Yield the values in a script of JSON-LD that may be about an article.

    >>> list(read_json('//<![CDATA[\n{"@type": "Article"};\n//]]>'))
    [{'@type': 'Article'}]
    >>> list(read_json('{"@type": "Article", "keywords": ["a",],}'))
    [{'@type': 'Article', 'keywords': ['a']}]
    """
    if not any(word in source for word in WORTH_READING):
        return  # most pieces are about the site, its search and its menu
    if source.count("[") + source.count("{") > MOST_NESTED and _is_deep(source):
        return
    text = html.unescape(source) if ENCODED.match(source) else source
    wrapping = WRAPPING.match(text)
    place = wrapping.end() if wrapping else 0
    while opening := OPENING.search(text, place):
        try:
            value, place = DECODER.raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            yield from _read_broken(text[opening.start() :])
            return
        yield value


def _is_deep(source: str) -> bool:
    """Tell whether JSON nests so deep that Python could not print it."""
    depth = 0
    for token in NESTING.finditer(source):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MOST_NESTED:
            return True
    return False


def _read_broken(text: str) -> Iterator[Any]:
    """Yield the value that a tolerant parser reads from a text that is nearly JSON."""
    if len(text) > LONGEST_BROKEN:
        return
    from json_repair import loads  # for the few pages that need it

    try:
        value = loads(text, skip_json_loads=True)
    except (ValueError, RecursionError, IndexError, TypeError):
        return
    if isinstance(value, dict | list):
        yield value


def _objects(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the objects of a value: of lists in lists, and of graphs."""
    if isinstance(value, list) and depth < 4:
        for member in value:
            yield from _objects(member, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            if name in value:
                yield from _objects(value[name], depth + 1)


def _kinds(node: dict[str, Any]) -> list[str]:
    """Return the types of an object in small letters, without the vocabulary before them."""
    return [_without_vocabulary(str(kind)) for kind in _types(node)]


def _types(node: dict[str, Any]) -> list[Any]:
    """Return the types of an object as written."""
    types = node.get("@type")
    return types if isinstance(types, list) else [types]


@lru_cache(maxsize=256)  # every page of a site describes the same kinds of things
def _without_vocabulary(kind: str) -> str:
    """Return a type without the vocabulary before it, in small letters.

    >>> _without_vocabulary("https://schema.org/NewsArticle")
    'newsarticle'
    """
    for separator in "/#:":
        kind = kind.rpartition(separator)[2]
    return kind.lower()


def _is_article(kind: str) -> bool:
    """Tell whether a type of schema.org is a kind of article."""
    return kind == "report" or (
        kind.endswith(("article", "posting")) and kind != "discussionforumposting"
    )


def _plugin(names: list[str]) -> str:
    """Return the plugin that wrote a script, by the script's classes."""
    for plugin in ("yoast", "rank-math", "aioseo"):
        if any(plugin in name for name in names):
            return plugin
    return "other"


def _plugin_of_article(plugin: str, node: dict[str, Any]) -> str:
    # JNews alone writes its type in small letters.
    return "jnews" if plugin == "other" and "article" in _types(node) else plugin
