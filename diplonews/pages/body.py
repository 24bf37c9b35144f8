"""The body of an article: its words in reading order, and nothing that is not its words."""

import re
from typing import NamedTuple

from diplonews.pages.select import Element, attribute, classes, collapse

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "figure", "footer", "header", "li", "main", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", *HEADINGS,
})  # fmt: skip
# What is shown is not words (media, embeds), or is not shown, or is asked of the reader.
WORDLESS = frozenset({
    "-comment", "_comment", "audio", "button", "canvas", "embed", "figcaption", "form", "iframe",
    "img", "input", "ins", "map", "nav", "noscript", "object", "picture", "script", "select",
    "style", "svg", "template", "textarea", "video",
})  # fmt: skip

# What themes and plugins put inside the body (observed on captured pages, 2026-11-22):
# JNews's advertisements, related articles, tags, page links, share buttons and author box;
# Ad Inserter; Banner Ads Pro; Molongui's author box; rating stars; tweets and cards of other
# articles, whose words are not this one's.
JUNK = frozenset({
    "addtoany_share_save_container", "bsaProContainerNew", "code-block", "jeg_ad", "jeg_authorbox",
    "jeg_pagelinks", "jeg_post_tags", "jnews_author_box_container", "jnews_prev_next_container",
    "jp-relatedposts", "kk-star-ratings", "m-a-box", "page-links", "post-modified-info",
    "screen-reader-text", "sharedaddy", "tags-links", "twitter-tweet", "wp-block-embed",
    "wp-caption-text", "instagram-media", "fb-post", "fb-video", "tiktok-embed",
    "wp-embedded-content",
})  # fmt: skip
JUNK_STEMS = ("ez-toc", "jeg_share", "jeg_postblock", "jnews_content_inline", "jnews_inline")
# A blank line is two line breaks, whatever editors put between: often a no-break space.
PARAGRAPHS = re.compile(r"\n[ \u00a0]*\n")


class Block(NamedTuple):
    """A paragraph, crosshead, quotation, list item or row of a table."""

    text: str
    is_crosshead: bool


def read_body(content: Element) -> list[Block]:
    """Return the blocks of a body in reading order.

    Paragraphs are parted by block elements and by two line breaks in a row; a row of a
    table is one block, its cells parted by a space. Captions are not part of it.
    """
    walk = _Walk()
    walk.go(content)
    return walk.read


class _Walk:
    """One pass over the body, gathering text until something ends the block.

    It keeps its place by itself, since a broken page nests deeper than Python calls.
    """

    def __init__(self) -> None:
        self.read: list[Block] = []
        self.parts: list[str] = []
        self.headings = 0  # that we are inside of
        self.rows = 0

    def go(self, content: Element) -> None:
        within = [("block", content.iter(include_text=True))]
        while within:
            kind, children = within[-1]
            child = next(children, None)
            if child is None:
                within.pop()
                self._leave(kind)
            elif child.tag == "-text":
                self.parts.append((child.text_content or "").replace("\n", " "))
            elif child.tag == "br":
                self.parts.append(" " if self.rows else "\n")
            elif child.tag not in WORDLESS and not is_junk(child):
                kind = _kind(child)
                self._enter(kind)
                within.append((kind, child.iter(include_text=True)))

    def _enter(self, kind: str) -> None:
        if kind != "inline":
            self._part()
        self.headings += kind == "heading"
        self.rows += kind == "row"

    def _leave(self, kind: str) -> None:
        self.rows -= kind == "row"
        if kind != "inline":
            self._part()
        self.headings -= kind == "heading"

    def _part(self) -> None:
        """End the block, or, in the middle of a row, one part of its cells."""
        if self.rows:
            self.parts.append(" ")
        elif self.parts:
            self._end()

    def _end(self) -> None:
        gathered = "".join(self.parts)
        self.parts.clear()
        for paragraph in PARAGRAPHS.split(gathered) if "\n" in gathered else [gathered]:
            words = collapse(paragraph)
            if words.strip():  # and not no-break spaces alone
                self.read.append(Block(words, is_crosshead=self.headings > 0))


def _kind(element: Element) -> str:
    tag = element.tag or ""
    if tag in HEADINGS:
        return "heading"
    if tag == "tr" and sum(1 for cell in element.iter()) > 1:
        return "row"  # a single cell is a frame around paragraphs
    return "block" if tag in BLOCKS else "inline"


def is_junk(element: Element) -> bool:
    """Tell whether *element* was put into the body by the theme or a plugin."""
    names = classes(element)
    if names and (not JUNK.isdisjoint(names) or any(n.startswith(JUNK_STEMS) for n in names)):
        return True
    return attribute(element, "id").startswith("ez-toc")
