"""The body of an article: its words in reading order, and nothing that is not its words.

Pictures, captions and embeds are read on the same way, and kept apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from diplonews.items import Embed, Image
from diplonews.pages.forms import is_left_open, is_of_form, role_of_button, role_of_form
from diplonews.pages.kept import cached_property
from diplonews.pages.media import embed_of, embeds_within, read_caption, read_embed, read_image
from diplonews.pages.part_titles import PartTitles
from diplonews.pages.roles import HOLDERS, ROLE_OF_TAG
from diplonews.pages.select import Element, Page, attribute, collapse, text
from diplonews.pages.shortcodes import without_shortcodes
from diplonews.pages.sight import (
    CLOUDFLARE,
    NUMBERS,
    display_of,
    hidden_address,
    is_footnote_mark,
    is_hidden,
    raised,
)
from diplonews.pages.themes import Themes

# Print that is smaller than the article's, set by whoever wrote the theme's code.
# "small" and "x-small" are what mail programs write, and come with pasted text.
SMALL_PRINT = re.compile(r"font-size:\s*(?:0?\.\d+r?em|[1-9]\d(?:\.\d+)?%)")
# A blank line is two line breaks, whatever editors put between: often a no-break space.
PARAGRAPHS = re.compile(r"\n[ \u00a0]*\n")

# What most markup has between paragraphs.
BETWEEN = frozenset({"\n", " ", "\n\n", "\n\n\n"})
# Where something that is no text stood between words: a space, if there is none there.
SEAM = "\x1f"
SEAM_OF_WORDS = re.compile(rf"{SEAM}+(?=[\w(\[“‘«\"'$€£])")
# Attributes that say what is seen of an element.
TELLING = frozenset({"style", "hidden", "href", "data-cfemail"})
SHAPES = frozenset({"canvas", "svg"})
MEDIA = frozenset({"image", "embed", "embed_frame", "unscripted"})


class Block(NamedTuple):
    """A paragraph, crosshead, quotation, list item or row of a table."""

    text: str
    is_crosshead: bool
    small_print: int = 0  # the number of the element in small print that it is in; 0: in none


@dataclass(slots=True)
class Content:
    """What an article's content holds, in reading order."""

    blocks: list[Block] = field(default_factory=list)
    notice: str = ""  # the site's own, in small print behind the words
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # whom a line of its own credits
    is_protected: bool = False  # it asks for a password instead
    standfirst: str = ""  # a heading before the first words, where no layout tells it


def read_content(page: Page, content: Element, themes: Themes) -> Content:
    """Return the content of an article's page.

    Its blocks are parted by block elements and by two line breaks in a row; a row of a
    table is one block, its cells parted by a space. Captions are not part of them.
    """
    walk = _Walk(page, content, themes)
    walk.go(content)
    read = walk.read
    if read.blocks and read.blocks[-1].small_print:
        _part_notice(read)
    return read


def _part_notice(read: Content) -> None:
    """Take the small print behind the words for the site's own, if it is in one element.

    Where all is small, or several elements are, it is text that was pasted.
    """
    count, last = len(read.blocks), read.blocks[-1].small_print
    fits = (at for at in range(count, 0, -1) if read.blocks[at - 1].small_print != last)
    words = next(fits, count)
    if words and read.blocks[words - 1].small_print:
        return
    read.notice = "\n\n".join(block.text for block in read.blocks[words:])
    del read.blocks[words:]


def _space_behind_words(seam: re.Match[str]) -> str:
    return "" if seam.string[max(seam.start() - 1, 0)].isspace() else " "


class _Frame(NamedTuple):
    """A figure that the walk is inside of: what was read before it, and its captions."""

    images: int
    blocks: int
    captions: list[Element]


class _Walk:
    """One pass over the content, gathering text until something ends the block.

    It keeps its place by itself, since a broken page nests deeper than Python calls.
    """

    def __init__(self, page: Page, content: Element, themes: Themes) -> None:
        self.page = page
        self.titles = PartTitles(content, themes.split)
        self.roles = themes.roles
        self.credit = themes.credit
        self.read = Content()
        self.parts: list[str] = []
        self.headings = 0  # that we are inside of
        self.rows = 0
        self.small = 0  # the number of the element in small print that we are inside of
        self.smalls = 0
        self.forms = 0  # left open
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
            if tag in SHAPES:
                self.parts.append(SEAM)
            return False
        known = element.attributes
        if known:
            if "class" in known or "id" in known:
                own_id = (known.get("id") or "") if tag in HOLDERS else ""
                role = self.roles.role_of_class(known.get("class") or "", own_id) or role
            if role not in MEDIA and not TELLING.isdisjoint(known):
                role = self._role_in_sight(role, element, known)
        if role in DEPENDENT or self.forms or (tag == "div" and len(self.within) == 1):
            role = self._role_here(role, tag, element)
        if role != "inline":
            if role in READ_WHOLE:
                READ_WHOLE[role](self, element)
                return False
            self._enter(role, element)
        self.within.append((role, element.iter(include_text=True)))
        return True

    def _role_in_sight(self, role: str, element: Element, known: dict[str, str | None]) -> str:
        """Return a role where an attribute says what a reader sees of the element."""
        display = display_of(known.get("style") or "") if "style" in known else ""
        if display == "hidden" or "hidden" in known:
            return "junk" if is_hidden(known) else role
        if role != "inline":
            return role
        if "data-cfemail" in known:
            return "address"
        link = known.get("href") or ""
        if link.startswith("#") and is_footnote_mark(element, known):
            return "nothing"
        if CLOUDFLARE in link and element.css_first("[data-cfemail]") is None:
            return "address" if "protected" in text(element) else role
        return display or role

    def _role_here(self, role: str, tag: str, element: Element) -> str:
        """Return a role where it depends on what is around or inside the element."""
        if role == "row" and sum(1 for _ in islice(element.iter(), 2)) < 2:
            return "block"  # a single cell is a frame around paragraphs
        if role == "form":
            return role_of_form(element, is_left_open=self.has_open_form)
        if role == "button":
            return role_of_button(element, in_heading=self.headings > 0)
        if role == "raised":
            return self._role_of_raised(element)
        if self.forms and is_of_form(element):
            return "junk"
        if role == "block" and tag == "div" and len(self.within) == 1:
            return "small" if SMALL_PRINT.search(attribute(element, "style")) else role
        return role

    def _role_of_raised(self, element: Element) -> str:
        if is_footnote_mark(element, element.attributes):
            return "nothing"
        return "exponent" if NUMBERS.fullmatch(text(element)) else "inline"

    @cached_property
    def has_open_form(self) -> bool:
        return is_left_open(self.page)

    def _enter(self, role: str, element: Element) -> None:
        if role == "struck":
            self.parts.append(SEAM)
            return
        self._part()
        if role == "heading":
            self.headings += 1
        elif role == "row":
            self.rows += 1
        elif role == "small":
            self.smalls += 1
            self.small = self.smalls
        elif role == "open form":
            self.forms += 1
        elif role == "split_part":
            self._say_title(self.titles.title_of(element))
        elif role == "frame":
            self.frames.append(_Frame(len(self.read.images), len(self.read.blocks), []))

    def _leave(self, role: str) -> None:
        if role == "struck":
            self.parts.append(SEAM)
            return
        self.rows -= role == "row"
        self._part()
        if role == "heading":
            self.headings -= 1
        elif role == "small":
            self.small = 0
        elif role == "open form":
            self.forms -= 1
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
        if SEAM in gathered:
            gathered = SEAM_OF_WORDS.sub(_space_behind_words, gathered).replace(SEAM, "")
        if "[" in gathered or "<!--" in gathered:
            gathered = self._shown(gathered)
        for paragraph in PARAGRAPHS.split(gathered) if "\n" in gathered else [gathered]:
            words = collapse(paragraph)
            if words and not words.isspace():
                self.read.blocks.append(Block(words, self.headings > 0, self.small))

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
        """Leave out what theme or plugin put there, and part what stood around it."""
        if ROLE_OF_TAG.get(element.tag or "") == "block":
            self._part()

    def _nothing(self, element: Element) -> None:
        """Leave out what is no word, as the mark of a footnote."""

    def _exponent(self, element: Element) -> None:
        self.parts.append(raised(text(element)))

    def _hidden_address(self, element: Element) -> None:
        self.parts.append(hidden_address(element.attributes) or text(element))

    def _source(self, element: Element) -> None:
        """Read whom a line of its own credits: its links, or what it says behind a label."""
        linked = [text(link) for link in element.css("a")]
        said = linked or [text(element).partition(":")[2].strip() or text(element)]
        self.read.sources += [name for name in said if name and name not in self.read.sources]

    def _split_bar(self, element: Element) -> None:
        self._part()
        self._say_title(self.titles.title_in(element))

    def _say_title(self, title: str) -> None:
        if title:
            self.read.blocks.append(Block(title, is_crosshead=True))

    def _emoji(self, element: Element) -> None:
        self.parts.append(element.attributes.get("alt") or "")  # a letter, shown as a picture

    def _image(self, element: Element) -> None:
        image = read_image(self.page, element)
        self.parts.append(SEAM)
        if image is not None:
            self.read.images.append(image)

    def _unscripted(self, element: Element) -> None:
        """Read the pictures that are shown where no script runs."""
        self.parts.append(SEAM)
        for known in self.read.images[self.listed :]:
            self.pictures.add(known.url)
        self.listed = len(self.read.images)
        images = (read_image(self.page, inner) for inner in element.css("img"))
        self.read.images += [of for of in images if of and of.url not in self.pictures]

    def _embed(self, element: Element) -> None:
        self.parts.append(SEAM)
        self._add(read_embed(self.page, element))

    def _embed_frame(self, element: Element) -> None:
        self._part()
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


DEPENDENT = frozenset({"row", "form", "button", "raised"})
READ_WHOLE = {
    "junk": _Walk._junk,
    "nothing": _Walk._nothing,
    "exponent": _Walk._exponent,
    "address": _Walk._hidden_address,
    "source": _Walk._source,
    "split_bar": _Walk._split_bar,
    "password": _Walk._password,
    "emoji": _Walk._emoji,
    "image": _Walk._image,
    "unscripted": _Walk._unscripted,
    "embed": _Walk._embed,
    "embed_frame": _Walk._embed_frame,
    "caption": _Walk._caption,
}
