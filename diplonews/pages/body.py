"""The body of an article: its words in reading order, and nothing that is not its words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diplonews.pages.select import Element, attribute, classes, collapse

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt",
    "figure", "footer", "header", "li", "main", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "tfoot", "thead", "ul", *HEADINGS,
})  # fmt: skip
# What is shown is not words (media, embeds), or is not shown, or is asked of the reader.
WORDLESS = frozenset({
    "-comment", "_comment", "audio", "button", "canvas", "embed", "figcaption", "form", "iframe",
    "img", "input", "ins", "map", "nav", "noscript", "object", "picture", "script", "select",
    "style", "svg", "template", "textarea", "video",
})  # fmt: skip

# What themes and plugins put inside the body (observed on captured pages, 2026-11-22):
# JNews's advertisements, related articles, tags, page links, share buttons and author box;
# Ad Inserter; Banner Ads Pro; Molongui's author box; rating stars; tweets, whose words are
# not the article's.
JUNK = frozenset({
    "addtoany_share_save_container", "bsaProContainerNew", "code-block", "jeg_ad", "jeg_authorbox",
    "jeg_pagelinks", "jeg_post_tags", "jnews_author_box_container", "jnews_prev_next_container",
    "jp-relatedposts", "kk-star-ratings", "m-a-box", "page-links", "post-modified-info",
    "screen-reader-text", "sharedaddy", "tags-links", "twitter-tweet", "wp-block-embed",
    "wp-caption-text", "instagram-media", "fb-post", "fb-video", "tiktok-embed",
})  # fmt: skip
JUNK_STEMS = ("ez-toc", "jeg_share", "jeg_postblock", "jnews_content_inline", "jnews_inline")
PARAGRAPHS = re.compile(r"\n[ ]*\n")


class Block(NamedTuple):
    """A paragraph, crosshead, quotation, list item or row of a table."""

    text: str
    is_crosshead: bool


def read_body(content: Element) -> list[Block]:
    """Return the blocks of a body in reading order.

    Paragraphs are parted by block elements and by two line breaks in a row; a row of a
    table is one block, its cells parted by a space. Captions are not part of it.
    """
    return list(_Walk().blocks(content))


class _Walk:
    """One pass over the body, gathering text until something ends the paragraph."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def blocks(self, content: Element) -> Iterator[Block]:
        yield from self._children(content, is_crosshead=False)
        yield from self._end(is_crosshead=False)

    def _children(self, element: Element, *, is_crosshead: bool) -> Iterator[Block]:
        for child in element.iter(include_text=True):
            tag = child.tag or ""
            if tag == "-text":
                self.parts.append((child.text_content or "").replace("\n", " "))
            elif tag == "br":
                self.parts.append("\n")
            elif tag in WORDLESS or is_junk(child):
                continue
            elif tag == "tr":
                yield from self._row(child)
            elif tag in BLOCKS:
                yield from self._end(is_crosshead=is_crosshead)
                is_heading = is_crosshead or tag in HEADINGS
                yield from self._children(child, is_crosshead=is_heading)
                yield from self._end(is_crosshead=is_heading)
            else:
                yield from self._children(child, is_crosshead=is_crosshead)

    def _row(self, row: Element) -> Iterator[Block]:
        cells = [
            " ".join(block.text for block in read_body(cell))
            for cell in row.iter()
            if not is_junk(cell)
        ]
        words = " ".join(cell for cell in cells if cell)
        if words:
            yield Block(words, is_crosshead=False)

    def _end(self, *, is_crosshead: bool) -> Iterator[Block]:
        if not self.parts:
            return
        gathered = "".join(self.parts)
        self.parts.clear()
        for paragraph in PARAGRAPHS.split(gathered) if "\n" in gathered else [gathered]:
            words = collapse(paragraph)
            if words:
                yield Block(words, is_crosshead)


def is_junk(element: Element) -> bool:
    """Tell whether *element* was put into the body by the theme or a plugin."""
    names = classes(element)
    if names and (not JUNK.isdisjoint(names) or any(n.startswith(JUNK_STEMS) for n in names)):
        return True
    return attribute(element, "id").startswith("ez-toc")
