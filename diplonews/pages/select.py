"""A parsed page, and CSS selection that says how many matches it expects.

The only file that names the parser (docs/decisions/0001).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import (
    LexborCSSSelector,
    LexborDocumentOptions,
    LexborHTMLParser,
    LexborNode,
)

from diplonews.errors import LayoutError
from diplonews.pages.bounds import refuse_costly
from diplonews.pages.decoding import decode_page
from diplonews.pages.kept import cached_property
from diplonews.pages.sheets import without_sheets

Element = LexborNode
Attributes = dict[str, str | None]  # of an element; None for one without a value

SPACES = "\n\t\r\f"  # HTML's white space, besides the usual space
END = re.compile(rb"</(?:body|html)", re.IGNORECASE)
INDEX = re.compile(r"/index\.html?$")
WORDPRESS_ERROR = b'<body id="error-page"'
# WordPress's error page is short: its style sheet and a sentence.
ERROR_SIZE = 16_384

# Elements that separate words, though no space is between them in the source.
BREAKING = frozenset({
    "br", "hr", "img", "div", "p", "li", "dt", "dd", "td", "th", "tr", "h1", "h2", "h3", "h4",
    "h5", "h6", "blockquote", "figure", "figcaption", "section", "summary",
})  # fmt: skip
UNSHOWN = frozenset({"script", "style", "template", "-comment", "_comment"})
BETWEEN_TEXTS = "\x1f"  # a character that texts do not have

# The parser can report each new node to scripts of the page. We have none, and reports take as
# long as parsing (docs/decisions/0012).
OPTIONS = LexborDocumentOptions.WO_EVENTS
# One for all pages: each page would make its own, which takes as long as ten searches.
SELECTOR: Any = LexborCSSSelector()  # type: ignore[no-untyped-call]


class Page:
    """A page, parsed once as a browser would.

    *url* is where it came from, after redirects. *html* is its text, or its bytes as received.
    *charset* is the one that a header gives, if any. Raises ``LayoutError`` where the page is too
    large or too deep to be parsed at a bearable cost.
    """

    def __init__(self, url: str, html: str | bytes, charset: str = "") -> None:
        self.url = url
        if isinstance(html, str):
            self.source = without_sheets(html.encode(errors="replace"))
        else:
            self.source = decode_page(without_sheets(html), charset)
        refuse_costly(url, self.source)
        # A NUL is no character of HTML; the parser would take it for the end of the text.
        parsed = self.source.replace(b"\x00", b"") if b"\x00" in self.source else self.source
        self.tree = LexborHTMLParser(parsed, options=OPTIONS)

    @cached_property
    def html(self) -> str:
        """The page's text, without long style sheets."""
        return self.source.decode(errors="replace")

    def css(self, css: str) -> list[Element]:
        return find_all(self.root, css)

    def css_first(self, css: str) -> Element | None:
        return first(self.root, css)

    @property
    def root(self) -> Element:
        """The page's root element, which every page has once it is parsed."""
        root = self.tree.root
        assert root is not None
        return root

    @property
    def language(self) -> str:
        """What the page's root element says its language is."""
        return attribute(self.tree.root, "lang")

    def head_css(self, css: str) -> list[Element]:
        """Return the matches of *css* in the page's head."""
        head = self.tree.head
        return [] if head is None else find_all(head, css)

    def head_css_first(self, css: str) -> Element | None:
        return first(self.tree.head, css)

    @cached_property
    def body_classes(self) -> frozenset[str]:
        """The classes WordPress gave the page, which say what kind of page it is.

        The parser merges a second body tag into the first, as HTML5 wants; lxml drops it.
        """
        body = self.tree.body
        return frozenset() if body is None else frozenset(classes(body))

    def refuse_half(self, footer: str) -> None:
        """Raise ``LayoutError`` where the page breaks off: no end tag, and no *footer*.

        Where PHP fails half way, the site answers 200 with half a page, perhaps with WordPress's
        error message after it. Half a listing would look like the last page. A page without
        WordPress's classes passes: whatever stripped them may strip end tags too.
        """
        if self.source.find(WORDPRESS_ERROR, -ERROR_SIZE) >= 0:
            raise LayoutError(self.url, "expected a whole page, found WordPress's error page")
        has_end = self.source.rfind(b"</html") > 0 or END.search(self.source)
        if self.body_classes and not has_end and not (footer and self.css(footer)):
            raise LayoutError(self.url, "expected a whole page, found one that breaks off")

    @cached_property
    def _home(self) -> str:
        """The beginning of absolute addresses on the page's own site."""
        return "/".join([*self.url.split("/", 3)[:3], ""])

    def absolute(self, link: str) -> str:
        """Return where *link* leads from this page, as a browser reads it.

        Empty for a link that leads nowhere, like "#" or "javascript:…".
        """
        link = link.strip().replace("\\", "/")
        if not link or link.startswith("#"):
            return ""
        if link.startswith(self._home) and _is_normal(link):
            return link
        try:
            url = urljoin(self.url, link)
            has_port = urlsplit(url).port != 0
        except ValueError:  # "http://[", or a port of eight digits
            return ""
        is_address = url.startswith(("http://", "https://")) and has_port
        return url.replace("\x00", "") if is_address else ""


def _is_normal(url: str) -> bool:
    """Tell whether ``urljoin`` would leave an absolute address as it is."""
    return (
        url.isprintable()
        and url[-1] not in "?#"
        and ";" not in url
        and "?#" not in url
        and "[" not in url
    )


def only(page: Page, css: str, matches: list[Element]) -> Element:
    """Return the only one of *matches*, which are those of *css*.

    Raises ``LayoutError`` on none or several, so that a change of theme stops at the line that
    depends on it.
    """
    if len(matches) != 1:
        raise LayoutError(page.url, f"expected exactly 1 match for {css!r}, found {len(matches)}")
    return matches[0]


def some(page: Page, css: str) -> list[Element]:
    """Return the matches of *css*, at least one; ``LayoutError`` otherwise."""
    matches = page.css(css)
    if not matches:
        raise LayoutError(page.url, f"expected at least 1 match for {css!r}, found 0")
    return matches


def find_all(element: Element, css: str) -> list[Element]:
    """Return the matches of *css* in an element, which may be one of them."""
    elements: list[Element] = SELECTOR.find(css, element)
    return elements


def first(element: Element | None, css: str) -> Element | None:
    """Return the first match of *css*, where a template prints a thing twice or not at all."""
    elements: list[Element] = [] if element is None else SELECTOR.find_first(css, element)
    return elements[0] if elements else None


def text(element: Element | None) -> str:
    """Return the text that visitors see in *element*; empty for None.

    Line breaks and indents of the source become single spaces, as a browser shows them.
    No-break spaces stay: someone typed those.
    """
    if element is None:
        return ""
    shown = element.text(separator=BETWEEN_TEXTS)
    if BETWEEN_TEXTS in shown:
        shown = _text_with_breaks(element)
    return collapse(shown)


def _text_with_breaks(element: Element) -> str:
    """Return an element's text with a space where a line ends or a block begins or ends."""
    pieces: list[str] = []
    open_elements = [(element.tag, element.iter(include_text=True))]
    while open_elements:
        tag, children = open_elements[-1]
        for child in children:
            if child.tag == "-text":
                pieces.append(child.text_content or "")
            elif child.tag not in UNSHOWN:
                pieces.append(" " if child.tag in BREAKING else "")
                open_elements.append((child.tag, child.iter(include_text=True)))
                break
        else:
            open_elements.pop()
            pieces.append(" " if tag in BREAKING else "")
    return "".join(pieces)


def collapse(source: str) -> str:
    """Return a text with runs of white space as single spaces; most have none to change."""
    for space in SPACES:
        if space in source:
            source = source.replace(space, " ")
    while "  " in source:
        source = source.replace("  ", " ")  # which halves a run: a pattern takes far longer
    return source.strip(" ")


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute's value; empty where there is no element or no such attribute."""
    return "" if element is None else (element.attrs.get(name) or "")


def classes(element: Element) -> list[str]:
    return (element.attributes.get("class") or "").split()


@lru_cache(maxsize=4096)  # a site has few categories and authors, and all pages name them
def last_path_part(url: str) -> str:
    """Return the last part of an absolute URL's path, which is a category's slug.

    In copies of a site on disk every address ends in a file's name, which says nothing.

    >>> last_path_part("https://site.example/category/ecowas/mali/")
    'mali'
    >>> last_path_part("https://site.example/category/mali/index.htm")
    'mali'
    """
    return INDEX.sub("", urlsplit(url).path).rstrip("/").rpartition("/")[2]


def ancestors(element: Element) -> Iterator[Element]:
    above = element.parent
    while above is not None:
        yield above
        above = above.parent
