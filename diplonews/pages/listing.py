"""A listing page: its members, and where it goes on.

A category page is full of articles that are not its own: sidebars, footers and menus show
others, the hero of JNews's own template repeats the newest on every page, and even the
theme's 404 page shows ten. What is a member is said here, layout by layout.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from diplonews.errors import LayoutError, UnknownLayoutError
from diplonews.items import Teaser
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


@dataclass(frozen=True, slots=True)
class ListingLayout:
    """Where a layout of listings prints what."""

    name: str
    mark: str  # what tells that this is the layout
    hero: str  # members above the list
    hero_repeats: bool  # on later pages, so that there it holds no members
    members: str
    link: str
    next_page: str
    empty: str  # what it prints where there is no article


def _jnews(name: str, wrapper: str) -> ListingLayout:
    return ListingLayout(
        name=name,
        mark=wrapper,
        hero=".jnews_category_hero_container article.jeg_post",
        hero_repeats=True,
        members=f"{wrapper} article.jeg_post",
        link=".jeg_post_title a",
        next_page=f"{wrapper} .jeg_navigation a.page_nav.next",
        empty=f"{wrapper} .jeg_empty_module",
    )


LAYOUTS = (
    _jnews("jnews", ".jnews_category_content_wrapper"),
    _jnews("jnews", ".jnews_archive_content_wrapper"),  # tags
    _jnews("jnews", ".jnews_author_content_wrapper"),
    # Templates made with a page builder: hero and list are parts of one query, so the hero
    # moves on with the pages. An empty category prints nothing at all.
    ListingLayout(
        name="jnews-custom",
        mark=".custom_category_template, .custom_archive_template",
        hero=".jeg_content .jeg_heroblock article.jeg_post",
        hero_repeats=False,
        members=".jeg_content .jeg_postblock article.jeg_post",
        link=".jeg_post_title a",
        next_page=".jeg_content .jeg_navigation a.page_nav.next",
        empty=".custom_category_template, .custom_archive_template",
    ),
    # WordPress's own themes and their kin.
    ListingLayout(
        name="stock",
        mark="main article .entry-title a",
        hero="",
        hero_repeats=False,
        members="main article",
        link=".entry-title a",
        next_page=".nav-links a.next, .nav-previous a",
        empty="",
    ),
    ListingLayout("stock", "main .no-results", "", False, "", "", "", "main .no-results"),
)
ELSEWHERE = frozenset({"jeg_sidebar", "widget", "widget-area", "jeg_footer", "jeg_sidefeed"})
SCRIPTED = frozenset({
    "jeg_pagination_nextprev", "jeg_pagination_loadmore", "jeg_pagination_scrollload",
})  # fmt: skip
PAGE_OF = re.compile(r"(\d{1,9})\D+(\d{1,9})")
PAGE_IN_URL = re.compile(r"/page/(\d{1,9})/?$")
PAGED = re.compile(r"paged-(\d{1,9})$")
KIND = re.compile(r"^\s*(category|catégorie|categoria|tag)\s*:\s*", re.IGNORECASE)


class ListingPage:
    """One page of a listing. Raises ``LayoutError`` where the page is none."""

    is_fallback = False  # its members were told by a layout

    def __init__(self, page: Page) -> None:
        self.page = page
        self.head = Head(page)
        self.refuse_other_kinds()
        self._layout = self._find_layout()
        page.refuse_half()
        if not self.teasers and not self.is_empty:
            raise LayoutError(
                f"{page.url}: expected teasers ({self._layout.members!r}) or a word that there "
                f"are none, found neither"
            )

    def refuse_other_kinds(self) -> None:
        """Raise ``LayoutError`` where WordPress says that the page is no listing."""
        kinds = self.page.body_classes
        if "error404" in kinds:
            raise LayoutError(f"{self.page.url}: expected a listing, found the theme's 404 page")
        if {"single", "single-post"} & kinds:
            raise LayoutError(f"{self.page.url}: expected a listing, found an article")

    def _find_layout(self) -> ListingLayout:
        for layout in LAYOUTS:
            if self.page.css(layout.mark):
                return layout
        looked_for = ", ".join(repr(layout.mark) for layout in LAYOUTS)
        raise UnknownLayoutError(
            f"{self.page.url}: expected a listing, found none of {looked_for}"
        )

    @property
    def layout(self) -> str:
        return self._layout.name

    @property
    def canonical_url(self) -> str:
        return self.head.canonical_url

    @property
    def slug(self) -> str:
        """The category's slug; empty where the page is no category's.

        From the body's classes; a slug that is not ASCII is only in the canonical URL.
        """
        if "category" not in self.page.body_classes:
            return ""
        named = (n.removeprefix("category-") for n in self._class_names() if n[:9] == "category-")
        by_class = next((n for n in named if not n.isdigit() and not n.startswith("paged-")), "")
        return by_class or last_path_part(PAGE_IN_URL.sub("", self.canonical_url))

    @property
    def title(self) -> str:
        heading = first(self.page, "h1.jeg_cat_title, h1.jeg_archive_title, h1.page-title")
        return KIND.sub("", text(heading))

    @cached_property
    def page_number(self) -> int:
        """From 1; by the body's classes, the page's own count, or its address."""
        by_class = (m[1] for name in self._class_names() if (m := PAGED.match(name)))
        urls = (self.canonical_url, self.page.url)
        by_url = (m[1] for url in urls if (m := PAGE_IN_URL.search(url)))
        return int(next(by_class, "") or (self._page_info or [""])[0] or next(by_url, "1"))

    @property
    def page_count(self) -> int | None:
        return int(self._page_info[1]) if self._page_info else None

    @cached_property
    def teasers(self) -> list[Teaser]:
        """The members in printed order, each once."""
        layout = self._layout
        skips_hero = layout.hero_repeats and self.page_number > 1
        hero = self.page.css(layout.hero) if layout.hero and not skips_hero else []
        listed = self.page.css(layout.members) if layout.members else []
        found = (self._teaser(element) for element in [*hero, *listed] if _is_member(element))
        by_url: dict[str, Teaser] = {}
        for teaser in found:
            if teaser is not None:
                by_url.setdefault(teaser.url, teaser)
        return list(by_url.values())

    @property
    def next_url(self) -> str:
        css = self._layout.next_page
        links = [link for link in self.page.css(css) if _is_member(link)] if css else []
        by_link = next((self.page.absolute(attribute(link, "href")) for link in links), "")
        return by_link or self.head.link("next")

    @property
    def has_scripted_pagination(self) -> bool:
        """Tell whether there may be more at /page/N/ though no link leads there.

        So where a script loads it. Whether the script has come to its end is not asked: the
        mark for that was only seen on pages that a script had changed. And so where the page
        counts more pages than it has links to.
        """
        if self.page_count and self.page_number < self.page_count and not self.next_url:
            return True
        blocks = {
            element.mem_id: element
            for member in self.page.css(self._layout.members or "main")
            if _is_member(member)
            for element in ancestors(member)
        }
        return any(SCRIPTED & set(classes(block)) for block in blocks.values())

    @property
    def is_empty(self) -> bool:
        """Tell whether the page itself says that there is no article on it."""
        css = self._layout.empty
        return bool(css and not self.teasers and self.page.css(css))

    def is_of(self, slug: str, title: str) -> bool:
        """Tell whether the page says that it is that category's, by slug or by title."""
        kinds = self.page.body_classes
        if {"tag", "author"} & kinds or ("category" not in kinds and not self.title):
            return False
        return self.slug == slug or (bool(self.title) and fold(self.title) == fold(title))

    def _teaser(self, element: Element) -> Teaser | None:
        link = first(element, self._layout.link)
        url = self.page.absolute(attribute(link, "href"))
        if not url:
            return None
        excerpt = first(element, ".jeg_post_excerpt p, .entry-summary, .entry-content p")
        date = first(element, ".jeg_meta_date, time.entry-date")
        return Teaser(url=url, headline=text(link), printed_date=text(date), excerpt=text(excerpt))

    @cached_property
    def _page_info(self) -> list[str]:
        info = PAGE_OF.search(text(first(self.page, ".jeg_navigation .page_info")))
        return [info[1], info[2]] if info else []

    def _class_names(self) -> Iterable[str]:
        return sorted(self.page.body_classes)


def _is_member(element: Element) -> bool:
    if "jeg_hero_empty" in classes(element):
        return False
    return not any(ELSEWHERE & set(classes(above)) for above in ancestors(element))
