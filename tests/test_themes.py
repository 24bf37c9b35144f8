"""A theme is added by whoever has its file: no reader is changed for it."""

import re
from dataclasses import fields, replace
from datetime import date

import pytest

from diplonews.errors import LayoutError
from diplonews.items import MAKESHIFT_LAYOUTS
from diplonews.pages.read import read_article, read_article_by_layout, read_listing
from diplonews.pages.roles import RoleNames
from diplonews.pages.select import Page
from diplonews.pages.themes import THEMES, ArticleLayout, ListingLayout, Theme, Themes
from diplonews.pages.themes.jnews import JNEWS

URL = "https://site.example/talks/"
ARTICLE = """<html><head></head><body class="single postid-7"><div class="story">
<h1 class="story-title">Talks reopen</h1><p class="story-by">By <a href="/a/">Awa Ba</a></p>
<div class="story-body"><p>The first round was on Monday.</p><div class="story-ad">Buy.</div>
<figure><img src="/a.jpg"><figcaption>The hall. <i class="story-credit">AB</i></figcaption>
</figure><p>The second is on Friday.</p></div></div></body></html>"""
LISTING = """<html><body class="archive category category-mali"><div class="stories">
<div class="story-card"><b><a href="/one/">One story</a></b></div>
<aside class="story-side"><div class="story-card"><b><a href="/two/">Two</a></b></div></aside>
</div></body></html>"""
STORY = Theme(
    name="story",
    since=date(2027, 1, 1),
    articles=(
        ArticleLayout(
            name="story",
            headline="h1.story-title",
            content=".story-body",
            byline=".story-by",
            authors=(".story-by a",),
        ),
    ),
    listings=(
        ListingLayout(
            name="story",
            signature=".stories",
            members=".story-card",
            link="a",
            elsewhere=frozenset({"story-side"}),
        ),
    ),
    roles=RoleNames(junk=("story-ad",)),
    credit=".story-credit",
)


def no_article(urls: object) -> set[str]:
    return set()


def test_a_theme_that_is_handed_in_is_read_by() -> None:
    themes = Themes(STORY, *THEMES.members)

    read = read_article(Page(URL, ARTICLE), themes)

    assert (read.layout.name, read.headline) == ("story", "Talks reopen")
    assert read.body == "The first round was on Monday.\n\nThe second is on Friday."
    assert [author.name for author in read.authors] == ["Awa Ba"]
    assert [(image.caption, image.credit) for image in read.images] == [("The hall.", "AB")]
    assert read.read_from["body"] == "theme"


def test_its_listings_too() -> None:
    found = read_listing(Page(URL, LISTING), no_article, Themes(STORY))

    assert [teaser.url for teaser in found.teasers] == ["https://site.example/one/"]
    assert (found.layout, found.is_guessed, found.slug) == ("story", False, "mali")


def test_what_nobody_described_is_not_read_by_a_layout() -> None:
    first = re.escape(repr(THEMES.articles[0].headline))
    with pytest.raises(LayoutError, match=f"found neither {first} with"):
        read_article_by_layout(Page(URL, ARTICLE))


def test_the_old_theme_is_read_beside_its_copy() -> None:
    (known,) = JNEWS.articles
    copy = replace(known, name="jnews-2027", headline="h1.jeg_single_title")
    themes = Themes(
        replace(JNEWS, name="jnews-2027", since=date(2027, 1, 1), articles=(copy,)),
        *THEMES.members,
    )
    old = (
        '<body class="single"><h1 class="jeg_post_title">Talks</h1>'
        '<div class="content-inner"><p>One.</p></div></body></html>'
    )

    new = old.replace("jeg_post_title", "jeg_single_title")

    assert read_article(Page(URL, old), themes).layout.name == "jnews"
    assert read_article(Page(URL, new), themes).layout.name == "jnews-2027"


def test_every_selector_is_optional() -> None:
    bare = Themes(
        Theme(
            name="bare",
            articles=(ArticleLayout(name="bare", headline="h1", content=".story-body"),),
            listings=(ListingLayout(name="bare", signature=".stories", members="div", link="a"),),
        )
    )

    read = read_article(Page(URL, ARTICLE), bare)
    article = read.to_item(url=URL, fetched_at=None, found_in="")  # type: ignore[arg-type]

    assert article.headline == "Talks reopen"
    assert (article.standfirst, article.byline_raw, article.tags) == ("", "", [])
    assert (article.share_count, article.image_url, read.next_page_url) == (None, "", "")
    assert len(read_listing(Page(URL, LISTING), no_article, bare).teasers) == 2


def test_makeshift_layouts_are_those_of_no_theme_of_the_sites() -> None:
    of_site = {
        layout.name
        for theme in THEMES.members
        if theme.folder
        for layout in (*theme.articles, *theme.listings)
    }

    assert of_site & MAKESHIFT_LAYOUTS == set()
    assert {field.name for field in fields(Theme)} >= {"since", "folder"}
