"""Where a category's listing is: by the home page's menus, or by WordPress's usual addresses."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import scrapy
from scrapy.http import Response
from twisted.python.failure import Failure

from diplonews import site
from diplonews.crawling.answers import page_of
from diplonews.errors import LayoutError
from diplonews.normalise.names import fold
from diplonews.normalise.urls import last_path_part
from diplonews.pages.menu import category_links

# As high as a walk's: before any article.
PRIORITY = 10


class Seeker(Protocol):
    """Something that needs the listing of a category."""

    category: site.Category

    def begin_at(self, candidates: Sequence[str]) -> Iterator[scrapy.Request]:
        """Ask at each of *candidates* until one is the listing."""


def find(seekers: Sequence[Seeker], origin: str, most: int) -> scrapy.Request:
    """Ask for the home page; begin *seekers* at the listings that its menus link.

    Each seeker tries at most *most* links.
    """

    def parse_home(response: Response) -> Iterator[scrapy.Request]:
        try:
            links = category_links(page_of(response))
        except LayoutError:
            links = []
        yield from begin(links)

    def begin(links: Sequence[tuple[str, str]]) -> Iterator[scrapy.Request]:
        for seeker in seekers:
            yield from seeker.begin_at(candidates(seeker.category, links, origin, most))

    without_menus: Callable[[Failure], Iterator[scrapy.Request]] = lambda _: begin([])  # noqa: E731
    return scrapy.Request(f"{origin}/", parse_home, errback=without_menus, priority=PRIORITY)


def candidates(
    category: site.Category, links: Sequence[tuple[str, str]], origin: str, most: int | None = None
) -> list[str]:
    """Return where a category's listing may be, likeliest first.

    First come links of the menus with its title or slug: *most* of them, or all. Those under its
    parent's path come before others, since the menu names Nigeria twice, once under ECOWAS. Then
    come the addresses that WordPress would give it.
    """
    wanted = fold(category.title)
    named = [
        url
        for title, url in links
        if site.is_on(origin, url)
        and (fold(title) == wanted or last_path_part(url) == category.slug)
    ]
    under_parent = [url for url in named if f"/{category.parent or category.slug}/" in f"{url}/"]
    likely = list(dict.fromkeys([*under_parent, *named]))[:most]
    return list(dict.fromkeys([*likely, *site.listing_addresses(origin, category)]))
