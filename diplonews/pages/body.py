"""The body of an article: its words in reading order, and nothing else.

The same walk reads pictures, captions and embeds, and keeps them apart.
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
from diplonews.pages.select import (
    Attributes,
    Element,
    Page,
    attribute,
    collapse,
    find_all,
    first,
    text,
)
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

# Smaller print than the article's, as themes print it. "small" and "x-small" come from mail
# programs, with pasted text.
SMALL_PRINT = re.compile(r"font-size:\s*(?:0?\.\d+r?em|[1-9]\d(?:\.\d+)?%)")
# A blank line is two line breaks, with anything blank between, often a no-break space.
PARAGRAPHS = re.compile(r"\n[ \u00a0]*\n")

# What most markup has between paragraphs.
BETWEEN = frozenset({"\n", " ", "\n\n", "\n\n\n"})
# Stands for an element without text, such as a picture. Before a word it becomes a space.
SEAM = "\x1f"
SEAM_OF_WORDS = re.compile(rf"{SEAM}+(?=[\w(\[“‘«\"'$€£])")
# Attributes that say what visitors see of an element.
TELLING = frozenset({"style", "hidden", "href", "data-cfemail"})
SHAPES = frozenset({"canvas", "svg"})
MEDIA = frozenset({"image", "embed", "embed_frame", "unscripted"})
DEPENDENT = frozenset({"row", "form", "button", "raised"})  # roles that their place decides
READ_WHOLE = MEDIA | {
    "address", "caption", "emoji", "exponent", "junk", "nothing", "password", "source",
    "split_bar",
}  # fmt: skip


class Block(NamedTuple):
    """A paragraph, crosshead, quotation, list item or row of a table."""

    text: str
    is_crosshead: bool
    small_print: int = 0  # the number of the small-print element around it; 0: none


@dataclass(slots=True)
class Content:
    """The content of an article, in reading order."""

    blocks: list[Block] = field(default_factory=list)
    notice: str = ""  # the site's own, in small print after the words
    images: list[Image] = field(default_factory=list)
    embeds: list[Embed] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)  # names in a line of credits
    is_protected: bool = False  # it asks for a password instead
    standfirst: str = ""  # a heading before the first words, where no layout tells it


def read_content(page: Page, content: Element, themes: Themes) -> Content:
    """Return the content of an article's page.

    A block ends where a block element begins or ends, and at two line breaks in a row. A row of a
    table is one block, with a space between cells. Captions are no blocks.
    """
    walk = _Walk(page, content, themes)
    walk.go(content)
    if walk.content.blocks and walk.content.blocks[-1].small_print:
        _move_notice(walk.content)
    return walk.content


def _move_notice(content: Content) -> None:
    """Make the small print after the words the site's notice, if it is in one element.

    Where all blocks are small, or several elements are, the text was pasted.
    """
    count, last = len(content.blocks), content.blocks[-1].small_print
    other_ends = (at for at in range(count, 0, -1) if content.blocks[at - 1].small_print != last)
    start = next(other_ends, count)
    if start and content.blocks[start - 1].small_print:
        return
    content.notice = "\n\n".join(block.text for block in content.blocks[start:])
    del content.blocks[start:]


def _space_after_words(seam: re.Match[str]) -> str:
    return "" if seam.string[max(seam.start() - 1, 0)].isspace() else " "


class _Frame(NamedTuple):
    """A figure that is open: how much was read before it, and its captions."""

    images: int
    blocks: int
    captions: list[Element]


class _Walk:
    """One pass over the content, which gathers text until an element ends the block.

    It has a stack of its own: the elements of a broken page nest deeper than Python's calls may.
    """

    def __init__(self, page: Page, content: Element, themes: Themes) -> None:
        self.page = page
        self.titles = PartTitles(content, themes.split)
        self.roles = themes.roles
        self.credit = themes.credit
        self.content = Content()
        self.parts: list[str] = []  # texts of the block that is being read
        self.heading_depth = 0  # how many headings are open
        self.row_depth = 0
        self.small_print = 0  # the number of the open element in small print; 0: none is open
        self.small_print_count = 0
        self.form_depth = 0  # only forms that are read, such as those without an end tag
        self.frames: list[_Frame] = []
        self.picture_urls: set[str] = set()  # of the first pictures,
        self.picture_url_count = 0  # as many as this
        self.embeds_seen: set[tuple[str, str]] = set()  # kinds and URLs
        self.open_elements: list[tuple[str, Iterator[Element]]] = []  # roles, and what is unread

    def go(self, content: Element) -> None:
        open_elements, parts = self.open_elements, self.parts
        open_elements.append(("block", content.iter(include_text=True)))
        while open_elements:
            role, children = open_elements[-1]
            for child in children:
                words = child.text_content  # None for an element
                if words is not None:
                    if parts or words not in BETWEEN:
                        parts.append(words.replace("\n", " ") if "\n" in words else words)
                elif (tag := child.tag or "") == "br":
                    parts.append(" " if self.row_depth else "\n")
                elif self._goes_into(child, tag):
                    break
            else:
                open_elements.pop()
                if role == "block":
                    self._end_part()
                elif role != "inline":
                    self._leave(role)

    def _goes_into(self, element: Element, tag: str) -> bool:
        """Read an element; return whether the walk goes on with its children."""
        role = ROLE_OF_TAG.get(tag, "inline")
        if role == "wordless":
            if tag in SHAPES:
                self.parts.append(SEAM)
            return False
        attributes = element.attributes
        if attributes:
            if "class" in attributes or "id" in attributes:
                element_id = (attributes.get("id") or "") if tag in HOLDERS else ""
                names = attributes.get("class") or ""
                role = self.roles.role_of_class(names, element_id) or role
            if role not in MEDIA and not TELLING.isdisjoint(attributes):
                role = self._role_in_sight(role, element, attributes)
        if role in DEPENDENT or self.form_depth or (tag == "div" and len(self.open_elements) == 1):
            role = self._role_here(role, tag, element)
        if role == "block":
            self._end_part()
        elif role in READ_WHOLE:
            self._read_whole(role, element)
            return False
        elif role != "inline":
            self._enter(role, element)
        self.open_elements.append((role, element.iter(include_text=True)))
        return True

    def _role_in_sight(self, role: str, element: Element, attributes: Attributes) -> str:
        """Return the role by attributes that say what visitors see of the element."""
        display = display_of(attributes.get("style") or "") if "style" in attributes else ""
        if display == "hidden" or "hidden" in attributes:
            return "junk" if is_hidden(attributes) else role
        if role != "inline":
            return role
        if "data-cfemail" in attributes:
            return "address"
        link = attributes.get("href") or ""
        if link.startswith("#") and is_footnote_mark(element, attributes):
            return "nothing"
        if CLOUDFLARE in link and first(element, "[data-cfemail]") is None:
            return "address" if "protected" in text(element) else role
        return display or role

    def _role_here(self, role: str, tag: str, element: Element) -> str:
        """Return the role by what is around or inside the element."""
        if role == "row" and sum(1 for _ in islice(element.iter(), 2)) < 2:
            return "block"  # a single cell is a frame around paragraphs
        if role == "form":
            return role_of_form(element, is_left_open=self.has_open_form)
        if role == "button":
            return role_of_button(element, in_heading=self.heading_depth > 0)
        if role == "raised":
            return self._role_of_raised(element)
        if self.form_depth and is_of_form(element):
            return "junk"
        if role == "block" and tag == "div" and len(self.open_elements) == 1:
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
        self._end_part()
        if role == "heading":
            self.heading_depth += 1
        elif role == "row":
            self.row_depth += 1
        elif role == "small":
            self.small_print_count += 1
            self.small_print = self.small_print_count
        elif role == "open form":
            self.form_depth += 1
        elif role == "split_part":
            self._say_title(self.titles.title_of(element))
        elif role == "frame":
            self.frames.append(_Frame(len(self.content.images), len(self.content.blocks), []))

    def _leave(self, role: str) -> None:
        if role == "struck":
            self.parts.append(SEAM)
            return
        self.row_depth -= role == "row"
        self._end_part()
        if role == "heading":
            self.heading_depth -= 1
        elif role == "small":
            self.small_print = 0
        elif role == "open form":
            self.form_depth -= 1
        elif role == "frame":
            self._leave_frame(self.frames.pop())

    def _end_part(self) -> None:
        """End the block, or in a row the text of a cell."""
        if self.row_depth:
            self.parts.append(" ")
        elif self.parts:
            self._end_block()

    def _end_block(self) -> None:
        block = "".join(self.parts)
        self.parts.clear()
        if not block or block.isspace():  # no-break spaces, too
            return
        if SEAM in block:
            block = SEAM_OF_WORDS.sub(_space_after_words, block).replace(SEAM, "")
        if "[" in block or "<!--" in block:
            block = self._read_shortcodes(block)
        for paragraph in PARAGRAPHS.split(block) if "\n" in block else [block]:
            words = collapse(paragraph)
            if words and not words.isspace():
                self.content.blocks.append(Block(words, self.heading_depth > 0, self.small_print))

    def _read_shortcodes(self, block: str) -> str:
        """Read captions and embeds of a block's shortcodes; return its text without them."""
        shown = without_shortcodes(block)
        for caption in shown.captions:
            if self.content.images and not self.content.images[-1].caption:
                self.content.images[-1].caption = collapse(caption)
        for url in shown.urls:
            self._add(embed_of(self.page.absolute(url)))
        return shown.text

    def _read_whole(self, role: str, element: Element) -> None:
        """Read an element of one of the roles that have no words of the body in them."""
        match role:
            case "nothing":  # no word, such as a footnote mark
                pass
            case "junk":
                self._leave_out(element)
            case "exponent":
                self.parts.append(raised(text(element)))
            case "address":
                self.parts.append(hidden_address(element.attributes) or text(element))
            case "source":
                self._read_source(element)
            case "split_bar":
                self._end_part()
                self._say_title(self.titles.title_in(element))
            case "password":
                self.content.is_protected = True
            case "emoji":  # a letter, shown as a picture
                self.parts.append(element.attributes.get("alt") or "")
            case "image":
                self._read_image(element)
            case "unscripted":
                self._read_unscripted(element)
            case "embed":
                self.parts.append(SEAM)
                self._add(read_embed(self.page, element))
            case "embed_frame":
                self._end_part()
                self._add(embeds_within(self.page, element))
            case "caption":
                self._read_caption(element)

    def _leave_out(self, element: Element) -> None:
        """Leave out a theme's or plugin's element; the words around it stay separate."""
        if ROLE_OF_TAG.get(element.tag or "") == "block":
            self._end_part()

    def _read_source(self, element: Element) -> None:
        """Read the names in a line of credits: its links, or the text after its label."""
        names = [text(link) for link in find_all(element, "a")]
        if not names:
            names = [text(element).partition(":")[2].strip() or text(element)]
        sources = self.content.sources
        sources += [name for name in names if name and name not in sources]

    def _say_title(self, title: str) -> None:
        if title:
            self.content.blocks.append(Block(title, is_crosshead=True))

    def _read_image(self, element: Element) -> None:
        image = read_image(self.page, element)
        self.parts.append(SEAM)
        if image is not None:
            self.content.images.append(image)

    def _read_unscripted(self, element: Element) -> None:
        """Read the pictures that a browser shows where no script runs."""
        self.parts.append(SEAM)
        self.picture_urls.update(
            image.url for image in self.content.images[self.picture_url_count :]
        )
        self.picture_url_count = len(self.content.images)
        images = (read_image(self.page, inner) for inner in find_all(element, "img"))
        self.content.images += [
            image for image in images if image and image.url not in self.picture_urls
        ]

    def _add(self, embed: Embed | None) -> None:
        if embed is not None and (embed.kind, embed.url) not in self.embeds_seen:
            self.embeds_seen.add((embed.kind, embed.url))
            self.content.embeds.append(embed)

    def _read_caption(self, element: Element) -> None:
        if self.frames:
            self.frames[-1].captions.append(element)
        else:
            self._give_caption(element, self.content.images[-1:])

    def _leave_frame(self, frame: _Frame) -> None:
        images = self.content.images[frame.images :]
        is_of_table = len(self.content.blocks) > frame.blocks and not images
        for element in frame.captions:
            if not is_of_table:
                images = [] if self._give_caption(element, images) else images
            else:
                self.content.blocks.append(
                    Block(read_caption(element, self.credit)[0], is_crosshead=False)
                )

    def _give_caption(self, element: Element, images: list[Image]) -> bool:
        """Give an element's caption and credit to the pictures without; tell if it has any."""
        caption, credit = read_caption(element, self.credit)
        for image in images if caption or credit else ():
            if not image.caption and not image.credit:
                image.caption, image.credit = caption, credit
        return bool(caption or credit)
