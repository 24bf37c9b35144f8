"""The body of an article: its words in reading order, and nothing that is not its words.

Pictures, captions and embeds are read on the same way, and kept apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from diplonews.items import Embed, Image
from diplonews.pages.media import embed_of, embeds_within, read_caption, read_embed, read_image
from diplonews.pages.roles import ROLE_OF_TAG
from diplonews.pages.select import Element, Page, attribute, collapse
from diplonews.pages.shortcodes import without_shortcodes
from diplonews.pages.themes import Themes

# Print that is smaller than the article's, set by whoever wrote the theme's code.
SMALL_PRINT = re.compile(r"font-size:\s*(?:0?\.\d+r?em|[1-9]\d(?:\.\d+)?%|small|smaller|x-small)")
# A blank line is two line breaks, whatever editors put between: often a no-break space.
PARAGRAPHS = re.compile(r"\n[ \u00a0]*\n")

# What most markup has between paragraphs.
BETWEEN = frozenset({"\n", " ", "\n\n", "\n\n\n"})


class Block(NamedTuple):
    """A paragraph, crosshead, quotation, list item or row of a table."""

    text: str
    is_crosshead: bool
    is_small: bool = False  # in small print of its own, outside of any paragraph


@dataclass(slots=True)
class Content:
    """What an article's content holds, in reading order."""

    blocks: list[Block] = field(default_factory=list)
    notice: str = ""  # the site's own, in small print behind the words
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    is_protected: bool = False  # it asks for a password instead
    standfirst: str = ""  # a heading before the first words, where no layout tells it


def read_content(page: Page, content: Element, themes: Themes) -> Content:
    """Return the content of an article's page.

    Its blocks are parted by block elements and by two line breaks in a row; a row of a
    table is one block, its cells parted by a space. Captions are not part of them.
    """
    walk = _Walk(page, themes)
    walk.go(content)
    read = walk.read
    if read.blocks and read.blocks[-1].is_small:
        _part_notice(read)
    return read


def _part_notice(read: Content) -> None:
    """Take the small print behind the words for the site's own; where all is small, none is."""
    count = len(read.blocks)
    words = next((at for at in range(count, 0, -1) if not read.blocks[at - 1].is_small), count)
    read.notice = "\n\n".join(block.text for block in read.blocks[words:])
    del read.blocks[words:]


class _Frame(NamedTuple):
    """A figure that the walk is inside of: what was read before it, and its captions."""

    images: int
    blocks: int
    captions: list[Element]


class _Walk:
    """One pass over the content, gathering text until something ends the block.

    It keeps its place by itself, since a broken page nests deeper than Python calls.
    """

    def __init__(self, page: Page, themes: Themes) -> None:
        self.page = page
        self.roles = themes.roles
        self.credit = themes.credit
        self.read = Content()
        self.parts: list[str] = []
        self.headings = 0  # that we are inside of
        self.rows = 0
        self.small = 0
        self.frames: list[_Frame] = []
        self.pictures: set[str] = set()  # addresses of the first pictures, as many as are listed
        self.listed = 0
        self.seen: set[tuple[str, str]] = set()  # kinds and addresses of what is embedded
        self.within: list[tuple[str, Iterator[Element]]] = []

    def go(self, content: Element) -> None:
        within, parts = self.within, self.parts
        within.append(("block", content.iter(include_text=True)))
        while within:
            role, children = within[-1]
            for child in children:
                tag = child.tag
                if tag == "-text":
                    words = child.text_content or ""
                    if parts or words not in BETWEEN:
                        parts.append(words.replace("\n", " ") if "\n" in words else words)
                elif tag == "br":
                    parts.append(" " if self.rows else "\n")
                elif self._goes_into(child, tag or ""):
                    break
            else:
                within.pop()
                if role != "inline":
                    self._leave(role)

    def _goes_into(self, element: Element, tag: str) -> bool:
        """Read an element; tell whether its children are to be read next."""
        role = ROLE_OF_TAG.get(tag, "inline")
        if role == "wordless":
            return False
        known = element.attributes
        if known and ("class" in known or "id" in known):
            role = (
                self.roles.role_of_class(known.get("class") or "", known.get("id") or "") or role
            )
        if role != "inline":
            if role in READ_WHOLE:
                READ_WHOLE[role](self, element)
                return False
            role = self._role_here(role, tag, element)
            self._enter(role)
        self.within.append((role, element.iter(include_text=True)))
        return True

    def _role_here(self, role: str, tag: str, element: Element) -> str:
        """Return a role where it depends on what is around or inside the element."""
        if role == "row" and sum(1 for _ in islice(element.iter(), 2)) < 2:
            return "block"  # a single cell is a frame around paragraphs
        if tag == "div" and len(self.within) == 1:
            return "small" if SMALL_PRINT.search(attribute(element, "style")) else role
        return role

    def _enter(self, role: str) -> None:
        self._part()
        if role == "heading":
            self.headings += 1
        elif role == "row":
            self.rows += 1
        elif role == "small":
            self.small += 1
        elif role == "frame":
            self.frames.append(_Frame(len(self.read.images), len(self.read.blocks), []))

    def _leave(self, role: str) -> None:
        self.rows -= role == "row"
        self._part()
        if role == "heading":
            self.headings -= 1
        elif role == "small":
            self.small -= 1
        elif role == "frame":
            self._leave_frame(self.frames.pop())

    def _part(self) -> None:
        """End the block, or, in the middle of a row, one part of its cells."""
        if self.rows:
            self.parts.append(" ")
        elif self.parts:
            self._end()

    def _end(self) -> None:
        gathered = "".join(self.parts)
        self.parts.clear()
        if not gathered or gathered.isspace():  # no-break spaces, too
            return
        if "[" in gathered or "<!--" in gathered:
            gathered = self._shown(gathered)
        for paragraph in PARAGRAPHS.split(gathered) if "\n" in gathered else [gathered]:
            words = collapse(paragraph)
            if words and not words.isspace():
                self.read.blocks.append(Block(words, self.headings > 0, self.small > 0))

    def _shown(self, gathered: str) -> str:
        """Return a block's text without shortcodes, having read what they tell."""
        shown = without_shortcodes(gathered)
        for caption in shown.captions:
            if self.read.images and not self.read.images[-1].caption:
                self.read.images[-1].caption = collapse(caption)
        for address in shown.addresses:
            self._add(embed_of(self.page.absolute(address)))
        return shown.text

    # What is read whole: it has no words of the body in it.

    def _junk(self, element: Element) -> None:
        """Leave out what theme or plugin put there."""

    def _emoji(self, element: Element) -> None:
        self.parts.append(element.attributes.get("alt") or "")  # a letter, shown as a picture

    def _image(self, element: Element) -> None:
        image = read_image(self.page, element)
        if image is not None:
            self.read.images.append(image)

    def _unscripted(self, element: Element) -> None:
        """Read the pictures that are shown where no script runs."""
        for known in self.read.images[self.listed :]:
            self.pictures.add(known.url)
        self.listed = len(self.read.images)
        images = (read_image(self.page, inner) for inner in element.css("img"))
        self.read.images += [of for of in images if of and of.url not in self.pictures]

    def _embed(self, element: Element) -> None:
        self._add(read_embed(self.page, element))

    def _embed_frame(self, element: Element) -> None:
        self._add(embeds_within(self.page, element))

    def _add(self, embed: Embed | None) -> None:
        if embed is not None and (embed.kind, embed.url) not in self.seen:
            self.seen.add((embed.kind, embed.url))
            self.read.embeds.append(embed)

    def _password(self, _: Element) -> None:
        self.read.is_protected = True

    def _caption(self, element: Element) -> None:
        if self.frames:
            self.frames[-1].captions.append(element)
        else:
            self._give_caption(element, self.read.images[-1:])

    def _leave_frame(self, frame: _Frame) -> None:
        images = self.read.images[frame.images :]
        is_of_table = len(self.read.blocks) > frame.blocks and not images
        for element in frame.captions:
            if not is_of_table:
                images = [] if self._give_caption(element, images) else images
            else:
                self.read.blocks.append(
                    Block(read_caption(element, self.credit)[0], is_crosshead=False)
                )

    def _give_caption(self, element: Element, images: list[Image]) -> bool:
        """Say of pictures of which nothing is said what an element says, if it says anything."""
        caption, credit = read_caption(element, self.credit)
        for image in images if caption or credit else ():
            if not image.caption and not image.credit:
                image.caption, image.credit = caption, credit
        return bool(caption or credit)


READ_WHOLE = {
    "junk": _Walk._junk,
    "form": _Walk._junk,
    "password": _Walk._password,
    "emoji": _Walk._emoji,
    "image": _Walk._image,
    "unscripted": _Walk._unscripted,
    "embed": _Walk._embed,
    "embed_frame": _Walk._embed_frame,
    "caption": _Walk._caption,
}
