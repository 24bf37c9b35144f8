"""Articles of a theme that nobody described yet: what they tell machines, and their prose.

Used where no layout fits (docs/decisions/0013). The headline is what page and machines agree on;
the words are those that trafilatura takes for prose, read in their place by our own walk.
"""

from collections import Counter
from functools import cached_property
from html import escape
from typing import Any

from diplonews.errors import LayoutError
from diplonews.pages.article import ArticlePage
from diplonews.pages.body import Content, read_content
from diplonews.pages.head import Head
from diplonews.pages.layouts import Layout
from diplonews.pages.select import Element, Page, ancestors, attribute, collapse, first, text

# A layout that prints nothing: all is left to the fallback.
UNKNOWN = Layout(
    name="unknown", source="fallback", headline="", content="", standfirst="", meta_line="",
    byline="", authors='a[rel~="author"]', date="time[datetime]", modified="",
    categories='a[rel~="category"]', comments="", breadcrumb="", tags='a[rel="tag"]', figure="",
    image="", caption="", credit="", stats="", shares="", views="",
    next_page='link[rel="next"]', all_pages=".split-wrapper",
)  # fmt: skip
HEADINGS = "h1, h2, h3, h4"
TEASERS = "h2 a, h3 a, h4 a, h5 a"
SHORTEST_BODY = 100  # characters: what has less of prose has no words that are the article's
LONG_BODY = 200  # characters, from where articleBody is taken for the whole body
LONG_PARAGRAPH = 40  # characters: what is shorter is a label as often as prose
NOT_PROSE = 6  # words: a block of fewer that trafilatura leaves out is a label


def read_article(page: Page) -> ArticlePage:
    """Return an article's page as its theme prints it, or else by the fallback.

    Raises ``LayoutError`` where the page is no article: what is read by the fallback has to
    say so itself, to machines.
    """
    try:
        return ArticlePage(page)
    except LayoutError:
        if not is_article(page):
            raise
        return FallbackArticle(page)


def is_article(page: Page) -> bool:
    """Tell whether a page says to machines that it is an article, and is whole."""
    candidate = _Described(page)
    try:
        candidate.refuse_other_kinds()
        page.refuse_half()
    except LayoutError:
        return False
    return candidate.says_article


class _Described(ArticlePage):
    """What a page says of itself, read without any layout."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.head = Head(page)
        self.read_from = {}
        self.layout = UNKNOWN

    @property
    def says_article(self) -> bool:
        head, kinds = self.head, self.page.body_classes
        if "single" in kinds or "single-post" in kinds or head.articles:
            return True
        has_number = self.post_id is not None and not kinds & {"page"}
        stamp = first(self.page.root, UNKNOWN.date)
        is_dated = bool(head.first_meta("article:published_time")) or stamp is not None
        return head.first_meta("og:type") == "article" and (has_number or is_dated)


class FallbackArticle(_Described):
    """An article's page in an unknown theme."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._headline = self._find_headline()
        self._prose = _prose(page)
        content = self._find_content_by_prose()
        self._content = content if content is not None else page.root
        self._is_found = content is not None
        self._scope = self.page.root
        if not self.headline:
            raise LayoutError(f"{page.url}: expected an article, found no headline by any reader")

    @cached_property
    def headline(self) -> str:
        printed = text(self._headline) if self._headline is not None else self._told_headline()
        return self._noted("headline", printed)

    def _told_headline(self) -> str:
        told = [str(of.keys.get("headline") or "") for of in self.head.articles]
        title = self.head.first_meta("og:title") or text(first(self.page, "title"))
        site = self.head.first_meta("og:site_name")
        bare = title.removesuffix(site).rstrip(" -–—|·") if site else title
        return collapse(next(filter(None, told), "") or bare)

    def _find_headline(self) -> Element | None:
        """Return the heading that the page's title and cards begin with."""
        told = [str(of.keys.get("headline") or "") for of in self.head.articles]
        told += [self.head.first_meta("og:title"), text(first(self.page, "title"))]
        told = [_bare(of) for of in told if of]
        headings = [of for of in self.page.css(HEADINGS) if len(text(of)) > 3]
        fits = (of for of in headings if any(t.startswith(_bare(text(of))) for t in told))
        return max(fits, key=lambda of: len(text(of)), default=None)

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

    @cached_property
    def _lines(self) -> set[str]:
        return {_bare(line.lstrip("- ")) for line in self._prose.splitlines() if line.strip()}

    @cached_property
    def content(self) -> Content:
        if self._is_found:
            read = self._without_labels(read_content(self.page, self._content))
        else:
            told = max(
                (str(of.keys.get("articleBody") or "") for of in self.head.articles),
                key=len,
                default="",
            )
            source = told if len(told) >= LONG_BODY else _as_html(self._prose)
            part = Page(self.page.url, f"<body>{source}</body>")
            read = read_content(part, part.root)
            read.is_protected = first(self.page.root, ".post-password-form") is not None
        if read.blocks:
            self.read_from["body"] = "fallback"
        return read

    def _without_labels(self, read: Content) -> Content:
        """Leave out short blocks that are no prose, and the headlines of other articles."""
        prose = _bare(self._prose.replace("|", ""))
        others = {_bare(text(link)) for link in self._content.css(TEASERS)}
        read.blocks = [
            block
            for block in read.blocks
            if _bare(block.text) not in others
            and (len(block.text.split()) >= NOT_PROSE or _bare(block.text) in prose)
        ]
        return read

    @property
    def next_page_url(self) -> str:
        """Where a split article goes on: a link to the next number under its own address."""
        own = (self.head.canonical_url or self.page.url).rstrip("/")
        number = self.page.url.rstrip("/").removeprefix(own).strip("/")
        wanted = f"{own}/{int(number) + 1 if number.isdecimal() else 2}"
        tags = self.page.css("a[href], link[href]")
        links = (self.page.absolute(attribute(tag, "href")) for tag in tags)
        return next((url for url in links if url.rstrip("/") == wanted), "")


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
