"""Listings of an unknown theme: links to articles, found by the page's structure.

Menus, sidebars and footers stand on every page of a site, so their links are no members. Nor are
dates that are links. Links with the same tags and classes around them are one group; classes of a
single post do not count. The list is the group nearest to the links to further pages. Groups
before it (a hero) belong to it. If neither classes nor address say that the page is a listing,
some links of a group must lead to known articles: of the RSS, the sitemap or an earlier run.
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
from diplonews.pages.pruned import with_ancestors
from diplonews.pages.select import (
    Element,
    Page,
    ancestors,
    attribute,
    classes,
    first,
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

Confirm = Callable[[Iterable[str]], set[str]]  # takes URLs, returns those of articles

NO_ARTICLE = re.compile(
    r"""
    /(?:category|tag|author|page|feed|wp-content|wp-admin|wp-login\.php)(?:/|$)
    | /\d{4}/\d\d?/?(?:\d\d?/?)?$  # all articles of a month or a day
    """,
    re.VERBOSE,
)
FEWEST = 2  # confirmed links of a group, where the page does not say that it is a listing
LONGEST_TITLE = 200  # characters, of a category
SHORTEST_HEADLINE = 3  # words of a link outside of headings; a shorter one is "Read more"
LIST_ADDRESS = re.compile(r"/(?:category|tag|page)/")
DAY = r"\d{1,2}(?:st|nd|rd|th|er)?[.,/-]?"
DATE = re.compile(
    rf"""
    # 3 de maio de 2025
    ^\W*(?:\w+[.,]?\s+){{0,2}} {DAY}\s*(?:de\s+)?[\w.]*,?\s*(?:de\s+)?\d{{4}}\W*
    | ^\W*\d{{4}}[./-]\d\d?[./-]\d\d?\W*$  # 2025/05/03
    | ^\W*\d+\s+\w+\s+ago\W*$  # 3 days ago
    """,
    re.VERBOSE,
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"archive", "category", "blog", "search"})  # WordPress's words for it


def list_by_links(page: Page, confirm: Confirm, themes: Themes) -> ListingPage:
    """Return a listing by its links; ``LayoutError`` where they show no list."""
    refuse_other_kinds(page)
    page.refuse_half(themes.footer)
    read = _LinkReader(page, confirm)
    teasers = read.teasers()
    if not teasers and not read.is_empty:
        raise LayoutError(
            page.url,
            "expected a listing, found no layout that is known and fewer than "
            f"{FEWEST} links of one kind to known articles",
        )
    canonical = read.head.canonical_url
    return ListingPage(
        layout=UNKNOWN_LAYOUT,
        canonical_url=canonical,
        page_number=read.page_number,
        teasers=teasers,
        blocks=[teasers],
        unreadable=read.unreadable,
        next_url=read.next_link or read.head.link("next"),
        is_next_seen=bool(read.next_link),
        has_scripted_pagination=True,  # not known: a 404 of the next page is the end
        is_empty=not teasers,
        slugs=frozenset({last_path_part(PAGE_IN_URL.sub("", canonical or page.url))}),
        titles=frozenset(_titles(page)),
    )


def _titles(page: Page) -> Iterable[str]:
    headings = map(text, page.css("h1, h2, h3"))
    return (fold(heading) for heading in headings if len(heading) <= LONGEST_TITLE)


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
        for link in self._members:
            url = self.page.absolute(attribute(link, "href"))
            by_url.setdefault(url, Teaser(url=url, headline=text(link)))
        return list(by_url.values())

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Return a sentence for each link that is built like the members', and leads nowhere."""
        kinds = set(map(_kind, self._members)) if not self._says_nothing else set()
        sentences = (
            f"expected a link to the article {text(link)!r}, found {attribute(link, 'href')!r}"
            for link in _links_outside(self.page, self._repeated_boxes)
            if not self.page.absolute(attribute(link, "href"))
            and _is_headline(link, text(link))
            and _kind(link) in kinds
        )
        return tuple(dict.fromkeys(sentences))

    @property
    def is_empty(self) -> bool:
        """Tell whether the page says that it is empty, or is a list without links."""
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
        """The headings with the words of the page's address, or else its h1."""
        address = PAGE_IN_URL.sub("", self.head.canonical_url or self.page.url)
        title = fold(last_path_part(address).replace("-", " "))
        headings = [h for h in self.page.css("h1, h2, h3, h4") if fold(text(h)) == title]
        return headings or self.page.css("h1")

    @cached_property
    def _links(self) -> list[Element]:
        """The links that may be members': those in headings, where there are any."""
        outside = _links_outside(self.page, self._repeated_boxes)
        links = [link for link in outside if self._may_be_article(link)]
        return [link for link in links if _heading_of(link)] or links

    @cached_property
    def _repeated_boxes(self) -> set[int]:
        """The boxes that every page repeats; not the one with the title of this page."""
        boxes = [*self.page.css(LISTED_AROUND), *self.page.css(NO_MEMBERS)]
        boxes += [header for header in self.page.css("header") if not _is_in_card(header)]
        boxes += [box for box in self.page.css("[class], [id]") if _is_repeated(box)]
        return {box.mem_id for box in boxes} - with_ancestors(self._titles)

    @cached_property
    def _members(self) -> list[Element]:
        """Return the links of the list and of its hero, in the order of the page."""
        links = self._links
        groups = self._confirmed_groups()
        if not groups:
            return []
        main = max(groups, key=lambda group: self._rank([links[at] for at in group]))
        # A hero above the list shows the newest, on later pages too.
        start = main[0] if self.page_number > 1 else 0
        places: list[int] = []
        for group in groups:
            is_before_end = group[0] <= main[-1]
            if start <= group[-1] and (
                is_before_end or self._is_beside(links[group[0]], links[main[0]])
            ):
                places += group
        return [links[at] for at in sorted(places)]

    def _confirmed_groups(self) -> list[list[int]]:
        """Return the groups of links, as places in ``_links``, with enough links to articles."""
        urls = [self.page.absolute(attribute(link, "href")) for link in self._links]
        confirmed = self._confirm(urls)
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for at, link in enumerate(self._links):
            groups[_kind(link)].append(at)
        fewest = 0 if self._is_list else FEWEST
        return [
            group
            for group in groups.values()
            if len({urls[at] for at in group} & confirmed) >= fewest
        ]

    def _is_beside(self, link: Element, member: Element) -> bool:
        """Tell whether a link after the list belongs to it: below one title, without paging."""
        if self._paging or not self._is_list:
            return False
        titled = with_ancestors(self._titles)
        column = next((above for above in ancestors(member) if above.mem_id in titled), None)
        return column is not None and any(
            above.mem_id == column.mem_id for above in ancestors(link)
        )

    def _rank(self, links: list[Element]) -> tuple[int, int]:
        """Return how near a group is to the paging, or to the title, and how large it is."""
        landmarks = self._paging[:1] or self._titles[:1]
        nearby = {above.mem_id for above in ancestors(landmarks[0])} if landmarks else set()
        shared = (above for above in ancestors(links[0]) if above.mem_id in nearby)
        nearest = next(shared, None)
        depth = sum(1 for _ in ancestors(nearest)) if nearest is not None else 0
        return depth, len(links)

    def _may_be_article(self, link: Element) -> bool:
        url, words = self.page.absolute(attribute(link, "href")), text(link)
        if not url or not _is_headline(link, words):
            return False
        path = urlsplit(url).path
        return len(path) > 1 and not NO_ARTICLE.search(path)


def _is_headline(link: Element, words: str) -> bool:
    if not words or DATE.search(words) or first(link, "time") is not None:
        return False
    return bool(_heading_of(link)) or len(words.split()) >= SHORTEST_HEADLINE


def _links_outside(page: Page, boxes: set[int]) -> Iterable[Element]:
    """Yield the links that stand in none of the boxes; *boxes* are ``mem_id``."""
    waiting = [page.root]
    while waiting:
        element = waiting.pop()
        if element.mem_id in boxes:
            continue
        if element.tag == "a" and "href" in element.attributes:
            yield element
        waiting += reversed(list(element.iter()))


def _is_in_card(header: Element) -> bool:
    return any(above.tag in {"article", "main", "li"} for above in ancestors(header))


def _is_repeated(element: Element) -> bool:
    """Tell whether a class or the id says that every page repeats the element."""
    if element.tag in {"html", "body", "main", "article"}:
        return False
    attributes = element.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
    return any(WORDS_AROUND.search(name) for name in names)


def _heading_of(link: Element) -> str:
    """Return the tag of the heading around a link or inside it; empty for none."""
    for above in (link.parent, link.parent.parent if link.parent is not None else None):
        if above is not None and above.tag in HEADINGS:
            return str(above.tag)
    inner = first(link, "h1, h2, h3, h4, h5, h6")
    return str(inner.tag) if inner is not None else ""


def _kind(link: Element) -> tuple[object, ...]:
    """Return tags and classes of a link and around it, without the classes of a single post."""
    elements = [link, *list(ancestors(link))[:3]]
    return tuple((element.tag, *_list_classes(element)) for element in elements)


def _list_classes(element: Element) -> list[str]:
    return sorted({name for name in classes(element) if not NAMES_OF_POST.match(name)})
