"""The words of an article on a page of an unknown theme, as trafilatura reads them.

Only text near the headline is read. Longer text elsewhere is about the site, its partners and
other articles.
"""

from copy import deepcopy
from typing import Any

from lxml import etree

from diplonews.pages.select import Element, Page, ancestors, classes
from diplonews.pages.themes.unknown import ARTICLE_CLASSES

# HTML's names for trafilatura's elements, which our own walk (``body.py``) reads.
TAGS = {
    "body": "div", "p": "p", "head": "h2", "list": "ul", "item": "li", "quote": "blockquote",
    "table": "table", "row": "tr", "cell": "td", "lb": "br", "code": "pre", "del": "del",
}  # fmt: skip
SHORTEST_PIECE = 25  # characters of text in a row: a shorter one is a label as often as prose
LONG_PIECE = 60  # characters: such text is prose wherever it stands
SHORTEST_PROSE = 80  # characters of an article, however short it is
# The first text at a headline may be a summary or a caption. The article after it is many times
# longer, and has several pieces.
MANY_TIMES = 2
# Trafilatura takes texts shorter than 250 for failures, and returns all of the page instead.
SHORT_TOO = "50"
ENOUGH = 0.6  # share of the prose near the headline
FEWEST_PIECES = 3
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "iframe", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "ul",
})  # fmt: skip
NO_PROSE = frozenset({
    "a", "button", "h1", "h2", "h3", "h4", "h5", "h6", "label", "noscript", "option", "script",
    "style", "textarea", "time",
})  # fmt: skip


def read_prose(page: Page, headline: Element | None) -> str:
    """Return as HTML what trafilatura takes for the article's text on a pruned page."""
    page_html = page.root.html or ""
    if headline is None:
        return _extract(page_html, page.url)
    holder = _find_holder(headline)
    length = sum(_pieces(holder))
    if length < SHORTEST_PROSE:
        return ""
    enough = ENOUGH * length
    html = f"<html><body><article>{holder.html}</article></body></html>"
    prose = _extract(html, page.url, shortest=SHORT_TOO)
    if len(prose) < enough:
        loose_prose = _extract(html, page.url, shortest=SHORT_TOO, is_loose=True)
        prose = max(prose, loose_prose, key=len)
    if len(prose) < enough:
        # Trafilatura may need the surroundings: an id, a class, the amount of other text.
        prose = max(prose, _extract(page_html, page.url), key=len)
    return prose


def _find_holder(headline: Element) -> Element:
    """Return the smallest element around the headline with the article's words.

    Each step outwards looks only at new elements, so that each is looked at once. An element
    that says it is an article is taken whole.
    """
    holder, inner = headline, headline
    size, gained = 0, list[int]()
    is_in_article = any(_is_article(above) for above in ancestors(headline))
    for outer in ancestors(headline):
        if outer.tag in {"html", "-document"}:
            break
        gained += _pieces(outer, inner.mem_id)
        is_more = sum(gained) > MANY_TIMES * size and len(gained) >= FEWEST_PIECES
        if size < SHORTEST_PROSE or is_more or is_in_article:
            holder, size, gained = outer, size + sum(gained), []
        is_in_article = is_in_article and not _is_article(outer)
        inner = outer
    return holder


def _is_article(element: Element) -> bool:
    return element.tag == "article" or not ARTICLE_CLASSES.isdisjoint(classes(element))


def _pieces(element: Element, skipped_id: int = 0) -> list[int]:
    """Return the lengths of the texts in an element that may be prose, without one child's."""
    lengths: list[int] = []
    waiting = [child for child in element.iter(include_text=True) if child.mem_id != skipped_id]
    while waiting:
        inner = waiting.pop()
        tag = inner.tag
        if tag == "-text":
            length = len((inner.text_content or "").strip())
            if length >= SHORTEST_PIECE:
                lengths.append(length)
        elif tag not in NO_PROSE:
            waiting += inner.iter(include_text=True)
    return lengths


def _extract(html: str, url: str, *, shortest: str = "", is_loose: bool = False) -> str:
    # Slow to import (0.3 s), and hardly ever needed.
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    if shortest:
        config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = shortest
    tree = load_html(html)
    if tree is not None:
        _make_paragraphs(tree, SHORTEST_PIECE if is_loose else LONG_PIECE, is_loose=is_loose)
    document: Any = bare_extraction(
        html if tree is None else tree,
        url=url,
        include_comments=False,
        include_tables=True,
        config=config,
    )
    if document is None or document.body is None:
        return ""
    for element in document.body.iter():
        element.tag = TAGS.get(element.tag, "span")
        element.attrib.clear()
    return etree.tostring(document.body, encoding="unicode", method="html", with_tail=False)


def _make_paragraphs(tree: Any, shortest: int, *, is_loose: bool) -> None:
    """Make paragraphs of text between blocks, which trafilatura leaves out.

    Only of text in a row that is long enough. A ``div`` with nothing but text becomes a
    paragraph if it has no attributes, or if *is_loose*.
    """
    for element in list(tree.iter("div", "section", "article")):
        if any(child.tag in BLOCKS for child in element):
            _wrap_runs(element, shortest)
        elif element.tag == "div" and (is_loose or not element.attrib):
            element.tag = "p"


def _wrap_runs(element: Any, shortest: int) -> None:
    """Put each run of text between two blocks into a paragraph of its own."""
    children = list(element)
    run = _paragraph(element.text, shortest)
    if run is not None:
        element.text = None
        element.insert(0, run)
    for child in children:
        if isinstance(child.tag, str) and child.tag not in BLOCKS:
            if run is not None:
                run.append(child)
            continue
        run = _paragraph(child.tail, shortest)
        if run is not None:
            child.tail = None
            child.addnext(run)


def _paragraph(text: str | None, shortest: int) -> Any:
    if text is None or len(text.strip()) < shortest:
        return None
    run = etree.Element("p")
    run.text = text
    return run
