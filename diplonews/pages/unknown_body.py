"""The body of an article in an unknown theme.

Trafilatura says what the article's words are. Labels and boxes about the author are taken out of
them. Our own walk (``body.py``) reads the pictures and embeds around the words.
"""

import html
from collections import Counter

from diplonews.normalise.likeness import runs_of_words
from diplonews.normalise.names import fold
from diplonews.pages.body import Block, Content, read_content
from diplonews.pages.head import Head
from diplonews.pages.prose import read_prose
from diplonews.pages.select import Element, Page, ancestors, text
from diplonews.pages.themes import Themes

LONG_BODY = 200  # characters; a longer articleBody counts as the whole body
LONGER = 1.2  # times as long as the body on the page, which is cut
AGREES = 0.8  # share of the page's runs of words that are in it
LONG_PARAGRAPH = 40  # characters; shorter text is as often a label as prose
LABEL = 6  # words: a block of fewer that stands twice on the page is a label
SUBTITLES = frozenset({"h2", "h3", "h4", "h5", "h6"})
BOX = 3  # blocks about the author, after the words, at most
PASSWORD = ".post-password-form"  # noqa: S105  a class, no password


class UnknownBody:
    """Reads the body of one article on a pruned page."""

    def __init__(self, page: Page, head: Head, themes: Themes, *, is_split: bool) -> None:
        self.page = page
        self.is_split = is_split
        self.head = head
        self.themes = themes

    def read(self, headline: str, heading: Element | None, authors: list[str]) -> Content:
        """Return the words of the article with that headline, and what stands around them."""
        if self.page.css_first(PASSWORD) is not None:
            return Content(is_protected=True)
        blocks = self._blocks(read_prose(self.page, heading))
        holder = _holder(self.page, blocks)
        content = Content() if holder is None else read_content(self.page, holder, self.themes)
        subtitle = _subtitle(heading)
        blocks = _without_labels(blocks, headline)
        blocks = _without_author(blocks, {fold(name) for name in authors})
        if blocks and blocks[0].is_crosshead and _letters(blocks[0].text) == _letters(subtitle):
            content.standfirst, blocks = blocks[0].text, blocks[1:]
        machine_blocks = self._machine_blocks()
        if _continues(machine_blocks, blocks):
            blocks = machine_blocks
        notice = {_letters(paragraph) for paragraph in content.notice.split("\n\n")}
        content.blocks = [block for block in blocks if _letters(block.text) not in notice]
        return content

    def _blocks(self, source: str) -> list[Block]:
        page = Page(self.page.url, f"<body>{source}</body>")
        return read_content(page, page.root, self.themes).blocks

    def _machine_blocks(self) -> list[Block]:
        """Return the longest body for machines; none of a split article, which has it in part."""
        if self.is_split:
            return []
        bodies = (str(article.keys.get("articleBody") or "") for article in self.head.articles)
        body = html.unescape(max(bodies, key=len, default=""))
        if len(body) < LONG_BODY:
            return []
        is_markup = "<p" in body or "<br" in body
        return self._blocks(body if is_markup else body.replace("\n", "<br><br>"))


def _continues(longer: list[Block], shorter: list[Block]) -> bool:
    """Tell whether one text has nearly all of another, and much more."""
    longer_runs = runs_of_words(" ".join(block.text for block in longer))
    runs = runs_of_words(" ".join(block.text for block in shorter))
    if longer_runs.total() <= LONGER * runs.total():
        return False
    return (runs & longer_runs).total() >= AGREES * runs.total()


def _holder(page: Page, blocks: list[Block]) -> Element | None:
    """Return the element with most of the paragraphs.

    A paragraph gives its parent twice its length, and its grandparent once.
    """
    lines = {_letters(block.text) for block in blocks if len(block.text) >= LONG_PARAGRAPH}
    weights: Counter[int] = Counter()
    elements: dict[int, Element] = {}
    for paragraph in page.css("p"):
        words = text(paragraph)
        if len(words) < LONG_PARAGRAPH or _letters(words) not in lines:
            continue
        for share, above in zip((2, 1), ancestors(paragraph), strict=False):
            weights[above.mem_id] += share * len(words)
            elements[above.mem_id] = above
    best = next(iter(weights.most_common(1)), None)
    return elements[best[0]] if best else None


def _subtitle(heading: Element | None) -> str:
    """Return the heading right after the headline; empty for none."""
    following = heading.next if heading is not None else None
    while following is not None and following.tag == "-text":
        following = following.next
    return text(following) if following is not None and following.tag in SUBTITLES else ""


def _without_labels(blocks: list[Block], headline: str) -> list[Block]:
    """Leave out the headline, and labels and headings that stand there twice."""
    start = 0
    for at, block in enumerate(blocks):
        if not block.is_crosshead:
            break
        if _letters(block.text) == _letters(headline):
            start = at + 1  # above it stands the site's name
    blocks = blocks[start:]
    counts = Counter(_letters(block.text) for block in blocks)
    return [
        block
        for block in blocks
        if _letters(block.text) != _letters(headline)
        and (counts[_letters(block.text)] < 2 or not _may_be_label(block))
    ]


def _may_be_label(block: Block) -> bool:
    return block.is_crosshead or len(block.text.split()) < LABEL


def _without_author(blocks: list[Block], authors: set[str]) -> list[Block]:
    """Leave out lines that are an author's name, and the box about the author at the end."""
    for at in range(max(len(blocks) - BOX, 0), len(blocks)):
        if fold(blocks[at].text) in authors:
            blocks = blocks[:at]
            break
    blocks = [block for block in blocks if fold(block.text) not in authors]
    while blocks and blocks[-1].is_crosshead:  # of what was taken out
        blocks.pop()
    return blocks


def _letters(printed: str) -> str:
    """Return a text without spaces and capitals, to compare it."""
    return "".join(printed.split()).casefold()
