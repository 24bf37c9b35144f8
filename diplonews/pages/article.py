"""An article as its page prints it.

A property that has the name of an article's field is that field's value, with spelling, accents
and dates as printed.
``normalise`` brings them to one form later.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime

from diplonews.errors import LayoutError
from diplonews.items import Article, Author, CategoryName, Embed, Image
from diplonews.normalise.bylines import is_name
from diplonews.normalise.dates import is_likely
from diplonews.normalise.printed_dates import is_ambiguous, printed_update
from diplonews.pages.body import Block, Content
from diplonews.pages.categories import add_titles, linked_categories, machine_titles
from diplonews.pages.counts import parse_count
from diplonews.pages.head import Head
from diplonews.pages.kept import cached_property
from diplonews.pages.media import join_images, read_featured
from diplonews.pages.meta_line import MetaLine
from diplonews.pages.numbered import next_numbered
from diplonews.pages.parts import Parts
from diplonews.pages.select import Element, Page, attribute, find_all, first, text
from diplonews.pages.stamps import day_in_url, elements_outside, read_time, spaced_text

THEME = "theme"  # the source, in ``read_from``, of what a layout's selectors match
LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # no printed date is later than that


class ArticlePage:
    """One page of an article: the values that its parts and its head have."""

    def __init__(self, page: Page, head: Head, parts: Parts) -> None:
        self.page = page
        self.head = head
        self.parts = parts
        self.layout = parts.layout
        self.meta_line = MetaLine(parts.scope, parts.layout)
        self.read_from: dict[str, str] = {}
        self.unreadable: list[str] = []  # sentences about dates that cannot be read
        self.unkept: dict[str, Exception] = {}
        self.fetched_at = LATEST  # `to_item` says when it was

    @cached_property
    def post_id(self) -> int | None:
        return self.head.post_id

    @property
    def canonical_url(self) -> str:
        """The address that the page declares, or where it was read."""
        return self.head.canonical_url or self.page.url

    @cached_property
    def headline(self) -> str:
        return self._with_source("headline", self.parts.headline, self.parts.source)

    @property
    def standfirst(self) -> str:
        if not self.layout.standfirst:
            return self._with_source("standfirst", self.content.standfirst, self.parts.source)
        return self._with_source("standfirst", self._theme_text(self.layout.standfirst))

    @property
    def byline_raw(self) -> str:
        return self._with_source("byline_raw", self._meta_text(self.layout.byline))

    @cached_property
    def authors(self) -> list[Author]:
        """The authors that the byline links; where it is hidden, those for machines."""
        tries = (
            {
                name: self.page.absolute(attribute(link, "href"))
                for link in self.meta_line.css(css)
                if is_name(name := text(link))
            }
            for css in self.layout.authors
        )
        printed = next(filter(None, tries), {})
        if printed:
            self.read_from["authors"] = THEME
            return [Author(name=name, url=url) for name, url in printed.items()]
        return [] if self.byline_raw else self._authors_for_machines()

    def _authors_for_machines(self) -> list[Author]:
        sources = (
            ("json_ld", self.head.linked_data.authors),
            ("microdata", self.head.microdata.authors),
            ("meta", lambda: [Author(name=name) for name in self.head.authors() if is_name(name)]),
        )
        for source, read_authors in sources:
            if authors := read_authors():
                self.read_from["authors"] = source
                return authors
        return []

    @cached_property
    def printed_date_raw(self) -> str:
        """The date that visitors see. By default the theme prints that of the last change."""
        return next(map(spaced_text, self.meta_line.css(self.layout.date)), "")

    @property
    def published_raw(self) -> str:
        """The first date of publication that can be read: machine dates come first."""
        return self._first_likely("published_at", self._published())

    def _published(self) -> Iterator[tuple[str, str]]:
        yield from self.head.published()
        printed = []
        updates = {stamp.mem_id for stamp in self.meta_line.css(self.layout.modified)}
        stamps = self.meta_line.css(self.layout.date)
        for stamp in elements_outside(updates, stamps) or stamps:
            yield attribute(stamp, "datetime") or attribute(stamp, "title"), THEME
            printed.append(spaced_text(stamp))
        yield from ((raw, THEME) for raw in printed if not is_ambiguous(raw))
        yield day_in_url(self.canonical_url), "address"
        yield from ((raw, THEME) for raw in printed if is_ambiguous(raw))

    @property
    def published_precision(self) -> str:
        """Say "latest" where the date of publication may be that of the last change.

        Else empty: the pipelines see how exact the date is. Read ``published_raw`` before.
        """
        may_be_modified = (
            self.layout.prints_modified
            and self.read_from.get("published_at") == THEME
            and not printed_update(self.printed_date_raw)
        )
        return "latest" if may_be_modified else ""

    @property
    def modified_raw(self) -> str:
        """The first date of the last change that can be read."""
        return self._first_likely("modified_at", self._modified())

    def _modified(self) -> Iterator[tuple[str, str]]:
        yield from self.head.modified()
        stamps = self.meta_line.css(self.layout.modified)
        yield from ((read_time(stamp), THEME) for stamp in stamps[:1])
        yield printed_update(self.printed_date_raw), THEME

    def _first_likely(self, name: str, candidates: Iterable[tuple[str, str]]) -> str:
        """Return the first date that can be read; where none can, the first of all.

        A skipped date is reported, so that a plugin that prints zeros is noticed.
        """
        passed: list[tuple[str, str]] = []
        for raw, source in candidates:
            if raw and is_likely(raw, self.fetched_at):
                self.unreadable += [
                    f"{name}: {skipped!r} of {origin}" for skipped, origin in passed
                ]
                return self._with_source(name, raw, source)
            passed += [(raw, source)] if raw else []
        return self._with_source(name, *passed[0]) if passed else ""

    @cached_property
    def categories(self) -> list[CategoryName]:
        """Every category that the page names: those for visitors, then those for machines."""
        printed = linked_categories(self.page, self.meta_line.css(self.layout.categories))
        categories = add_titles(self.page, printed, machine_titles(self.head.articles))
        if categories:
            self.read_from["categories"] = THEME if printed else "json_ld"
        return categories or self._categories_of_last_resort()

    def _categories_of_last_resort(self) -> list[CategoryName]:
        crumbs = self.page.css(self.layout.breadcrumb)[1:] if self.layout.breadcrumb else []
        categories, source = linked_categories(self.page, crumbs), THEME
        if not categories:
            titles = self.head.meta.get("article:section", [])
            categories, source = add_titles(self.page, [], titles), "meta"
        if categories:
            self.read_from["categories"] = source
        return categories

    @property
    def tags(self) -> list[str]:
        css = self.layout.tags
        tags = [text(link) for link in find_all(self.parts.scope, css)] if css else []
        if tags:
            self.read_from["tags"] = THEME
        return list(dict.fromkeys(tag for tag in tags if tag))

    @cached_property
    def content(self) -> Content:
        """The content's words, pictures and embeds."""
        content = self.parts.read_content()
        if content.blocks:
            self.read_from["body"] = self.parts.source
        return content

    @property
    def blocks(self) -> list[Block]:
        return [] if self.is_protected else self.content.blocks

    @property
    def body(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def crossheads(self) -> list[str]:
        return [block.text for block in self.blocks if block.is_crosshead]

    @property
    def site_notice(self) -> str:
        return self.content.notice

    @property
    def is_protected(self) -> bool:
        return self.content.is_protected

    @property
    def sources(self) -> list[str]:
        if self.content.sources:
            self.read_from["sources"] = self.parts.source
        return self.content.sources

    @property
    def is_split_in_frame(self) -> bool:
        """Tell whether the page repeats a frame around one part of a split article."""
        css = self.layout.split_frame
        return bool(css) and first(self.parts.scope, css) is not None

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.is_protected

    @property
    def language(self) -> str:
        return self.head.language

    @cached_property
    def image_url(self) -> str:
        figure, css = self._figure, self.layout.image
        links = find_all(figure, css) if figure is not None and css else []
        url = self.page.absolute(attribute(links[0], "href")) if links else ""
        preview_url = self.head.first_meta("og:image")
        is_gallery = len(links) > 1  # its first picture is not the main one
        if url and not (is_gallery and preview_url):
            return self._with_source("image_url", url)
        return self._with_source("image_url", preview_url, "meta")

    @cached_property
    def image_caption(self) -> str:
        caption, credit = self._figure_text(self.layout.caption), self.image_credit
        if credit and caption.endswith(credit):
            caption = caption.removesuffix(credit).rstrip()
        return self._with_source("image_caption", caption)

    @cached_property
    def image_credit(self) -> str:
        return self._with_source("image_credit", self._figure_text(self.layout.credit))

    @property
    def images(self) -> list[Image]:
        """The main picture, the others that stand with it, and those in the content."""
        url = self.page.absolute(self.image_url)
        main = Image(url=url, caption=self.image_caption, credit=self.image_credit)
        first_images = [main] if url else []
        images = join_images([*first_images, *self._featured[0], *self.content.images])
        for image in images:
            if image.alt == self.headline:
                image.alt = ""
        return images

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
        """The next page of a split article; empty on its last page, and where it is not split."""
        layout, scope = self.layout, self.parts.scope
        if layout.all_pages and len(find_all(scope, layout.all_pages)) > 1:
            return ""
        if layout.has_numbered_pages:
            return next_numbered(self.page, self.head)
        link = first(scope, layout.next_page) if layout.next_page else None
        return self.page.absolute(attribute(link, "href"))

    def to_item(self, *, url: str, fetched_at: datetime, found_in: str) -> Article:
        """Return the article as printed; the pipelines work out the rest.

        Where reading a value raises an unexpected error, the article is kept without it, and
        ``unkept`` has the error. Headline and body must be readable.
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
        for name in FIELDS_ON_PAGE:
            try:
                setattr(article, name, getattr(self, name))
            except LayoutError:
                raise
            except Exception as error:
                self.unkept[name] = error
        article.read_from = dict(self.read_from)
        return article

    def _with_source(self, name: str, value: str, source: str = "") -> str:
        """Return a value, and remember its source if it is not empty."""
        if value:
            self.read_from[name] = source or THEME
        return value

    def _theme_text(self, css: str) -> str:
        return text(first(self.parts.scope, css)) if css else ""

    def _meta_text(self, css: str) -> str:
        return text(next(iter(self.meta_line.css(css)), None))

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


# The fields of an article that come from its page: each is a property of the same name.
FIELDS_ON_PAGE = tuple(it.name for it in fields(Article) if it.name in vars(ArticlePage))
