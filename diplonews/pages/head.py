"""What a page says to machines: meta and link tags, and JSON-LD with its plugins' faults.

Which plugin wrote a piece of JSON-LD decides how its dates are to be read (observed on
captured pages, 2026-11-22):

* Yoast and Rank Math: right.
* AIOSEO: the clock time of UTC with the site's offset behind it. The offset is false.
* JNews: ``datePublished`` in site time without a zone, ``dateModified`` in UTC without one.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from diplonews.pages.select import Element, Page, attribute, classes

ARTICLE_TYPES = {"article", "newsarticle", "blogposting", "reportagenewsarticle"}
MENTIONED = ("rticle", "osting")
METAS = "meta[content]"
MOST_NESTED = 200
NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
DECODER = json.JSONDecoder(strict=False)
POST_ID = re.compile(r"postid-(\d{1,18})$")
REST_POST = re.compile(r"/wp/v2/posts/(\d{1,18})$")
OFFSET = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


class Described(NamedTuple):
    """An article described in JSON-LD, and the plugin that did."""

    plugin: str  # "yoast", "rank-math", "aioseo", "jnews" or "other"
    keys: dict[str, Any]


class Head:
    """Meta tags by property or name, links by rel, and JSON-LD."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents by property or name, in the order of the page: plugins print some twice."""
        return _contents(self.page.css(METAS))

    @cached_property
    def _meta_in_head(self) -> dict[str, list[str]]:
        return _contents(self.page.head_css(METAS))

    def first_meta(self, name: str) -> str:
        """Return the first content under a name; empty where there is none.

        What a plugin prints too early ends the head, and the rest of it is in the body: that
        is looked through only for what the head does not have.
        """
        return (self._meta_in_head.get(name) or self.meta.get(name) or [""])[0]

    def link(self, rel: str, kind: str = "") -> str:
        """Return the absolute address of the first link tag of that rel and type."""
        typed = f'[type="{kind}"]' if kind else ":not([type])"
        tag = self.page.css_first(f'link[rel="{rel}"][href]:not([href=""]){typed}')
        return self.page.absolute(attribute(tag, "href"))

    @property
    def canonical_url(self) -> str:
        return self.link("canonical")

    @cached_property
    def post_id(self) -> int | None:
        """WordPress's number for the article, from the best of the places that show it."""
        return next((int(n) for n in self._post_ids() if n.isdecimal() and len(n) < 19), None)

    def _post_ids(self) -> Iterator[str]:
        yield from (m[1] for name in self.page.body_classes if (m := POST_ID.match(name)))
        yield from parse_qs(urlsplit(self.link("shortlink")).query).get("p", [])
        rest = REST_POST.search(self.link("alternate", "application/json"))
        yield from [rest[1]] if rest else []

    @property
    def language(self) -> str:
        """The language the page says it is in: of its text, of its cards, or of all its pages."""
        told = (str(of.keys.get("inLanguage") or "") for of in self.articles)
        return next(filter(None, told), "") or self.first_meta("og:locale") or self.page.language

    @cached_property
    def article(self) -> Described | None:
        """The article that JSON-LD describes, by the most trustworthy plugin."""
        order = ["yoast", "rank-math", "other", "jnews", "aioseo"]
        return min(
            self.articles, key=lambda described: order.index(described.plugin), default=None
        )

    @cached_property
    def articles(self) -> list[Described]:
        return list(self._articles())

    def published_raw(self) -> tuple[str, str]:
        """Return the machine date of publication and its source; empty where there is none."""
        return self._date("article:published_time", "datePublished")

    def modified_raw(self) -> tuple[str, str]:
        return self._date("article:modified_time", "dateModified")

    def _date(self, meta_name: str, key: str) -> tuple[str, str]:
        by_meta = self.first_meta(meta_name)
        if by_meta:
            return by_meta, "meta"
        by_json = _true_date(self.article, key) if self.article else ""
        return (by_json, "json_ld") if by_json else ("", "")

    def _articles(self) -> Iterator[Described]:
        for script in self.page.css('script[type="application/ld+json"]'):
            plugin = _plugin(classes(script))
            for node in _nodes(script.text(deep=True)):
                kinds = node.get("@type")
                named = kinds if isinstance(kinds, list) else [kinds]
                if not ARTICLE_TYPES & {str(kind).lower() for kind in named}:
                    continue
                is_jnews = plugin == "other" and "article" in named
                yield Described("jnews" if is_jnews else plugin, node)


def _contents(tags: Iterable[Element]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in tags:
        known = tag.attributes
        name = known.get("property") or known.get("name")
        content = (known["content"] or "").strip()
        if name and content:
            found.setdefault(name.lower(), []).append(content)
    return found


def _plugin(names: list[str]) -> str:
    marks = {"yoast": "yoast", "rank-math": "rank-math", "aioseo": "aioseo"}
    return next((own for mark, own in marks.items() for name in names if mark in name), "other")


def _nodes(source: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a piece of JSON-LD, those of its graph too."""
    if not any(part in source for part in MENTIONED):
        return  # most pieces are of the site, its search and its menu
    if source.count("[") + source.count("{") > MOST_NESTED and _is_deep(source):
        return
    try:
        found = DECODER.decode(source)
    except (ValueError, RecursionError):
        return
    for node in found if isinstance(found, list) else [found]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (n for n in graph if isinstance(n, dict)) if isinstance(graph, list) else ()


def _is_deep(source: str) -> bool:
    """Tell whether JSON nests so deep that Python could not print what it is told."""
    depth = 0
    for token in NESTING.finditer(source):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MOST_NESTED:
            return True
    return False


def _true_date(described: Described, key: str) -> str:
    raw = described.keys.get(key)
    if not isinstance(raw, str):
        return ""
    if described.plugin == "aioseo":
        return OFFSET.sub("+00:00", raw)
    if described.plugin == "jnews" and key == "dateModified" and not OFFSET.search(raw):
        return f"{raw}+00:00"
    return raw
