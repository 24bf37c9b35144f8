"""Teaser, Listed and Article: what is read off the site, and the keys of every feed line.

The order of an article's fields is the order of the keys. An object in a list has a ``cell_key``:
the key that stands for it in a cell of a table. The docstring under a field is its
description in the feeds' JSON Schema, so it speaks to analysts. Every line has every key: an
empty text is ``null`` there, an empty list ``[]``.

A new key keeps ``SCHEMA_VERSION``; another meaning or another type raises it (see
``CONTRIBUTING.md``).
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import ClassVar

SCHEMA_VERSION = 2

# The number of our reading code. Raise it by one in every change that gives some page another
# headline, standfirst, byline, body or other categories (``pages/``, ``normalise/``). Then these
# differences do not count as edits by the site (``rereading.py``).
READER = 3

# Layouts that are not of the site's theme: a person should look at what they read.
STOCK_LAYOUT = "stock"
UNKNOWN_LAYOUT = "unknown"
MAKESHIFT_LAYOUTS = frozenset({STOCK_LAYOUT, UNKNOWN_LAYOUT})

# What code has to know of an article's field beside its type: `field(metadata=HAS_SOURCE)`.
HAS_SOURCE = {"has_source": True}  # `read_from` says where the value is from
IS_NO_EDIT = {"is_no_edit": True}  # it may differ between two readings of one revision


@dataclass(slots=True, kw_only=True)
class Teaser:
    """One entry of a listing page, as printed."""

    url: str
    """Where it links to, absolute."""

    headline: str = ""

    printed_date: str = ""
    """As printed. JNews prints the *modified* date by default: never a publication date."""

    excerpt: str = ""
    """The summary, often cut by the machine; empty where the block prints none."""


@dataclass(slots=True, kw_only=True)
class Listed:
    """One article as the site's REST or sitemap lists it, for machines."""

    url: str
    """Its permalink."""

    post_id: int | None = None
    """WordPress's number for it; a sitemap tells none."""

    modified_at: datetime | None = None
    """When the site says it was last changed, UTC."""

    published_at: datetime | None = None
    """When the site says it was published, UTC; a sitemap does not tell."""

    categories: list[int] = field(default_factory=list)
    """WordPress's numbers of its categories, ascending; a sitemap tells none."""


@dataclass(slots=True, kw_only=True)
class Author:
    """Somebody credited in the byline."""

    cell_key: ClassVar = "name"

    name: str
    """As printed, without "by"."""

    url: str = ""
    """The author's page on the site."""


@dataclass(slots=True, kw_only=True)
class CategoryName:
    """A category that the article page names."""

    cell_key: ClassVar = "slug"

    slug: str
    """The last part of the category's address."""

    title: str = ""
    """As the page prints it."""


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture of the article."""

    cell_key: ClassVar = "url"

    url: str
    """The largest copy that the page names."""

    caption: str = ""
    """The text printed under it, without the credit."""

    credit: str = ""
    """Who made it, as printed, where the page prints it apart from the caption."""

    alt: str = ""
    """The alternative text. Null where it only repeats the headline, which is what the theme
    puts there when the editors wrote nothing."""


@dataclass(slots=True, kw_only=True)
class Embed:
    """Something from elsewhere that the article shows."""

    cell_key: ClassVar = "url"

    kind: str
    """"youtube", "x", "facebook", "instagram", "tiktok", "audio", "video" or "other"."""

    url: str
    """Its address as the page gives it: of the player or of the post, absolute."""


@dataclass(slots=True, kw_only=True)
class CountryMention:
    """A country that the article names, and the best evidence of it."""

    cell_key: ClassVar = "code"

    code: str
    """ISO 3166-1 alpha-2, in capitals."""

    where: str
    """"category", "dateline", "headline" or "body": the first of these that names it."""

    reason: str
    """What named it: "category", "name", "demonym", "capital", "city" (a large one, or a seat of
    government; any in a dateline) or "region" (a part of it, such as a state)."""

    printed: str
    """The words that named it."""


@dataclass(slots=True, kw_only=True)
class OrganisationMention:
    """An organisation of states that the article names, and the best evidence of it."""

    cell_key: ClassVar = "code"

    code: str
    """Its short name: "ECOWAS", "AES", "AU", "UEMOA", "UN", "UNDP", "WHO", "EU", "World Bank"."""

    where: str
    """"dateline", "headline" or "body": the first of these that names it."""

    reason: str
    """What named it: its "name", or its "abbreviation" in English, French or Portuguese."""

    printed: str
    """The words that named it."""


@dataclass(slots=True, kw_only=True)
class Article:
    """One article in one revision: a line of a feed."""

    id: str = ""
    """Permanent identity: "diplomaticinfo:post:12345", from WordPress's post id. Where a page
    shows none, "diplomaticinfo:url:" and 16 hex digits of its canonical URL, until it does."""

    url: str
    """Where the site linked to it when it was read."""

    canonical_url: str = ""
    """The address the page declares as its own, normalised."""

    post_id: int | None = None
    """WordPress's number for the article."""

    headline: str = field(default="", metadata=HAS_SOURCE)
    """The headline printed above the article, never the page's title tag."""

    standfirst: str = field(default="", metadata=HAS_SOURCE)
    """The summary between headline and body, written by the editor."""

    byline_raw: str = field(default="", metadata=HAS_SOURCE)
    """The line that says who wrote it, as printed."""

    authors: list[Author] = field(default_factory=list, metadata=HAS_SOURCE)
    """Who wrote it, worked out of the byline, in its order."""

    published_raw: str = ""
    """What published_at was worked out from, as the page gave it: a machine date, or the
    printed date where there is no machine date."""

    published_at: datetime | None = field(default=None, metadata=HAS_SOURCE)
    """When the site says it was published, UTC."""

    published_precision: str = ""
    """How exact published_at is: "second"; "minute"; "day" where only a date is printed, then
    it is the start of that day in the site's time zone; "approximate" where the page only
    says something like "3 years ago", counted back from fetched_at; "latest" where the date
    may be that of the last change."""

    modified_raw: str = ""
    """What modified_at was worked out from, as the page gave it."""

    modified_at: datetime | None = field(default=None, metadata=HAS_SOURCE)
    """When the site says it was last changed, UTC. May lie before published_at: that is how
    WordPress records a scheduled article."""

    categories: list[CategoryName] = field(default_factory=list, metadata=HAS_SOURCE)
    """Every category the article page names, in its order."""

    sections: list[str] = field(default_factory=list)
    """The sections its categories belong to: "ecowas", "international", "security"."""

    tags: list[str] = field(default_factory=list, metadata=HAS_SOURCE)
    """The tags printed with the article."""

    body: str = field(default="", metadata=HAS_SOURCE)
    """Paragraphs, crossheads, quotations and list items in reading order, with a blank line
    between them. Without captions, advertisements, related articles, tags, dateline and the
    agency's notice."""

    crossheads: list[str] = field(default_factory=list)
    """The headings inside the body, in order; they are in the body too."""

    word_count: int | None = field(default=None, metadata=IS_NO_EDIT)
    """Words in the body, split at white space."""

    site_notice: str = ""
    """What the site puts in small print of its own after the article's words, such as a
    disclaimer. Not part of the body, nor of a revision."""

    is_protected: bool = False
    """True where the page asks for a password instead of showing the body.
    WordPress then prints "Protected:" before the headline."""

    is_empty: bool = False
    """True where the page shows no words, perhaps a picture or a film alone."""

    dateline_raw: str = ""
    """The dateline as printed before the first sentence, or above it; not part of the body."""

    dateline_place: str = ""
    """The place it names, the first of several, "MOSCOW" as "Moscow". Inferred."""

    dateline_country: str = ""
    """The country of that place, ISO 3166-1 alpha-2 in capitals. Inferred."""

    agency: str = ""
    """Whose copy it is, by credit, dateline or notice: an agency's, a broadcaster's or another
    paper's. Inferred."""

    sources: list[str] = field(default_factory=list, metadata=HAS_SOURCE)
    """Whom a line of credits at the article's end names, as printed: "Source:", "Via:"."""

    agency_notice: str = ""
    """What the agency prints after the text; not part of the body."""

    is_syndicated: bool = False
    """True where it is an agency's copy. Inferred."""

    same_text_as: str = ""
    """The id of an earlier article with nearly the same body, such as an agency's copy that was
    published twice. Inferred; not part of a revision's words."""

    language: str = field(default="", metadata=HAS_SOURCE)
    """BCP 47: "en", "fr" or "pt", without a region; null where the text is too short to tell.
    Inferred."""

    countries: list[CountryMention] = field(default_factory=list)
    """The countries it names, the strongest evidence first: a passing mention counts. Inferred."""

    ecowas_members: list[str] = field(default_factory=list)
    """Those of the countries that were in ECOWAS when it was published. Inferred."""

    aes_members: list[str] = field(default_factory=list)
    """Those that were in the Alliance of Sahel States when it was published. Inferred."""

    organisations: list[OrganisationMention] = field(default_factory=list)
    """The organisations of states it names, the strongest evidence first. Inferred."""

    image_url: str = field(default="", metadata=HAS_SOURCE)
    """The article's main image, full size."""

    image_caption: str = field(default="", metadata=HAS_SOURCE)
    """The text printed under the main image, without the credit."""

    image_credit: str = field(default="", metadata=HAS_SOURCE)
    """Who made the main image, as printed."""

    images: list[Image] = field(default_factory=list)
    """The pictures: the main one first, then those in the body, in its order, each once. Not
    part of a revision."""

    embeds: list[Embed] = field(default_factory=list)
    """Films, sound and other networks' posts that the article shows, in its order, by address
    and without their words. Not part of a revision."""

    share_count: int | None = field(default=None, metadata=HAS_SOURCE | IS_NO_EDIT)
    """Shares as printed when it was read ("1.5k" is 1500). Not part of a revision."""

    view_count: int | None = field(default=None, metadata=HAS_SOURCE | IS_NO_EDIT)
    """Views as printed when it was read. Not part of a revision."""

    comment_count: int | None = field(default=None, metadata=HAS_SOURCE | IS_NO_EDIT)
    """Comments as printed when it was read. Not part of a revision."""

    found_in: str = field(default="", metadata=IS_NO_EDIT)
    """Slug of the category whose listing last led to it; none where only a recheck did."""

    layout: str = field(default="", metadata=IS_NO_EDIT)
    """By which layout its page was read: one of the site's theme ("jnews"), or a makeshift one,
    "stock" (as most themes print) or "unknown" (no theme's)."""

    read_from: dict[str, str] = field(default_factory=dict, metadata=IS_NO_EDIT)
    """Which source gave each field: "meta" (meta and link tags, body class), "json_ld",
    "microdata", "theme" (what the layout prints), "body" (the words themselves), "page" (what
    looks like it on a page of no layout), "listing" (the listing that led to it), "address" (a
    day in the URL), "rss" or "rest" (a date that the page does not show exactly). Null where the
    article has no such value."""

    reader: int | None = field(default=READER, metadata=IS_NO_EDIT)
    """The number of our reading code that read this revision; it goes up when our reading changes.
    Lines from before there was such a number have none. Not part of a revision."""

    fetched_at: datetime | None = field(default=None, metadata=IS_NO_EDIT)
    """When this revision's page was fetched, UTC."""

    first_seen_at: datetime | None = field(default=None, metadata=IS_NO_EDIT)
    """When the article was first read, UTC."""

    revised_at: datetime | None = field(default=None, metadata=IS_NO_EDIT)
    """When this revision was first read, UTC."""

    revision: int | None = field(default=None, metadata=IS_NO_EDIT)
    """1 for the first reading; one more for each change of headline, standfirst, byline, body
    or categories."""

    digest: str = field(default="", metadata=IS_NO_EDIT)
    """Fingerprint of headline, standfirst, byline, body and categories as printed, dateline and
    notice among them: 64 hex digits."""


# The keys of `read_from` in every line.
FIELDS_WITH_SOURCE = tuple(it.name for it in fields(Article) if "has_source" in it.metadata)

# What an edit is compared by.
FIELDS_OF_EDITS = tuple(it.name for it in fields(Article) if "is_no_edit" not in it.metadata)
