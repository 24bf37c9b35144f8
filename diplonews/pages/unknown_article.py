"""The parts of an article in a theme that nobody described: by what it tells machines, and prose.

Used where no layout fits (docs/decisions/0015). The headline is what page and machines agree on;
the words are those that trafilatura takes for prose, read in their place by our own walk.
"""

from collections import Counter
from functools import cached_property
from html import escape
from typing import Any

from diplonews.errors import LayoutError
from diplonews.pages.body import Content, read_content
from diplonews.pages.head import Head
from diplonews.pages.parts import Parts, refuse_other_kinds
from diplonews.pages.select import Element, Page, ancestors, collapse, first, text
from diplonews.pages.themes import Themes
from diplonews.pages.themes.unknown import UNKNOWN

HEADINGS = "h1, h2, h3, h4"
TEASERS = "h2 a, h3 a, h4 a, h5 a"
SHORTEST_BODY = 100  # characters: what has less of prose has no words that are the article's
LONG_BODY = 200  # characters, from where articleBody is taken for the whole body
LONG_PARAGRAPH = 40  # characters: what is shorter is a label as often as prose
NOT_PROSE = 6  # words: a block of fewer that trafilatura leaves out is a label


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
    has_number = head.post_id is not None and not kinds & {"page"}
    stamp = first(page.root, UNKNOWN.date)
    is_dated = bool(head.first_meta("article:published_time")) or stamp is not None
    return head.first_meta("og:type") == "article" and (has_number or is_dated)


def find_unknown_parts(page: Page, head: Head, themes: Themes) -> Parts:
    """Return the parts of an article; ``LayoutError`` where nothing tells a headline."""
    heading = _find_heading(page, head)
    headline = text(heading) if heading is not None else _told_headline(page, head)
    if not headline:
        raise LayoutError(f"{page.url}: expected an article, found no headline by any reader")
    reader = _BodyReader(page, head, themes)
    return Parts(UNKNOWN, page.root, headline, reader.content, source="page")


def _find_heading(page: Page, head: Head) -> Element | None:
    """Return the heading that the page's title and cards begin with."""
    told = [str(of.keys.get("headline") or "") for of in head.articles]
    told += [head.first_meta("og:title"), text(first(page, "title"))]
    told = [_bare(of) for of in told if of]
    headings = [of for of in page.css(HEADINGS) if len(text(of)) > 3]
    fits = (of for of in headings if any(t.startswith(_bare(text(of))) for t in told))
    return max(fits, key=lambda of: len(text(of)), default=None)


def _told_headline(page: Page, head: Head) -> str:
    told = [str(of.keys.get("headline") or "") for of in head.articles]
    title = head.first_meta("og:title") or text(first(page, "title"))
    site = head.first_meta("og:site_name")
    bare = title.removesuffix(site).rstrip(" -–—|·") if site else title
    return collapse(next(filter(None, told), "") or bare)


class _BodyReader:
    """Looks for the words of an article among all those of its page."""

    def __init__(self, page: Page, head: Head, themes: Themes) -> None:
        self.page = page
        self.head = head
        self.themes = themes

    def content(self) -> Content:
        found = self._find_content_by_prose()
        if found is not None:
            read = read_content(self.page, found, self.themes)
            return self._without_labels(read, found)
        told = max(
            (str(of.keys.get("articleBody") or "") for of in self.head.articles),
            key=len,
            default="",
        )
        source = told if len(told) >= LONG_BODY else _as_html(self._prose)
        part = Page(self.page.url, f"<body>{source}</body>")
        read = read_content(part, part.root, self.themes)
        read.is_protected = first(self.page.root, ".post-password-form") is not None
        return read

    @cached_property
    def _prose(self) -> str:
        return _prose(self.page)

    @cached_property
    def _lines(self) -> set[str]:
        return {_bare(line.lstrip("- ")) for line in self._prose.splitlines() if line.strip()}

    def _find_content_by_prose(self) -> Element | None:
        """Return the element that holds most of what is prose, as Readability finds it.

        A paragraph speaks for the element around it, and half as loud for the one around that.
        """
        weights: Counter[int] = Counter()
        elements: dict[int, Element] = {}
        for paragraph in self.page.css("p"):
            words = text(paragraph)
            if len(words) < LONG_PARAGRAPH or _bare(words) not in self._lines:
                continue
            for share, above in zip((2, 1), ancestors(paragraph), strict=False):
                weights[above.mem_id] += share * len(words)
                elements[above.mem_id] = above
        best, weight = next(iter(weights.most_common(1)), (0, 0))
        return elements[best] if weight >= 2 * SHORTEST_BODY else None

    def _without_labels(self, read: Content, content: Element) -> Content:
        """Leave out short blocks that are no prose, and the headlines of other articles."""
        prose = _bare(self._prose.replace("|", ""))
        others = {_bare(text(link)) for link in content.css(TEASERS)}
        read.blocks = [
            block
            for block in read.blocks
            if _bare(block.text) not in others
            and (len(block.text.split()) >= NOT_PROSE or _bare(block.text) in prose)
        ]
        return read


def _prose(page: Page) -> str:
    """Return what trafilatura takes for the article's text."""
    from trafilatura import extract  # slow to import (0.3 s), and hardly ever needed

    found: Any = extract(page.html, url=page.url, include_comments=False, include_tables=True)
    return str(found or "")


def _bare(printed: str) -> str:
    return "".join(printed.split()).casefold()


def _as_html(prose: str) -> str:
    lines = [line for line in prose.splitlines() if len(line) >= LONG_PARAGRAPH]
    if sum(map(len, lines)) < SHORTEST_BODY:
        return ""
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
