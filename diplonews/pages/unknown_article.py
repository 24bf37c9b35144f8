"""The parts of an article in an unknown theme (docs/decisions/0021).

Used where no layout fits. The headline is the heading that a person takes for it. The words are
what trafilatura takes for prose near it, and pictures and embeds are those around the words.
"""

from functools import partial

from diplonews.errors import LayoutError
from diplonews.pages.head import Head
from diplonews.pages.headlines import find_headline
from diplonews.pages.numbered import is_split
from diplonews.pages.parts import Parts, refuse_other_kinds
from diplonews.pages.pruned import prune
from diplonews.pages.select import Page, text
from diplonews.pages.themes import Themes
from diplonews.pages.themes.unknown import ARTICLE_ITEM, UNKNOWN
from diplonews.pages.unknown_body import UnknownBody

BYLINES = 'a[rel~="author"], a[href*="/author/"]'


def is_article(page: Page, head: Head, themes: Themes) -> bool:
    """Tell whether a page says to machines that it is an article, and is whole."""
    try:
        refuse_other_kinds(page)
        page.refuse_half(themes.footer)
    except LayoutError:
        return False
    kinds = page.body_classes
    if "single" in kinds or "single-post" in kinds or head.articles:
        return True
    # A listing has one for each of its cards.
    return head.first_meta("og:type") == "article" or len(page.css(ARTICLE_ITEM)) == 1


def find_unknown_parts(page: Page, head: Head, themes: Themes) -> Parts:
    """Return the parts of an article; ``LayoutError`` where the page has no headline."""
    bare = prune(page, themes.roles)
    headline, heading = find_headline(bare, head)
    if not headline:
        raise LayoutError(page.url, "expected an article, found no headline by any reader")
    body = UnknownBody(bare, head, themes, is_split=is_split(page, head))
    content = partial(body.read, headline, heading, _authors(page, head))
    return Parts(UNKNOWN, page.root, headline, content, source="page")


def _authors(page: Page, head: Head) -> list[str]:
    """Return the authors' names that the page has for machines and for visitors."""
    names: list[str] = []
    for article in head.articles:
        authors = article.keys.get("author")
        nodes = authors if isinstance(authors, list) else [authors]
        names += [str(node.get("name") or "") for node in nodes if isinstance(node, dict)]
    names.append(head.first_meta("author"))
    names += [text(link) for link in page.css(BYLINES)]
    return [name for name in names if name]
