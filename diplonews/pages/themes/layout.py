"""What the code knows of a theme: its layouts of articles and listings, and its own boxes.

An empty selector says that the theme does not print the value. Layouts are tried in order. The
first that fits reads the page: a listing's by its signature, an article's by headline and content.
"""

from dataclasses import dataclass, field
from datetime import date

from diplonews.pages.roles import RoleNames


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLayout:
    """The places on an article's page: CSS selectors."""

    name: str  # as a feed's `layout` says it
    headline: str = ""
    content: str = ""
    standfirst: str = ""
    meta_line: str = ""  # where byline, date, categories and comments stand; empty: anywhere
    byline: str = ""
    authors: tuple[str, ...] = ()  # tried in order; the first with a match counts
    date: str = ""
    modified: str = ""
    strangers: str = ""  # around names and dates that are another article's
    prints_modified: bool = False  # visitors may see the date of the last change
    categories: str = ""
    comments: str = ""
    breadcrumb: str = ""
    tags: str = ""
    figure: str = ""  # where image, caption and credit stand
    image: str = ""
    film: str = ""  # in the figure, beside what HTML itself has for films and sound
    caption: str = ""
    credit: str = ""
    shares: str = ""
    views: str = ""
    next_page: str = ""
    split_frame: str = ""  # what differs on a split article's pages, where the rest is repeated
    all_pages: str = ""  # more than one: a split article's pages are all there, shown one by one
    has_numbered_pages: bool = False  # a split article goes on at its address with a number


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingLayout:
    """The places on a listing's page: CSS selectors, and sets of classes."""

    name: str
    signature: str  # selector of what only pages of this layout have
    title: str = ""
    hero: str = ""  # members above the list
    hero_repeats: bool = False  # on later pages, where it has no members
    hero_block: str = ""  # what the doctor takes for a hero, with or without members
    members: str = ""
    link: str = ""
    excerpt: str = ""
    date: str = ""
    next_page: str = ""
    navigation: str = ""  # where this is missing, nothing says whether there are more pages
    page_info: str = ""  # "Page 2 of 9"
    blocks: frozenset[str] = frozenset()  # classes of what may be a list, or stand beside it
    empty: str = ""  # what it prints where there is no article
    scripted: frozenset[str] = frozenset()  # classes of blocks that a script adds members to
    elsewhere: frozenset[str] = frozenset()  # classes around articles that are no members
    placeholder: str = ""  # class of an empty place among the members


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitNames:
    """How a plugin prints an article in parts: CSS selectors."""

    frame: str  # what differs from page to page; the rest stands on each of them
    part_frame: str  # around one part
    title: str  # of a part, in a bar above or below it
    number: str  # in a title
    menu: str  # of all titles, in ``li``


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme: how it prints articles and listings, and which boxes of its own."""

    name: str
    folder: str = ""  # its own under wp-content/themes/; empty: it stands for many themes
    since: date | None = None  # from when the site prints so: for people, no code reads it
    articles: tuple[ArticleLayout, ...] = ()
    listings: tuple[ListingLayout, ...] = ()
    roles: RoleNames = field(default_factory=RoleNames)
    credit: str = ""  # who made a picture, inside its caption
    footer: str = ""  # what stands at the end of every page that is whole
    split: SplitNames | None = None  # how its plugin prints split articles
