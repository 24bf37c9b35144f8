"""What a theme is given to print, whichever theme it is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from diplonews import site
from diplonews.demo.posts import Post
from diplonews.demo.truth import permalink, shown_date
from diplonews.demo.wordpress import EMPTY, Term, WordPress


class Head(NamedTuple):
    """What stands before a page's content: title, tags of the head, classes of the body."""

    title: str
    tags: str
    body_classes: str
    post: Post | None = None  # that the page is of


@dataclass(frozen=True)
class Shop:
    """The site as themes see it: its database, its address and its settings."""

    wordpress: WordPress
    origin: str
    pagination: str  # "nav", "loadmore" or "nextprev"
    has_hero: bool
    page_size: int
    render: random.Random  # what differs at every rendering

    def link(self, post: Post) -> str:
        return permalink(self.origin, post)

    def term_link(self, term: Term) -> str:
        path = f"{term.parent}/{term.slug}" if term.parent else term.slug
        return f"{self.origin}/category/{path}/"

    def page_link(self, term: Term, number: int) -> str:
        return self.term_link(term) + (f"page/{number}/" if number > 1 else "")

    def date(self, post: Post) -> str:
        """Return the date as printed: the modified one where that is a later day."""
        if post.has("relative_date") and not post.has("no_machine_date"):
            return "3 years ago"
        shown = shown_date(post)
        return f"{shown:%B} {shown.day}, {shown.year}"

    def unique(self) -> str:
        return f"{self.render.getrandbits(52):013x}"


@dataclass(frozen=True)
class Listing:
    """One page of a category's listing, as WordPress counted it."""

    term: Term
    number: int
    count: int  # of pages, as the theme counts them
    hero: Sequence[Post]
    members: Sequence[Post]  # of the list
    sidebar: Sequence[Post]


MENU = ("diplomacy", "embassy-news-and-info", "events", "nigeria", "business", "politics", "security",
        "cover-story", "international")  # fmt: skip


def menu(shop: Shop) -> str:
    """Return the main menu, ECOWAS with its countries under it."""
    terms = shop.wordpress.terms

    def item(slug: str, inner: str = "") -> str:
        term = terms[slug]
        return (
            f'<li id="menu-item-{500 + term.id}" class="menu-item menu-item-type-taxonomy '
            f'menu-item-object-category menu-item-{500 + term.id} bgnav">'
            f'<a href="{shop.term_link(term)}">{escape(term.title)}</a>{inner}</li>'
        )

    countries = "".join(item(c.slug) for c in site.ECOWAS if c.parent)
    first = f'<li class="menu-item menu-item-type-custom"><a href="{shop.origin}/">Home</a></li>'
    return f"{first}{''.join(map(item, MENU))}{item('ecowas', f'<ul class=sub-menu>{countries}</ul>')}"


def category_widget(shop: Shop) -> str:
    """Return WordPress's category widget, which leaves empty categories out."""
    shown = sorted(
        (t for t in shop.wordpress.terms.values() if t.slug != EMPTY), key=lambda t: t.title
    )
    return "<ul>" + "".join(
        f'<li class="cat-item cat-item-{term.id}"><a href="{shop.term_link(term)}">'
        f"{escape(term.title)}</a>\n</li>" for term in shown
    ) + "</ul>"  # fmt: skip


# Pages of such a theme weigh 80 to 200 KB, most of it style sheets and settings in the page.
RULES = "\n".join(
    f".jeg_block_{n} .jeg_part_{n % 7} a:hover, .jeg_block_{n}:not(.jeg_wide) > h{n % 6 + 1} "
    f"{{ color: #{n * 4099 % 0xFFFFFF:06x}; padding: {n % 40}px {n % 17}px; }}"
    for n in range(640)
)


def options(shop: Shop, post: Post | None) -> str:
    """Return the theme's settings for its scripts, other ones at every rendering."""
    number = f'"postid":"{post.id}",' if post else ""
    return (
        f"<style>{RULES}</style><script>var jnewsoption = {{{number}"
        f'"ajax_url":"/?ajax-request=jnews","nonce":"{shop.unique()}"}};</script>'
    )
