"""An article, as its page prints it.

Each property is one thing a reader would say the page says. Spelling, accents and dates
leave here as printed; ``normalise`` takes it from there.
"""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from diplonews.errors import LayoutError
from diplonews.items import Article, Author, CategoryName
from diplonews.pages.body import Block, read_body
from diplonews.pages.head import Head
from diplonews.pages.layouts import LAYOUTS, Layout
from diplonews.pages.select import Element, Page, attribute, first, one, text

POST_ID = re.compile(r"postid-(\d+)$")
REST_POST = re.compile(r"/wp/v2/posts/(\d+)$")
COUNT = re.compile(r"([\d.,]+)\s*([kKmM]?)")
TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


class ArticlePage:
    """One page of an article. Raises ``LayoutError`` where the page is no article."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.head = Head(page)
        self.read_from: dict[str, str] = {}
        self._refuse_other_kinds()
        self.layout = self._find_layout()

    def _refuse_other_kinds(self) -> None:
        kinds = self.page.body_classes
        if "error404" in kinds:
            raise LayoutError(f"{self.page.url}: expected an article, found the theme's 404 page")
        if kinds & {"archive", "search", "login"} and "single" not in kinds:
            raise LayoutError(
                f"{self.page.url}: expected an article, found a page of class "
                f"{', '.join(sorted(kinds & {'archive', 'search', 'login', 'category', 'tag'}))}"
            )

    def _find_layout(self) -> Layout:
        for layout in LAYOUTS:
            if self.page.css(layout.headline) and self.page.css(layout.content):
                return layout
        looked_for = " nor ".join(f"{of.headline!r} with {of.content!r}" for of in LAYOUTS)
        raise LayoutError(f"{self.page.url}: expected an article, found neither {looked_for}")

    @cached_property
    def post_id(self) -> int | None:
        """WordPress's number for the article, from the best of the places that show it."""
        by_class = [m[1] for name in self.page.body_classes if (m := POST_ID.match(name))]
        shortlink = parse_qs(urlsplit(self.head.link("shortlink")).query).get("p", [])
        rest = REST_POST.search(self.head.link("alternate", "application/json"))
        found = [*by_class, *shortlink, *([rest[1]] if rest else [])]
        return next((int(number) for number in found if number.isdecimal()), None)

    @property
    def canonical_url(self) -> str:
        return self.head.canonical_url

    @property
    def headline(self) -> str:
        # The custom templates print it twice, for wide and for narrow screens.
        return self._noted("headline", self._theme_text(self.layout.headline))

    @property
    def standfirst(self) -> str:
        return self._noted("standfirst", self._theme_text(self.layout.standfirst))

    @property
    def byline_raw(self) -> str:
        printed = self._theme_text(self.layout.byline)
        return self._noted("byline_raw", printed)

    @cached_property
    def authors(self) -> list[Author]:
        """Those the byline links; where the theme hides it, those told to machines."""
        printed = {
            text(link): self.page.absolute(attribute(link, "href"))
            for link in self._in_first(self.layout.byline, self.layout.authors)
        }
        found = [Author(name=name, url=url) for name, url in printed.items() if name]
        if found:
            self.read_from["authors"] = self.layout.source
            return found
        if not self.byline_raw:
            found = self._authors_for_machines()
        return found

    def _authors_for_machines(self) -> list[Author]:
        described = [of for known in self.head.articles if (of := known.keys.get("author"))]
        for of in described:
            members = of if isinstance(of, list) else [of]
            named = [
                Author(name=str(m["name"]), url=self.page.absolute(str(m.get("url") or "")))
                for m in members
                if isinstance(m, dict) and m.get("name")
            ]
            if named:
                self.read_from["authors"] = "json_ld"
                return named
        by_meta = self.head.first_meta("author")
        if by_meta:
            self.read_from["authors"] = "meta"
        return [Author(name=by_meta)] if by_meta else []

    @cached_property
    def printed_date_raw(self) -> str:
        """The date a reader sees. The theme prints the modified one by default."""
        return self._theme_text(self.layout.date)

    @property
    def published_raw(self) -> str:
        raw, source = self.head.published_raw()
        stamp = first(self.page, self.layout.date)
        if not raw and attribute(stamp, "datetime"):
            raw, source = attribute(stamp, "datetime"), self.layout.source
        elif not raw:
            raw, source = self.printed_date_raw, self.layout.source
        return self._noted("published_at", raw, source)

    @property
    def modified_raw(self) -> str:
        raw, source = self.head.modified_raw()
        if not raw and self.layout.modified:
            stamp = first(self.page, self.layout.modified)
            raw, source = attribute(stamp, "datetime"), self.layout.source
        return self._noted("modified_at", raw, source)

    @cached_property
    def categories(self) -> list[CategoryName]:
        """Every category the page names: as printed, and those only machines are told of."""
        printed = self._printed_categories()
        if printed:
            self.read_from["categories"] = self.layout.source
        told = [title for title in self._told_categories() if not _names(printed, title)]
        if told:
            self.read_from.setdefault("categories", "json_ld")
        found = printed + [CategoryName(slug=self._slug_of(title), title=title) for title in told]
        return found or self._categories_of_last_resort()

    def _printed_categories(self) -> list[CategoryName]:
        links = self._in_first(self.layout.categories.replace(" a", ""), self.layout.categories)
        found = {_slug(attribute(link, "href")): text(link) for link in links}
        return [CategoryName(slug=slug, title=title) for slug, title in found.items() if slug]

    def _told_categories(self) -> list[str]:
        for described in self.head.articles:
            if described.plugin == "aioseo":
                continue  # it tells sections and tags in one text, with commas between
            sections = described.keys.get("articleSection")
            if sections:
                of = sections if isinstance(sections, list) else [sections]
                return list(dict.fromkeys(str(title).strip() for title in of))
        return []

    def _categories_of_last_resort(self) -> list[CategoryName]:
        links = self.page.css(self.layout.breadcrumb)[1:] if self.layout.breadcrumb else []
        by_crumb = [CategoryName(slug=_slug(attribute(a, "href")), title=text(a)) for a in links]
        if any(crumb.slug for crumb in by_crumb):
            self.read_from["categories"] = self.layout.source
            return [crumb for crumb in by_crumb if crumb.slug]
        titles = dict.fromkeys(self.head.meta.get("article:section", []))
        if titles:
            self.read_from["categories"] = "meta"
        return [CategoryName(slug=self._slug_of(title), title=title) for title in titles]

    def _slug_of(self, title: str) -> str:
        """Return the slug of a category named without a link, from the menus' links to it."""
        for link in self.page.css('li.menu-item-object-category > a, li[class*="cat-item"] > a'):
            if text(link) == title:
                return _slug(attribute(link, "href"))
        return slug_of_title(title)

    @property
    def tags(self) -> list[str]:
        found = [text(link) for link in self.page.css(self.layout.tags)]
        if found:
            self.read_from["tags"] = self.layout.source
        return list(dict.fromkeys(tag for tag in found if tag))

    @cached_property
    def blocks(self) -> list[Block]:
        content = one(self.page, self.layout.content)
        self.read_from["body"] = self.layout.source
        return read_body(content)

    @property
    def body(self) -> str:
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def crossheads(self) -> list[str]:
        return [block.text for block in self.blocks if block.is_crosshead]

    @property
    def image_url(self) -> str:
        by_theme = first(self.page, self.layout.image) if self.layout.image else None
        url = self.page.absolute(attribute(by_theme, "href"))
        if url:
            return self._noted("image_url", url)
        return self._noted("image_url", self.head.first_meta("og:image"), "meta")

    @property
    def image_caption(self) -> str:
        caption, credit = self._theme_text(self.layout.caption), self.image_credit
        if credit and caption.endswith(credit):
            caption = caption.removesuffix(credit).rstrip()
        return self._noted("image_caption", caption)

    @cached_property
    def image_credit(self) -> str:
        return self._noted("image_credit", self._theme_text(self.layout.credit))

    @property
    def share_count(self) -> int | None:
        return self._count("share_count", self.layout.shares)

    @property
    def view_count(self) -> int | None:
        return self._count("view_count", self.layout.views)

    @property
    def comment_count(self) -> int | None:
        return self._count("comment_count", self.layout.comments)

    @property
    def next_page_url(self) -> str:
        """Where a split article goes on; empty on the last page, and where it is not split."""
        content = first(self.page, self.layout.content)
        link = first(content, self.layout.next_page) or first(self.page, self.layout.next_page)
        return self.page.absolute(attribute(link, "href"))

    def to_item(self, *, url: str, fetched_at: datetime, found_in: str) -> Article:
        """Return the article as printed; what is worked out is left to the pipelines."""
        return Article(
            url=url,
            canonical_url=self.canonical_url or self.page.url,
            post_id=self.post_id,
            headline=self.headline,
            standfirst=self.standfirst,
            byline_raw=self.byline_raw,
            authors=self.authors,
            published_raw=self.published_raw,
            modified_raw=self.modified_raw,
            categories=self.categories,
            tags=self.tags,
            body=self.body,
            crossheads=self.crossheads,
            image_url=self.image_url,
            image_caption=self.image_caption,
            image_credit=self.image_credit,
            share_count=self.share_count,
            view_count=self.view_count,
            comment_count=self.comment_count,
            found_in=found_in,
            fetched_at=fetched_at,
            read_from=dict(self.read_from),
        )

    def _noted(self, name: str, value: str, source: str = "") -> str:
        if value:
            self.read_from[name] = source or self.layout.source
        return value

    def _theme_text(self, css: str) -> str:
        return text(first(self.page, css)) if css else ""

    def _in_first(self, outer: str, inner: str) -> list[Element]:
        """Return matches of *inner*, of its first printing only where the page has two."""
        found = self.page.css(inner)
        if len(found) < 2 or len(self.page.css(outer)) < 2:
            return found
        start = found[0].parent
        within = {link.mem_id for link in found}
        same = [link for link in start.css("a") if link.mem_id in within] if start else found
        return same or found

    def _count(self, name: str, css: str) -> int | None:
        printed = self._theme_text(css)
        count = parse_count(printed)
        if count is not None:
            self.read_from[name] = self.layout.source
        return count


def continue_article(article: Article, later: ArticlePage) -> Article:
    """Return *article* with the body of its next page behind what was read so far."""
    return replace(
        article,
        body="\n\n".join(part for part in (article.body, later.body) if part),
        crossheads=[*article.crossheads, *later.crossheads],
    )


def parse_count(printed: str) -> int | None:
    """Return a count as the theme prints it; ``None`` where there is no number.

    >>> [parse_count(of) for of in ("520", "1.5k", "2.1M", "1,234", "")]
    [520, 1500, 2100000, 1234, None]
    """
    found = COUNT.search(printed)
    if found is None:
        return None
    number, unit = found[1].strip(".,"), found[2].lower()
    digits = number.replace(",", "") if unit == "" or "." in number else number.replace(",", ".")
    try:
        return round(float(digits if unit else digits.replace(".", "")) * TIMES[unit])
    except ValueError:
        return None


def slug_of_title(title: str) -> str:
    """Return the slug WordPress makes of a title: accents folded, apostrophes dropped.

    >>> slug_of_title("Cote D’Ivoire"), slug_of_title("Embassy News & Info")
    ('cote-divoire', 'embassy-news-info')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", title) if not unicodedata.combining(c))
    kept = re.sub(r"['’‘&]", "", bare.casefold())
    return re.sub(r"[^\w]+", "-", kept).strip("-")


def _slug(link: str) -> str:
    return urlsplit(link.replace("\\", "/")).path.rstrip("/").rpartition("/")[2]


def _names(categories: list[CategoryName], title: str) -> bool:
    return any(category.title.casefold() == title.casefold() for category in categories)
