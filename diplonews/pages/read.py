"""Entry points: a page goes in, an article or a listing comes out, or ``LayoutError``.

A page is read by the first layout that fits. Where none fits, it is read by its data for machines
and its structure (docs/decisions/0021). ``layout`` says how it was read.
"""

from diplonews.errors import LayoutError, UnknownLayoutError
from diplonews.pages.article import ArticlePage
from diplonews.pages.head import Head
from diplonews.pages.listing import ListingPage, list_by_layout
from diplonews.pages.parts import find_parts, refuse_other_kinds
from diplonews.pages.select import Page
from diplonews.pages.themes import THEMES, Themes
from diplonews.pages.unknown_article import find_unknown_parts, is_article
from diplonews.pages.unknown_listing import Confirm, list_by_links


def read_article(page: Page, themes: Themes = THEMES) -> ArticlePage:
    """Return an article's page, read by a layout of *themes*, or else without one.

    Raises ``LayoutError`` where the page is no article. Without a layout, only a page that tells
    machines so is one.
    """
    try:
        return read_article_by_layout(page, themes)
    except LayoutError:
        head = Head(page)
        if not is_article(page, head, themes):
            raise
        return ArticlePage(page, head, find_unknown_parts(page, head, themes))


def read_article_by_layout(page: Page, themes: Themes = THEMES) -> ArticlePage:
    """Return an article's page as one of *themes* prints it; ``LayoutError`` otherwise."""
    refuse_other_kinds(page)
    parts = find_parts(page, themes)
    page.refuse_half(themes.footer)
    return ArticlePage(page, Head(page), parts)


def read_article_without_layout(page: Page, themes: Themes = THEMES) -> ArticlePage:
    """Return an article's page as if its theme were unknown.

    *themes* are needed only for the names of boxes.
    """
    head = Head(page)
    return ArticlePage(page, head, find_unknown_parts(page, head, themes))


def read_listing(page: Page, confirm: Confirm, themes: Themes = THEMES) -> ListingPage:
    """Return a listing, read by a layout of *themes*, or else by the links that are confirmed.

    Raises ``LayoutError`` where the page is no listing, or its links show no list.
    """
    try:
        return read_listing_by_layout(page, themes)
    except UnknownLayoutError:
        return read_listing_without_layout(page, confirm, themes)


def read_listing_by_layout(page: Page, themes: Themes = THEMES) -> ListingPage:
    """Return a listing as one of *themes* prints it; ``LayoutError`` otherwise."""
    return list_by_layout(page, themes)


def read_listing_without_layout(
    page: Page, confirm: Confirm, themes: Themes = THEMES
) -> ListingPage:
    """Return a listing as if its theme were unknown."""
    return list_by_links(page, confirm, themes)
