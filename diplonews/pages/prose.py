"""The words of an article on a page of an unknown theme, as trafilatura reads them.

Only what is near the headline is read: longer text elsewhere is of the site, its partners and
other articles.
"""

from copy import deepcopy
from typing import Any

from lxml import etree

from diplonews.pages.select import Element, Page, ancestors, classes
from diplonews.pages.themes.unknown import ARTICLE_CLASSES

# What trafilatura calls the parts of a text, in HTML's words, for our own walk to read.
TAGS = {
    "body": "div", "p": "p", "head": "h2", "list": "ul", "item": "li", "quote": "blockquote",
    "table": "table", "row": "tr", "cell": "td", "lb": "br", "code": "pre", "del": "del",
}  # fmt: skip
SHORTEST_PIECE = 25  # characters of text in a row: what is shorter is a label as often as prose
LONG_PIECE = 60  # that is prose wherever it stands
SHORTEST_PROSE = 80  # characters, that make an article's words, however few they are
# What is around a headline may be a summary or a caption, with the words behind it: those are
# more by far, and of several pieces.
MANY_TIMES = 2
# For trafilatura, shorter texts than 250 are failures, and it takes all there is in their place.
SHORT_TOO = "50"
ENOUGH = 0.6  # of the prose there is
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
    whole = page.root.html or ""
    if headline is None:
        return _extracted(whole, page.url)
    near = _near(headline)
    there = sum(_pieces(near))
    if there < SHORTEST_PROSE:
        return ""
    part = f"<html><body><article>{near.html}</article></body></html>"
    found = _extracted(part, page.url, shortest=SHORT_TOO)
    if len(found) < ENOUGH * there:
        separated = _extracted(part, page.url, shortest=SHORT_TOO, is_loose=True)
        found = max(found, separated, key=len)
    if len(found) < ENOUGH * there:
        # What it goes by may be around: an id, a class, how much there is on the page.
        found = max(found, _extracted(whole, page.url), key=len)
    return found


def _near(headline: Element) -> Element:
    """Return the smallest element around the headline that has the article's words in it.

    Each step outwards looks only at what is new, so that all is looked at once. An element
    that says it is a whole article is not left half way.
    """
    chosen, inner = headline, headline
    size, gained = 0, list[int]()
    is_within = any(_is_article(of) for of in ancestors(headline))
    for around in ancestors(headline):
        if around.tag in {"html", "-document"}:
            break
        gained += _pieces(around, inner.mem_id)
        is_more = sum(gained) > MANY_TIMES * size and len(gained) >= FEWEST_PIECES
        if size < SHORTEST_PROSE or is_more or is_within:
            chosen, size, gained = around, size + sum(gained), []
        is_within = is_within and not _is_article(around)
        inner = around
    return chosen


def _is_article(element: Element) -> bool:
    return element.tag == "article" or not ARTICLE_CLASSES.isdisjoint(classes(element))


def _pieces(element: Element, without: int = 0) -> list[int]:
    """Return the lengths of the texts in an element that may be prose, but for one part."""
    found: list[int] = []
    waiting = [of for of in element.iter(include_text=True) if of.mem_id != without]
    while waiting:
        inner = waiting.pop()
        tag = inner.tag
        if tag == "-text":
            length = len((inner.text_content or "").strip())
            if length >= SHORTEST_PIECE:
                found.append(length)
        elif tag not in NO_PROSE:
            waiting += inner.iter(include_text=True)
    return found


def _extracted(html: str, url: str, *, shortest: str = "", is_loose: bool = False) -> str:
    # Slow to import (0.3 s), and hardly ever needed.
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import DEFAULT_CONFIG

    config = deepcopy(DEFAULT_CONFIG)
    if shortest:
        config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = shortest
    tree = load_html(html)
    if tree is not None:
        _make_paragraphs(tree, SHORTEST_PIECE if is_loose else LONG_PIECE, is_loose=is_loose)
    found: Any = bare_extraction(
        html if tree is None else tree,
        url=url,
        include_comments=False,
        include_tables=True,
        config=config,
    )
    if found is None or found.body is None:
        return ""
    for element in found.body.iter():
        element.tag = TAGS.get(element.tag, "span")
        element.attrib.clear()
    return etree.tostring(found.body, encoding="unicode", method="html", with_tail=False)


def _make_paragraphs(tree: Any, shortest: int, *, is_loose: bool) -> None:
    """Make paragraphs of text between blocks, which trafilatura leaves out.

    Long text alone, in an element that has no name of its own; or any, where the page has hardly
    anything else.
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


def _paragraph(said: str | None, shortest: int) -> Any:
    if said is None or len(said.strip()) < shortest:
        return None
    run = etree.Element("p")
    run.text = said
    return run
