"""Where on its page an article stands, found by a layout's selectors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from diplonews.errors import LayoutError
from diplonews.pages.body import Content, read_content
from diplonews.pages.select import Element, Page, ancestors, find_all, only, text
from diplonews.pages.themes import ArticleLayout, Themes

# The body's classes on pages of WordPress that are no post. Its pages ("About") look like
# articles, and plugins redirect dead addresses to the front page.
NOT_SINGLE = frozenset({"archive", "search", "login", "page", "home", "blog"})


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an article's page, and the layout that found them."""

    layout: ArticleLayout
    scope: Element  # around headline and content, without menus, sidebars and footers
    headline: str
    read_content: Callable[[], Content]
    source: str  # of headline and content


def find_parts(page: Page, themes: Themes) -> Parts:
    """Return the parts by the first layout that fits; ``LayoutError`` where none does."""
    for layout in themes.articles:
        headline = page.css_first(layout.headline) if layout.headline else None
        elements = _find_content(page, headline, layout) if headline is not None else None
        if elements is not None:
            scope, content = elements
            return Parts(
                layout,
                scope,
                text(headline),
                partial(read_content, page, content, themes),
                source="theme",
            )
    selectors = (f"{layout.headline!r} with {layout.content!r}" for layout in themes.articles)
    raise LayoutError(page.url, f"expected an article, found neither {' nor '.join(selectors)}")


def _find_content(
    page: Page, headline: Element, layout: ArticleLayout
) -> tuple[Element, Element] | None:
    """Return the smallest element around headline and content, and the content."""
    for scope in ancestors(headline):
        if matches := find_all(scope, layout.content):
            return scope, only(page, layout.content, matches)
    return None


def refuse_other_kinds(page: Page) -> None:
    """Raise ``LayoutError`` where WordPress says that the page is no article."""
    kinds = page.body_classes
    if "error404" in kinds:
        raise LayoutError(page.url, "expected an article, found the theme's 404 page")
    if "single" not in kinds and kinds & NOT_SINGLE:
        names = ", ".join(sorted(kinds & {*NOT_SINGLE, "category", "tag"}))
        raise LayoutError(page.url, f"expected an article, found a page of class {names}")
