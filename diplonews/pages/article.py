"""An article, as its page prints it.

Each property is one thing a reader would say the page says. Spelling, accents and dates
leave here as printed; ``normalise`` takes it from there.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from diplonews.errors import LayoutError
from diplonews.items import Article, Author, CategoryName, Embed, Image
from diplonews.normalise.bylines import is_name
from diplonews.normalise.dates import is_likely
from diplonews.normalise.printed_dates import is_ambiguous, printed_update
from diplonews.pages.body import Block, Content
from diplonews.pages.categories import linked, told, with_told
from diplonews.pages.head import Head
from diplonews.pages.kept import cached_property
from diplonews.pages.media import join_images, read_featured
from diplonews.pages.numbered import next_numbered
from diplonews.pages.parts import Parts
from diplonews.pages.select import Element, Page, attribute, first, text
from diplonews.pages.stamps import day_of_address, printed_or_told, without, words_apart

WHOLE = frozenset({"html", "body", "main", "article"})  # may have any class, and be the article
THEME = "theme"  # what read_from says of what a layout's selectors found
COUNT = re.compile(r"(\d[\d.,]*)\s*([kKmM]?)")
LONGEST_COUNT = 15  # characters; what is longer was never counted
LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # no date is in the future then
TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


class ArticlePage:
    """One page of an article: its parts, and what they and the head say."""

    def __init__(self, page: Page, head: Head, parts: Parts) -> None:
        self.page = page
        self.head = head
        self.parts = parts
        self.layout = parts.layout
        self.read_from: dict[str, str] = {}
        self.unreadable: list[str] = []  # sources that a value could not be read from
        self.unkept: dict[str, Exception] = {}
        self.fetched_at = LATEST  # `to_item` says when it was

    @cached_property
    def post_id(self) -> int | None:
        return self.head.post_id

    @property
    def canonical_url(self) -> str:
        return self.head.canonical_url

    @cached_property
    def headline(self) -> str:
        return self._noted("headline", self.parts.headline, self.parts.source)

    @property
    def standfirst(self) -> str:
        if not self.layout.standfirst:
            return self._noted("standfirst", self.content.standfirst, self.parts.source)
        return self._noted("standfirst", self._theme_text(self.layout.standfirst))

    @property
    def byline_raw(self) -> str:
        return self._noted("byline_raw", self._meta_text(self.layout.byline))

    @cached_property
    def authors(self) -> list[Author]:
        """Those the byline links; where the theme hides it, those told to machines."""
        tries = (
            {
                name: self.page.absolute(attribute(link, "href"))
                for link in self._in_meta_line(css)
                if is_name(name := text(link))
            }
            for css in self.layout.authors
        )
        printed = next(filter(None, tries), {})
        found = [Author(name=name, url=url) for name, url in printed.items()]
        if found:
            self.read_from["authors"] = THEME
            return found
        if not self.byline_raw:
            found = self._authors_for_machines()
        return found

    def _authors_for_machines(self) -> list[Author]:
        sources = (
            ("json_ld", self.head.linked_data.authors),
            ("microdata", self.head.microdata.authors),
            ("meta", lambda: [Author(name=name) for name in self.head.authors() if is_name(name)]),
        )
        for source, find in sources:
            if found := find():
                self.read_from["authors"] = source
                return found
        return []

    @cached_property
    def printed_date_raw(self) -> str:
        """The date a reader sees. The theme prints the modified one by default."""
        return next(map(words_apart, self._in_meta_line(self.layout.date)), "")

    @property
    def published_raw(self) -> str:
        """The first date of publication that can be read: for machines, else as printed."""
        return self._first_likely("published_at", self._published())

    def _published(self) -> Iterator[tuple[str, str]]:
        yield from self.head.published()
        printed = []
        updates = {stamp.mem_id for stamp in self._in_meta_line(self.layout.modified)}
        stamps = self._in_meta_line(self.layout.date)
        for stamp in without(updates, stamps) or stamps:
            yield attribute(stamp, "datetime") or attribute(stamp, "title"), THEME
            printed.append(words_apart(stamp))
        yield from ((raw, THEME) for raw in printed if not is_ambiguous(raw))
        yield day_of_address(self.canonical_url or self.page.url), "address"
        yield from ((raw, THEME) for raw in printed if is_ambiguous(raw))

    @property
    def may_be_modified(self) -> bool:
        """Tell whether the date of publication may be that of the last change instead."""
        return (
            self.layout.prints_modified
            and self.read_from.get("published_at") == THEME
            and not printed_update(self.printed_date_raw)
        )

    @property
    def modified_raw(self) -> str:
        """The first date of the last change that can be read."""
        return self._first_likely("modified_at", self._modified())

    def _modified(self) -> Iterator[tuple[str, str]]:
        yield from self.head.modified()
        stamps = self._in_meta_line(self.layout.modified)
        yield from ((printed_or_told(stamp), THEME) for stamp in stamps[:1])
        yield printed_update(self.printed_date_raw), THEME

    def _first_likely(self, name: str, candidates: Iterable[tuple[str, str]]) -> str:
        """Return the first date that can be read; where none can, the first that is there.

        What is passed over is noted: a plugin that prints zeros should be seen.
        """
        passed: list[tuple[str, str]] = []
        for raw, source in candidates:
            if raw and is_likely(raw, self.fetched_at):
                self.unreadable += [f"{name}: {unread!r} of {origin}" for unread, origin in passed]
                return self._noted(name, raw, source)
            passed += [(raw, source)] if raw else []
        return self._noted(name, *passed[0]) if passed else ""

    @cached_property
    def categories(self) -> list[CategoryName]:
        """Every category the page names: as printed, and those only machines are told of."""
        printed = linked(self.page, self._in_meta_line(self.layout.categories))
        found = with_told(self.page, printed, told(self.head.articles))
        if found:
            self.read_from["categories"] = THEME if printed else "json_ld"
        return found or self._categories_of_last_resort()

    def _categories_of_last_resort(self) -> list[CategoryName]:
        crumbs = self.page.css(self.layout.breadcrumb)[1:] if self.layout.breadcrumb else []
        found, source = linked(self.page, crumbs), THEME
        if not found:
            titles = self.head.meta.get("article:section", [])
            found, source = with_told(self.page, [], titles), "meta"
        if found:
            self.read_from["categories"] = source
        return found

    @property
    def tags(self) -> list[str]:
        css = self.layout.tags
        found = [text(link) for link in self.parts.scope.css(css)] if css else []
        if found:
            self.read_from["tags"] = THEME
        return list(dict.fromkeys(tag for tag in found if tag))

    @cached_property
    def content(self) -> Content:
        """The content's words, pictures and embeds."""
        read = self.parts.read_content()
        if read.blocks:
            self.read_from["body"] = self.parts.source
        return read

    @property
    def blocks(self) -> list[Block]:
        return [] if self.content.is_protected else self.content.blocks

    @property
    def body(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def crossheads(self) -> list[str]:
        return [block.text for block in self.blocks if block.is_crosshead]

    @property
    def sources(self) -> list[str]:
        if self.content.sources:
            self.read_from["sources"] = self.parts.source
        return self.content.sources

    @property
    def is_split_in_frame(self) -> bool:
        """Tell whether the page has one part of a split article, and around it what all have."""
        css = self.layout.split_frame
        return bool(css) and first(self.parts.scope, css) is not None

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.content.is_protected

    @cached_property
    def image_url(self) -> str:
        figure, css = self._figure, self.layout.image
        links = figure.css(css) if figure is not None and css else []
        url = self.page.absolute(attribute(links[0], "href")) if links else ""
        told = self.head.first_meta("og:image")
        if url and not (len(links) > 1 and told):  # of a gallery, the first is not the main one
            return self._noted("image_url", url)
        return self._noted("image_url", told, "meta")

    @cached_property
    def image_caption(self) -> str:
        caption, credit = self._figure_text(self.layout.caption), self.image_credit
        if credit and caption.endswith(credit):
            caption = caption.removesuffix(credit).rstrip()
        return self._noted("image_caption", caption)

    @cached_property
    def image_credit(self) -> str:
        return self._noted("image_credit", self._figure_text(self.layout.credit))

    @property
    def images(self) -> list[Image]:
        """The main picture, the others that stand with it, and those in the content."""
        url = self.page.absolute(self.image_url)
        main = Image(url=url, caption=self.image_caption, credit=self.image_credit)
        known = [main] if url else []
        found = join_images([*known, *self._featured[0], *self.content.images])
        for image in found:
            if image.alt == self.headline:
                image.alt = ""
        return found

    @property
    def embeds(self) -> list[Embed]:
        return [*self._featured[1], *self.content.embeds]

    @property
    def share_count(self) -> int | None:
        return self._count("share_count", self._theme_text(self.layout.shares))

    @property
    def view_count(self) -> int | None:
        return self._count("view_count", self._theme_text(self.layout.views))

    @property
    def comment_count(self) -> int | None:
        return self._count("comment_count", self._meta_text(self.layout.comments))

    @property
    def next_page_url(self) -> str:
        """Where a split article goes on; empty on the last page, and where it is not split."""
        layout, scope = self.layout, self.parts.scope
        if layout.all_pages and len(scope.css(layout.all_pages)) > 1:
            return ""
        if layout.has_numbered_pages:
            return next_numbered(self.page, self.head)
        link = first(scope, layout.next_page) if layout.next_page else None
        return self.page.absolute(attribute(link, "href"))

    def to_item(self, *, url: str, fetched_at: datetime, found_in: str) -> Article:
        """Return the article as printed; what is worked out is left to the pipelines.

        A value that cannot be read, for a reason that nobody foresaw, is in ``unkept``.
        Headline and body are no such values: without them there is no article yet.
        """
        self.fetched_at = fetched_at
        article = Article(
            url=url,
            headline=self.headline,
            body=self.body,
            found_in=found_in,
            fetched_at=fetched_at,
            layout=self.layout.name,
        )
        for name, read in VALUES.items():
            try:
                setattr(article, name, read(self))
            except LayoutError:
                raise
            except Exception as error:
                self.unkept[name] = error
        article.read_from = dict(self.read_from)
        return article

    def _noted(self, name: str, value: str, source: str = "") -> str:
        if value:
            self.read_from[name] = source or THEME
        return value

    def _theme_text(self, css: str) -> str:
        return text(first(self.parts.scope, css)) if css else ""

    @cached_property
    def _first_meta_line(self) -> Element | None:
        css = self.layout.meta_line
        return first(self.parts.scope, css) if css else self.parts.scope

    @cached_property
    def _later_meta_lines(self) -> Sequence[Element]:
        css = self.layout.meta_line
        return self.parts.scope.css(css)[1:] if css else []

    def _in_meta_line(self, css: str) -> list[Element]:
        """Return the matches in the first meta line that has any: some are printed twice.

        Mostly the first line has all there is, and the later ones need not be looked for.
        """
        line = self._first_meta_line
        if not css or line is None:
            return []
        matches = self._without_strangers(line.css(css))
        if matches:
            return matches
        later = (self._without_strangers(line.css(css)) for line in self._later_meta_lines)
        return next(filter(None, later), [])

    def _without_strangers(self, elements: list[Element]) -> list[Element]:
        if not elements or not self.layout.strangers:
            return elements
        return without(self._strangers, elements)

    @cached_property
    def _strangers(self) -> set[int]:
        found = self.parts.scope.css(self.layout.strangers)
        return {element.mem_id for element in found if element.tag not in WHOLE}

    def _meta_text(self, css: str) -> str:
        return text(next(iter(self._in_meta_line(css)), None))

    @cached_property
    def _figure(self) -> Element | None:
        return first(self.parts.scope, self.layout.figure) if self.layout.figure else None

    @cached_property
    def _featured(self) -> tuple[list[Image], list[Embed]]:
        figure = self._figure
        return ([], []) if figure is None else read_featured(self.page, figure, self.layout.film)

    def _figure_text(self, css: str) -> str:
        return text(first(self._figure, css)) if css else ""

    def _count(self, name: str, printed: str) -> int | None:
        count = parse_count(printed)
        if count is not None:
            self.read_from[name] = THEME
        return count


# How each value of an article is read, by its name.
VALUES: dict[str, Callable[[ArticlePage], Any]] = {
    "canonical_url": lambda read: read.canonical_url or read.page.url,
    **{
        name: attrgetter(name)
        for name in (
            "post_id", "standfirst", "byline_raw", "authors", "published_raw", "modified_raw",
            "categories", "tags", "crossheads", "sources", "is_empty", "image_url",
            "image_caption", "image_credit", "images", "embeds", "share_count", "view_count",
            "comment_count",
        )
    },
    "site_notice": attrgetter("content.notice"),
    "is_protected": attrgetter("content.is_protected"),
    "published_precision": lambda read: "latest" if read.may_be_modified else "",
    "language": attrgetter("head.language"),
}  # fmt: skip


def parse_count(printed: str) -> int | None:
    """Return a count as the theme prints it; ``None`` where there is no number.

    >>> [parse_count(of) for of in ("520", "1.5k", "2.1M", "1,234", "")]
    [520, 1500, 2100000, 1234, None]
    """
    found = COUNT.search(printed)
    if found is None or len(found[1]) > LONGEST_COUNT:
        return None
    number, unit = found[1].strip(".,"), found[2].lower()
    digits = number.replace(",", "") if unit == "" or "." in number else number.replace(",", ".")
    try:
        return round(float(digits if unit else digits.replace(".", "")) * TIMES[unit])
    except ValueError:
        return None
