"""A listing page: its members, and where it goes on.

Many articles on a category page are not members. Sidebars, footers and menus show others, the hero
of JNews's own template repeats the newest on every page, and even the theme's 404 page shows ten.
The theme's layouts say what is a member.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from diplonews.errors import LayoutError, UnknownLayoutError
from diplonews.items import UNKNOWN_LAYOUT, Teaser
from diplonews.normalise.names import fold
from diplonews.pages.head import Head
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
from diplonews.pages.themes import ListingLayout, Themes

PAGE_OF = re.compile(r"(\d{1,9})\D+(\d{1,9})")
PAGE_IN_URL = re.compile(r"/page/(\d{1,9})/?$")
PAGED = re.compile(r"paged-(\d{1,9})$")
KIND = re.compile(r"^\s*(category|catégorie|categoria|tag)\s*:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """What one page of a listing says."""

    layout: str  # its name
    canonical_url: str
    slug: str = ""  # the category's; empty where the page is no category's
    title: str = ""
    page_number: int  # from 1
    page_count: int | None = None
    teasers: list[Teaser]  # the members in printed order, each once
    blocks: list[list[Teaser]]  # the same by the block they stand in, where that matters
    unreadable: tuple[str, ...] = ()  # a sentence for each member whose link leads nowhere
    next_url: str
    is_next_seen: bool  # by visitors; else only machines see the link
    # There may be more at /page/N/ though no link leads there.
    has_scripted_pagination: bool
    may_go_on_unseen: bool = False  # nothing on the page says whether there are more pages
    is_empty: bool = False  # the page itself says that there is no article on it
    has_hero: bool = False
    # What the page says it is the listing of, in words and addresses.
    slugs: frozenset[str]
    titles: frozenset[str]  # folded

    @property
    def is_guessed(self) -> bool:
        """Tell whether its members were found without a layout: some may be missing."""
        return self.layout == UNKNOWN_LAYOUT

    def is_of(self, slug: str, title: str) -> bool:
        """Tell whether the page says by slug or title that it is that category's."""
        return slug in self.slugs or fold(title) in self.titles


def refuse_other_kinds(page: Page) -> None:
    """Raise ``LayoutError`` where WordPress says that the page is no listing."""
    kinds = page.body_classes
    if "error404" in kinds:
        raise LayoutError(page.url, "expected a listing, found the theme's 404 page")
    if {"single", "single-post"} & kinds:
        raise LayoutError(page.url, "expected a listing, found an article")


def list_by_layout(page: Page, themes: Themes) -> ListingPage:
    """Return a listing by the first layout that fits; ``LayoutError`` where none does."""
    refuse_other_kinds(page)
    layout = _find_layout(page, themes)
    page.refuse_half(themes.footer)
    read = _LayoutReader(page, layout)
    if not read.teasers and not read.is_empty:
        raise LayoutError(
            page.url,
            f"expected teasers ({layout.members!r}) or a word that there are none, found neither",
        )
    return ListingPage(
        layout=layout.name,
        canonical_url=read.head.canonical_url,
        slug=read.slug,
        title=read.title,
        page_number=read.page_number,
        page_count=read.page_count,
        teasers=read.teasers,
        blocks=read.blocks,
        unreadable=read.unreadable,
        next_url=read.next_link or read.head.link("next"),
        is_next_seen=bool(read.next_link),
        has_scripted_pagination=read.has_scripted_pagination,
        may_go_on_unseen=read.may_go_on_unseen,
        is_empty=read.is_empty,
        has_hero=bool(layout.hero_block and page.css(layout.hero_block)),
        slugs=frozenset({read.slug} if read.is_of_category else ()),
        titles=frozenset({fold(read.title)} if read.is_of_category and read.title else ()),
    )


def _find_layout(page: Page, themes: Themes) -> ListingLayout:
    for layout in themes.listings:
        if page.css(layout.signature):
            return layout
    signatures = ", ".join(repr(layout.signature) for layout in themes.listings)
    raise UnknownLayoutError(page.url, f"expected a listing, found none of {signatures}")


class _LayoutReader:
    """Reads a listing's page by the selectors of a layout."""

    def __init__(self, page: Page, layout: ListingLayout) -> None:
        self.page = page
        self.layout = layout
        self.head = Head(page)

    @cached_property
    def slug(self) -> str:
        """The slug from the body's classes; one that is not ASCII is only in the canonical URL."""
        if "category" not in self.page.body_classes:
            return ""
        for name in self._class_names():
            slug = name.removeprefix("category-")
            is_slug = slug and not slug.isdigit() and not slug.startswith("paged-")
            if slug != name and is_slug:
                return slug
        return last_path_part(PAGE_IN_URL.sub("", self.head.canonical_url))

    @cached_property
    def title(self) -> str:
        heading = self.page.css_first(self.layout.title) if self.layout.title else None
        return KIND.sub("", text(heading))

    @property
    def is_of_category(self) -> bool:
        kinds = self.page.body_classes
        return not {"tag", "author"} & kinds and ("category" in kinds or bool(self.title))

    @cached_property
    def page_number(self) -> int:
        """The number by the body's classes, by the page's count, or by its address."""
        by_class = (m[1] for name in self._class_names() if (m := PAGED.match(name)))
        urls = (self.head.canonical_url, self.page.url)
        by_url = (m[1] for url in urls if (m := PAGE_IN_URL.search(url)))
        return int(next(by_class, "") or (self._page_info or [""])[0] or next(by_url, "1"))

    @property
    def page_count(self) -> int | None:
        return int(self._page_info[1]) if self._page_info else None

    @cached_property
    def teasers(self) -> list[Teaser]:
        by_url: dict[str, Teaser] = {}
        for block in self.blocks:
            for teaser in block:
                by_url.setdefault(teaser.url, teaser)
        return list(by_url.values())

    @cached_property
    def blocks(self) -> list[list[Teaser]]:
        blocks: dict[int, list[Teaser]] = {}
        for element in self._members:
            teaser = self._teaser(element)
            if teaser is not None:
                blocks.setdefault(self._block_number(element), []).append(teaser)
        return list(blocks.values())

    @cached_property
    def _members(self) -> list[Element]:
        layout = self.layout
        skips_hero = layout.hero_repeats and self.page_number > 1
        hero = self.page.css(layout.hero) if layout.hero and not skips_hero else []
        members = self.page.css(layout.members) if layout.members else []
        return list(filter(self._is_member, [*hero, *members]))

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Return a sentence for each member with a headline and without an address."""
        links = (first(member, self.layout.link) for member in self._members)
        sentences = (
            f"expected a link to the article {text(link)!r}, found {attribute(link, 'href')!r}"
            for link in links
            if text(link) and not self.page.absolute(attribute(link, "href"))
        )
        return tuple(dict.fromkeys(sentences))

    def _block_number(self, member: Element) -> int:
        """Return the number of the block around *member*; 0 where the layout has no blocks."""
        names = self.layout.blocks
        outer = ancestors(member) if names else iter(())
        return next((block.mem_id for block in outer if names & set(classes(block))), 0)

    @cached_property
    def next_link(self) -> str:
        css = self.layout.next_page
        links = [link for link in self.page.css(css) if self._is_member(link)] if css else []
        return next((self.page.absolute(attribute(link, "href")) for link in links), "")

    @property
    def may_go_on_unseen(self) -> bool:
        css = self.layout.navigation
        return bool(css and self.teasers) and not any(map(self._is_member, self.page.css(css)))

    @property
    def has_scripted_pagination(self) -> bool:
        """Tell whether a script loads more, or the page counts more pages than it has links to.

        The fetched page never says that the script has come to its end: that sign was only seen
        on pages that a script had changed.
        """
        if self.page_count and self.page_number < self.page_count and not self.next_link:
            return True
        blocks = {
            element.mem_id: element
            for member in self.page.css(self.layout.members or "main")
            if self._is_member(member)
            for element in ancestors(member)
        }
        scripted = self.layout.scripted
        return any(scripted & set(classes(block)) for block in blocks.values())

    @property
    def is_empty(self) -> bool:
        css = self.layout.empty
        return bool(css and not self.teasers and self.page.css(css))

    def _teaser(self, element: Element) -> Teaser | None:
        layout = self.layout
        link = first(element, layout.link)
        url = self.page.absolute(attribute(link, "href"))
        if not url:
            return None
        excerpt = first(element, layout.excerpt) if layout.excerpt else None
        date = first(element, layout.date) if layout.date else None
        return Teaser(url=url, headline=text(link), printed_date=text(date), excerpt=text(excerpt))

    @cached_property
    def _page_info(self) -> list[str]:
        css = self.layout.page_info
        info = PAGE_OF.search(text(self.page.css_first(css))) if css else None
        return [info[1], info[2]] if info else []

    def _class_names(self) -> Iterable[str]:
        return sorted(self.page.body_classes)

    def _is_member(self, element: Element) -> bool:
        if self.layout.placeholder and self.layout.placeholder in classes(element):
            return False
        elsewhere = self.layout.elsewhere
        return not any(elsewhere & set(classes(above)) for above in ancestors(element))
