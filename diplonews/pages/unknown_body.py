"""The body of an article in a theme that nobody described.

What is an article's words is trafilatura's to say; labels and boxes about the author are taken
out. Pictures and embeds are those that our own walk meets around the words.
"""

import html
from collections import Counter

from diplonews.normalise.likeness import runs_of_words
from diplonews.normalise.names import fold
from diplonews.pages.body import Block, Content, read_content
from diplonews.pages.head import Head
from diplonews.pages.prose import read_prose
from diplonews.pages.select import Element, Page, ancestors, first, text
from diplonews.pages.themes import Themes

LONG_BODY = 200  # characters, from where articleBody is taken for the whole body
LONGER = 1.2  # times as long as what is on the page: it goes on where the page does not
AGREES = 0.8  # of the page's runs of words are in it
LONG_PARAGRAPH = 40  # characters: what is shorter is a label as often as prose
LABEL = 6  # words: a block of fewer that is said twice is one
SUBTITLES = frozenset({"h2", "h3", "h4", "h5", "h6"})
BOX = 3  # blocks about the author, behind the words, at most
PASSWORD = ".post-password-form"


class UnknownBody:
    """Reads the body of one article on a pruned page."""

    def __init__(self, page: Page, head: Head, themes: Themes, *, is_split: bool) -> None:
        self.page = page
        self.is_split = is_split
        self.head = head
        self.themes = themes

    def read(self, headline: str, heading: Element | None, authors: list[str]) -> Content:
        """Return the words of the article with that headline, and what stands around them."""
        if first(self.page, PASSWORD) is not None:
            return Content(is_protected=True)
        blocks = self._blocks(read_prose(self.page, heading))
        around = _around(self.page, blocks)
        read = Content() if around is None else read_content(self.page, around, self.themes)
        subtitle = _subtitle(heading)
        blocks = _without_labels(blocks, headline)
        blocks = _without_author(blocks, {fold(name) for name in authors})
        if blocks and blocks[0].is_crosshead and _bare(blocks[0].text) == _bare(subtitle):
            read.standfirst, blocks = blocks[0].text, blocks[1:]
        told = self._told_blocks()
        if _goes_on(told, blocks):
            blocks = told
        notice = {_bare(of) for of in read.notice.split("\n\n")}
        read.blocks = [of for of in blocks if _bare(of.text) not in notice]
        return read

    def _blocks(self, source: str) -> list[Block]:
        part = Page(self.page.url, f"<body>{source}</body>")
        return read_content(part, part.root, self.themes).blocks

    def _told_blocks(self) -> list[Block]:
        """Return the longest body that the page tells machines: of one page, if it is split."""
        if self.is_split:
            return []
        bodies = (str(of.keys.get("articleBody") or "") for of in self.head.articles)
        told = html.unescape(max(bodies, key=len, default=""))
        if len(told) < LONG_BODY:
            return []
        is_marked = "<p" in told or "<br" in told
        return self._blocks(told if is_marked else told.replace("\n", "<br><br>"))


def _goes_on(told: list[Block], found: list[Block]) -> bool:
    """Tell whether what machines are told is the found text, and more of it."""
    ours, theirs = (runs_of_words(" ".join(of.text for of in blocks)) for blocks in (found, told))
    if theirs.total() <= LONGER * ours.total():
        return False
    return (ours & theirs).total() >= AGREES * ours.total()


def _around(page: Page, blocks: list[Block]) -> Element | None:
    """Return the element that holds most of the paragraphs that were found.

    A paragraph speaks for the element around it, and half as loud for the one around that.
    """
    lines = {_bare(of.text) for of in blocks if len(of.text) >= LONG_PARAGRAPH}
    weights: Counter[int] = Counter()
    elements: dict[int, Element] = {}
    for paragraph in page.css("p"):
        words = text(paragraph)
        if len(words) < LONG_PARAGRAPH or _bare(words) not in lines:
            continue
        for share, above in zip((2, 1), ancestors(paragraph), strict=False):
            weights[above.mem_id] += share * len(words)
            elements[above.mem_id] = above
    best = next(iter(weights.most_common(1)), None)
    return elements[best[0]] if best else None


def _subtitle(heading: Element | None) -> str:
    """Return the heading that follows the headline with nothing between them; empty: none."""
    following = heading.next if heading is not None else None
    while following is not None and following.tag == "-text":
        following = following.next
    return text(following) if following is not None and following.tag in SUBTITLES else ""


def _without_labels(blocks: list[Block], headline: str) -> list[Block]:
    """Leave out the headline, and labels and headings that are repeated."""
    start = 0
    for at, block in enumerate(blocks):
        if not block.is_crosshead:
            break
        if _bare(block.text) == _bare(headline):
            start = at + 1  # above it stands the site's name
    blocks = blocks[start:]
    said = Counter(_bare(of.text) for of in blocks)
    return [
        of
        for of in blocks
        if _bare(of.text) != _bare(headline)
        and (said[_bare(of.text)] < 2 or (len(of.text.split()) >= LABEL and not of.is_crosshead))
    ]


def _without_author(blocks: list[Block], authors: set[str]) -> list[Block]:
    """Leave out lines that are an author's name, and the box about the author at the end."""
    for at in range(max(len(blocks) - BOX, 0), len(blocks)):
        if fold(blocks[at].text) in authors:
            blocks = blocks[:at]
            break
    kept = [of for of in blocks if fold(of.text) not in authors]
    while kept and kept[-1].is_crosshead:  # of what was taken out
        kept.pop()
    return kept


def _bare(printed: str) -> str:
    return "".join(printed.split()).casefold()
