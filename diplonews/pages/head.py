"""What a page says for machines: meta and link tags, JSON-LD and microdata."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlsplit

from diplonews.normalise.numbers import parse_number
from diplonews.pages.kept import cached_property
from diplonews.pages.linked_data import Described, LinkedData
from diplonews.pages.microdata import Microdata
from diplonews.pages.select import Element, Page, attribute

METAS = "meta[content]"
POST_ID = re.compile(r"postid-(.+)$")
REST_POST = re.compile(r"/wp/v2/posts/([^/]+)$")

# Names of meta tags, best first. The later ones come from other plugins and from analytics.
PUBLISHED = ("article:published_time",)
PUBLISHED_TOO = (
    "og:published_time", "datepublished", "parsely-pub-date", "sailthru.date", "pubdate",
    "publish-date", "dc.date", "dc.date.issued", "dcterms.created", "date",
)  # fmt: skip
MODIFIED = ("article:modified_time",)
MODIFIED_TOO = ("og:updated_time", "datemodified", "dcterms.modified", "last-modified")
AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator",
)  # fmt: skip
# A label and its value, which Yoast shows beside a link in a chat.
LABELS = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
WRITTEN_BY = frozenset({
    "written by", "écrit par", "rédigé par", "publié par", "escrito por", "por", "par", "by",
    "author", "auteur", "autor",
})  # fmt: skip


class Head:
    """Meta tags by property or name, links by rel, and JSON-LD."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.linked_data = LinkedData(page)
        self.microdata = Microdata(page)

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """All contents by property or name, in the order of the page; some stand there twice."""
        tags = self.page.css(METAS)
        return self._meta_in_head if len(tags) == len(self._metas_in_head) else _contents(tags)

    @cached_property
    def _metas_in_head(self) -> list[Element]:
        return self.page.head_css(METAS)

    @cached_property
    def _meta_in_head(self) -> dict[str, list[str]]:
        return _contents(self._metas_in_head)

    def first_meta(self, name: str) -> str:
        """Return the first content under a name; empty where there is none.

        A tag that a plugin prints too early ends the head, and the meta tags after it are in the
        body. The body is searched only for names that the head does not have.
        """
        return (self._meta_in_head.get(name) or self.meta.get(name) or [""])[0]

    def link(self, rel: str, kind: str = "") -> str:
        """Return the absolute address of the first link tag of that rel and type."""
        typed = f'[type="{kind}"]' if kind else ":not([type])"
        css = f'link[rel="{rel}"][href]:not([href=""]){typed}'
        tag = self.page.head_css_first(css) or self.page.css_first(css)
        return self.page.absolute(attribute(tag, "href"))

    @cached_property
    def canonical_url(self) -> str:
        return self.link("canonical")

    @cached_property
    def post_id(self) -> int | None:
        """WordPress's number for the article, from the best of the places that show one."""
        numbers = map(parse_number, self._post_ids())
        return next((number for number in numbers if number is not None), None)

    def _post_ids(self) -> Iterator[str]:
        yield from (m[1] for name in self.page.body_classes if (m := POST_ID.match(name)))
        yield from parse_qs(urlsplit(self.link("shortlink")).query).get("p", [])
        rest = REST_POST.search(self.link("alternate", "application/json"))
        yield from [rest[1]] if rest else []

    @property
    def language(self) -> str:
        """The language of the article in JSON-LD, else of its preview card, else of the page."""
        described = (str(article.keys.get("inLanguage") or "") for article in self.articles)
        return (
            next(filter(None, described), "") or self.first_meta("og:locale") or self.page.language
        )

    @property
    def articles(self) -> list[Described]:
        """The articles that JSON-LD describes."""
        return self.linked_data.articles

    def authors(self) -> list[str]:
        """Return the authors of the first meta tags that have any; a URL is no author."""
        sources: list[Iterable[str]] = [self._metas(name) for name in AUTHORS]
        sources += [
            self._metas(data)
            for label, data in LABELS
            if self.first_meta(label).lower().rstrip(" :") in WRITTEN_BY
        ]
        names_by_source = ([name for name in names if "://" not in name] for names in sources)
        return list(dict.fromkeys(next(filter(None, names_by_source), [])))

    def published(self) -> Iterator[tuple[str, str]]:
        """Yield the machine dates of publication, best first, each with its source."""
        yield from self._dates("datePublished", PUBLISHED, PUBLISHED_TOO)
        yield from self._dates("dateCreated", (), ())

    def modified(self) -> Iterator[tuple[str, str]]:
        """Yield the machine dates of the last change, best first, each with its source."""
        return self._dates("dateModified", MODIFIED, MODIFIED_TOO)

    def _dates(
        self, key: str, names: Iterable[str], later_names: Iterable[str]
    ) -> Iterator[tuple[str, str]]:
        for name in names:
            yield from ((raw, "meta") for raw in self._metas(name))
        for described in self.linked_data.dated:
            if raw := described.date(key):
                yield raw, "json_ld"
        for raw in self.microdata.values(key):
            yield raw, "microdata"
        for name in later_names:
            yield from ((raw, "meta") for raw in self._metas(name))

    def _metas(self, name: str) -> Iterator[str]:
        """Yield the contents under a name, first those of the head, which are mostly enough."""
        first = self._meta_in_head.get(name, [])
        yield from first
        yield from (raw for raw in self.meta.get(name, []) if raw not in first)


def _contents(tags: Iterable[Element]) -> dict[str, list[str]]:
    contents: dict[str, list[str]] = {}
    for tag in tags:
        attributes = tag.attributes
        name = attributes.get("property") or attributes.get("name")
        content = (attributes["content"] or "").strip()
        if name and content:
            contents.setdefault(name.lower(), []).append(content)
    return contents
