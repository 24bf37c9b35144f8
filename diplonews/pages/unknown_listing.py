"""Listings of a theme that nobody described yet: links to articles that are known to be such.

A link is confirmed where the site's RSS, its sitemap or an earlier run names its address. What is
built like two confirmed links or more is a member too: so new articles are found between known
ones. Of several such groups, the list is the one nearest to the links to further pages, and what
is before it (a hero) belongs to it; what is behind it are sidebars.
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
from diplonews.pages.listing import PAGE_IN_URL, ListingPage, refuse_other_kinds
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

Confirm = Callable[[Iterable[str]], set[str]]  # of addresses, those of articles

# Parts of a page that are no list of its articles, by HTML's own names.
ASIDE = frozenset({"nav", "aside", "footer", "header"})
NO_ARTICLE = re.compile(
    r"/(?:category|tag|author|page|feed|wp-content|wp-admin|wp-login\.php)(?:/|$)"
)
FEWEST = 2  # confirmed links that make a group
LONGEST_TITLE = 200  # characters, of a category
SHORTEST_HEADLINE = 3  # words; what is shorter is "Read more"


def list_by_links(page: Page, confirm: Confirm, themes: Themes) -> ListingPage:
    """Return a listing by its links that are confirmed; ``LayoutError`` where there are few."""
    refuse_other_kinds(page)
    page.refuse_half(themes.footer)
    read = _LinkReader(page, confirm)
    teasers = read.teasers()
    if not teasers:
        raise LayoutError(
            f"{page.url}: expected a listing, found no layout that is known and fewer than "
            f"{FEWEST} links of one kind to articles that are"
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
        by_url: dict[str, Teaser] = {}
        for link in self._members():
            url = self.page.absolute(attribute(link, "href"))
            by_url.setdefault(url, Teaser(url=url, headline=text(link)))
        return list(by_url.values())

    @property
    def page_number(self) -> int:
        found = PAGE_IN_URL.search(self.page.url)
        return int(found[1]) if found else 1

    @property
    def next_link(self) -> str:
        wanted = f"/page/{self.page_number + 1}"
        links = (self.page.absolute(attribute(a, "href")) for a in self._paging)
        return next((url for url in links if url.rstrip("/").endswith(wanted)), "")

    @cached_property
    def _paging(self) -> list[Element]:
        return self.page.css('a[href*="/page/"]')

    def _members(self) -> list[Element]:
        links = [of for of in self.page.css("a[href]") if self._may_be_article(of)]
        urls = [self.page.absolute(attribute(of, "href")) for of in links]
        confirmed = self._confirm(urls)
        groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for at, link in enumerate(links):
            groups[_kind(link)].append(at)
        sound = [
            members
            for members in groups.values()
            if len({urls[at] for at in members} & confirmed) >= FEWEST
        ]
        if not sound:
            return []
        lists = max(sound, key=lambda members: self._rank([links[at] for at in members]))
        chosen = [members for members in sound if members[0] <= lists[0]]
        return [links[at] for members in chosen for at in members]

    def _rank(self, links: list[Element]) -> tuple[int, int]:
        """Return how near a group is to the links to further pages, and how large it is."""
        around = {of.mem_id for of in ancestors(self._paging[0])} if self._paging else set()
        nearest = next((of for of in ancestors(links[0]) if of.mem_id in around), None)
        depth = sum(1 for _ in ancestors(nearest)) if nearest is not None else 0
        return depth, len(links)

    def _may_be_article(self, link: Element) -> bool:
        url = self.page.absolute(attribute(link, "href"))
        if not url or len(text(link).split()) < SHORTEST_HEADLINE:
            return False
        path = urlsplit(url).path
        is_aside = any(of.tag in ASIDE for of in ancestors(link))
        return len(path) > 1 and not NO_ARTICLE.search(path) and not is_aside


def _kind(link: Element) -> tuple[object, ...]:
    """Return how a link is built: its tag and classes, and those of what is around it."""
    around = [link, *list(ancestors(link))[:3]]
    return tuple((of.tag, " ".join(classes(of))) for of in around)
