"""Listings of a theme that nobody described: links to articles, told by how the page is built.

What every page of a site repeats (menus, sidebars, footers) and dates that are links are no
members. Links that are built alike are of one list, whatever classes each post has of its own.
Of several such groups, the list is the one nearest to the links to further pages, and what is
before it (a hero) belongs to it. Where the page does not say itself that it lists articles, some
of the group have to be known: by the site's RSS, its sitemap or an earlier run.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from urllib.parse import urlsplit

from diplonews.errors import LayoutError
from diplonews.items import UNKNOWN_LAYOUT, Teaser
from diplonews.normalise.names import fold
from diplonews.pages.head import Head
from diplonews.pages.listing import PAGE_IN_URL, PAGED, ListingPage, refuse_other_kinds
from diplonews.pages.pruned import all_around
from diplonews.pages.select import (
    Element,
    Page,
    ancestors,
    attribute,
    classes,
    last_path_part,
    text,
)
from diplonews.pages.themes import Themes
from diplonews.pages.themes.unknown import (
    LISTED_AROUND,
    NAMES_OF_POST,
    NO_MEMBERS,
    NOTHING_FOUND,
    WORDS_AROUND,
)

Confirm = Callable[[Iterable[str]], set[str]]  # of addresses, those of articles

NO_ARTICLE = re.compile(
    r"/(?:category|tag|author|page|feed|wp-content|wp-admin|wp-login\.php)(?:/|$)|/\d{4}/\d\d?/?(?:\d\d?/?)?$"
)
FEWEST = 2  # confirmed links that make a group, where the page does not say what it is
LONGEST_TITLE = 200  # characters, of a category
SHORTEST_HEADLINE = 3  # words of a link that is no heading; what is shorter is "Read more"
LIST_ADDRESS = re.compile(r"/(?:category|tag|page)/")
DATE = re.compile(
    r"^\W*(?:\w+[.,]?\s+){0,2}\d{1,2}(?:st|nd|rd|th|er)?[.,/-]?\s*(?:de\s+)?[\w.]*,?\s*(?:de\s+)?\d{4}\W*"
    r"|^\W*\d{4}[./-]\d\d?[./-]\d\d?\W*$|^\W*\d+\s+\w+\s+ago\W*$"
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"archive", "category", "blog", "search"})  # WordPress's words for it


def list_by_links(page: Page, confirm: Confirm, themes: Themes) -> ListingPage:
    """Return a listing by its links; ``LayoutError`` where it is none that can be told."""
    refuse_other_kinds(page)
    page.refuse_half(themes.footer)
    read = _LinkReader(page, confirm)
    teasers = read.teasers()
    if not teasers and not read.is_empty:
        raise LayoutError(
            page.url,
            "expected a listing, found no layout that is known and fewer than "
            f"{FEWEST} links of one kind to articles that are",
        )
    canonical = read.head.canonical_url
    return ListingPage(
        layout=UNKNOWN_LAYOUT,
        canonical_url=canonical,
        page_number=read.page_number,
        teasers=teasers,
        blocks=[teasers],
        next_url=read.next_link or read.head.link("next"),
        is_next_seen=bool(read.next_link),
        has_scripted_pagination=True,  # nobody knows: the 404 of the next page is its end
        is_empty=not teasers,
        slugs=frozenset({last_path_part(PAGE_IN_URL.sub("", canonical or page.url))}),
        titles=frozenset(
            fold(said) for of in page.css("h1, h2, h3") if len(said := text(of)) <= LONGEST_TITLE
        ),
    )


class _LinkReader:
    """Reads a listing's page by its links."""

    def __init__(self, page: Page, confirm: Confirm) -> None:
        self.page = page
        self.head = Head(page)
        self._confirm = confirm

    def teasers(self) -> list[Teaser]:
        if self._says_nothing:
            return []
        by_url: dict[str, Teaser] = {}
        for link in self._members():
            url = self.page.absolute(attribute(link, "href"))
            by_url.setdefault(url, Teaser(url=url, headline=text(link)))
        return list(by_url.values())

    @property
    def is_empty(self) -> bool:
        """Tell whether the page says that there is nothing, or lists, and has no link to list."""
        return self._says_nothing or (self._is_archive and not self._links)

    @cached_property
    def _is_archive(self) -> bool:
        return not LISTS.isdisjoint(self.page.body_classes)

    @cached_property
    def _is_list(self) -> bool:
        """Tell whether WordPress says that it lists articles, by a class or by the address."""
        return self._is_archive or bool(LIST_ADDRESS.search(urlsplit(self.page.url).path))

    @cached_property
    def _says_nothing(self) -> bool:
        return bool(self.page.css(NOTHING_FOUND))

    @cached_property
    def page_number(self) -> int:
        by_class = (m[1] for name in self.page.body_classes if (m := PAGED.match(name)))
        urls = (self.head.canonical_url, self.page.url)
        by_url = (m[1] for url in urls if (m := PAGE_IN_URL.search(url)))
        return int(next(by_class, "") or next(by_url, "1"))

    @property
    def next_link(self) -> str:
        wanted = f"/page/{self.page_number + 1}"
        links = (self.page.absolute(attribute(a, "href")) for a in self._paging)
        return next((url for url in links if url.rstrip("/").endswith(wanted)), "")

    @cached_property
    def _paging(self) -> list[Element]:
        return self.page.css('a[href*="/page/"]')

    @cached_property
    def _titles(self) -> list[Element]:
        """The page's own headings: those that say what its address does, or else its h1."""
        address = PAGE_IN_URL.sub("", self.head.canonical_url or self.page.url)
        said = fold(last_path_part(address).replace("-", " "))
        named = [of for of in self.page.css("h1, h2, h3, h4") if fold(text(of)) == said]
        return named or self.page.css("h1")

    @cached_property
    def _links(self) -> list[Element]:
        """The links that may be members': those in headings, where there are any."""
        around = self._around
        found = [of for of in _links_outside(self.page, around) if self._may_be_article(of)]
        return [of for of in found if _heading_of(of)] or found

    @cached_property
    def _around(self) -> set[int]:
        """What every page repeats; but for what the title of this one stands in."""
        kept = all_around(self._titles)
        boxes = [*self.page.css(LISTED_AROUND), *self.page.css(NO_MEMBERS)]
        boxes += [of for of in self.page.css("header") if not _is_of_card(of)]
        boxes += [of for of in self.page.css("[class], [id]") if _is_around(of)]
        return {of.mem_id for of in boxes} - kept

    def _members(self) -> list[Element]:
        links = self._links
        urls = [self.page.absolute(attribute(of, "href")) for of in links]
        confirmed = self._confirm(urls)
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for at, link in enumerate(links):
            groups[_kind(link)].append(at)
        fewest = 0 if self._is_list else FEWEST
        sound = [
            members
            for members in groups.values()
            if len({urls[at] for at in members} & confirmed) >= fewest
        ]
        if not sound:
            return []
        lists = max(sound, key=lambda members: self._rank([links[at] for at in members]))
        # A hero above the list shows the newest, on later pages too.
        start = lists[0] if self.page_number > 1 else 0
        chosen = [
            members
            for members in sound
            if start <= members[-1]
            and (members[0] <= lists[-1] or self._is_beside(links[members[0]], links[lists[0]]))
        ]
        return [links[at] for at in sorted(at for members in chosen for at in members)]

    def _is_beside(self, link: Element, listed: Element) -> bool:
        """Tell whether a link behind the list is of it: below one title, without paging."""
        if self._paging or not self._is_list:
            return False
        titled = all_around(self._titles)
        column = next((of for of in ancestors(listed) if of.mem_id in titled), None)
        return column is not None and any(of.mem_id == column.mem_id for of in ancestors(link))

    def _rank(self, links: list[Element]) -> tuple[int, int]:
        """Return how near a group is to the paging, or to the title, and how large it is."""
        marks = self._paging[:1] or self._titles[:1]
        around = {of.mem_id for of in ancestors(marks[0])} if marks else set()
        nearest = next((of for of in ancestors(links[0]) if of.mem_id in around), None)
        depth = sum(1 for _ in ancestors(nearest)) if nearest is not None else 0
        return depth, len(links)

    def _may_be_article(self, link: Element) -> bool:
        url, said = self.page.absolute(attribute(link, "href")), text(link)
        if not url or not said or DATE.search(said) or link.css_first("time") is not None:
            return False
        if not _heading_of(link) and len(said.split()) < SHORTEST_HEADLINE:
            return False
        path = urlsplit(url).path
        return len(path) > 1 and not NO_ARTICLE.search(path)


def _links_outside(page: Page, around: set[int]) -> Iterable[Element]:
    """Yield the links that are in none of the elements."""
    waiting = [page.root]
    while waiting:
        element = waiting.pop()
        if element.mem_id in around:
            continue
        if element.tag == "a" and "href" in element.attributes:
            yield element
        waiting += reversed(list(element.iter()))


def _is_of_card(header: Element) -> bool:
    return any(of.tag in {"article", "main", "li"} for of in ancestors(header))


def _is_around(element: Element) -> bool:
    if element.tag in {"html", "body", "main", "article"}:
        return False
    known = element.attributes
    names = f"{known.get('class') or ''} {known.get('id') or ''}".lower().split()
    return any(WORDS_AROUND.search(name) for name in names)


def _heading_of(link: Element) -> str:
    """Return the tag of the heading that a link is in, or that is in it; empty: none."""
    for above in (link.parent, link.parent.parent if link.parent is not None else None):
        if above is not None and above.tag in HEADINGS:
            return str(above.tag)
    inner = link.css_first("h1, h2, h3, h4, h5, h6")
    return str(inner.tag) if inner is not None else ""


def _kind(link: Element) -> tuple[object, ...]:
    """Return how a link is built: tags and classes, but for those of a post's own."""
    around = [link, *list(ancestors(link))[:3]]
    return tuple((of.tag, *_names(of)) for of in around)


def _names(element: Element) -> list[str]:
    return sorted({of for of in classes(element) if not NAMES_OF_POST.match(of)})
