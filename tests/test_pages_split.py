"""Articles that JNews's plugin splits: its first template, in each of its three modes.

The markup is the plugin's, the words are ours.
"""

from datetime import UTC, datetime

import pytest

from diplonews.items import Article
from diplonews.pages.article import ArticlePage
from diplonews.pages.continuation import continue_article
from diplonews.pages.read import read_article
from diplonews.pages.select import Page

URL = "https://site.example/channel/"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPENING = "<p>Three things were said of the channel.</p>"
CLOSING = "<p>The office answers letters.</p>"
TITLES = ("It is deeper", "It is <em>lit</em>", "It costs")
PARTS = ("<p>Nine metres now.</p>", "<p>Buoys blink.</p>", "<p>Nobody says how much.</p>")
WHOLE = [
    "Three things were said of the channel.",
    "It is deeper",
    "Nine metres now.",
    "It is lit",
    "Buoys blink.",
    "It costs",
    "Nobody says how much.",
]


def title(index: int) -> str:
    return f'<span class="pagenum">{index + 1}.</span> {TITLES[index]}</a>'


def link(index: int) -> str:
    return URL if index == 0 else f"{URL}{index + 1}/"


def bar(shown: int) -> str:
    items = "".join(
        f'<li class="{"current" if at == shown else ""}"><a href="{link(at)}" data-id="{at}">'
        f"{title(at)}</a></li>"
        for at in range(3)
    )
    return f"""<div class="jeg_splitpost_bar jeg_splitpost_1"><span>Jump to section</span>
<div class="nav_wrap"><h2 class="current_title"><strong>{title(shown)}</strong></h2>
<ul class="jeg_splitpost_nav">{items}</ul></div></div>"""


def pagination(shown: int) -> str:
    following = link(shown + 1) if shown < 2 else "#"
    return f"""<div class="jeg_split_pagination jeg_pagelinks jeg_pagination jeg_pagenav_1">
<span class="page_info">Page {shown + 1} of 3</span><div class="nav_link">
<a class="page_nav next {"disabled" if shown == 2 else ""}" href="{following}">
<span class="navtext">Next</span></a></div></div>"""


def content(mode: str, shown: int) -> str:
    if mode == "load_all":
        wrappers = "".join(
            f"<div class='split-wrapper{' active' * (at == shown)}' data-id='{at}'>{part}</div>"
            for at, part in enumerate(PARTS)
        )
        inner = f"<div class='split-carousel'>{wrappers}</div>"
    elif mode == "ajax":
        inner = f"<div class='split-wrapper active'>{PARTS[shown]}</div>"
    else:
        inner = PARTS[shown]
    return f"""<div class='top-split-nav'>{bar(shown)}</div>
<div class='split-container split-template-1' data-id='jnews_split_1'>{inner}
<div class='split-overlay'><div class='preloader_type'><span>Loading</span></div></div>
<script> var jnews_split_1 = {{"mode":"{mode}"}} </script></div>{bar(shown)}{pagination(shown)}"""


def page(mode: str, shown: int, opening: str = OPENING, closing: str = "") -> ArticlePage:
    html = f"""<!DOCTYPE html><html lang="en"><head><link rel="canonical" href="{URL}"></head>
<body class="single single-post postid-7"><div class="jeg_content">
<h1 class="jeg_post_title">The channel</h1><div class="content-inner ">
{opening}{content(mode, shown)}{closing}</div></div></body></html>"""
    return read_article(Page(link(shown), html))


def read_all(mode: str, **around: str) -> Article:
    """Return the article of all pages that each page says is the next."""
    first = page(mode, 0, **around)
    article = first.to_item(url=URL, fetched_at=NOW, found_in="security")
    following = first.next_page_url
    while following:
        shown = int(following.rstrip("/").rpartition("/")[2]) - 1
        later = page(mode, shown, **around)
        article = continue_article(article, later)
        following = later.next_page_url
    return article


@pytest.mark.parametrize("mode", ["normal", "ajax", "load_all"])
def test_a_split_article_is_whole_and_nothing_in_it_twice(mode: str) -> None:
    article = read_all(mode)

    assert article.body.split("\n\n") == WHOLE
    assert article.crossheads == ["It is deeper", "It is lit", "It costs"]


@pytest.mark.parametrize("mode", ["normal", "ajax"])
def test_what_every_page_ends_with_ends_the_article(mode: str) -> None:
    article = read_all(mode, closing=CLOSING)

    assert article.body.split("\n\n") == [*WHOLE, "The office answers letters."]


def test_an_opening_with_a_crosshead_of_its_own_is_there_once() -> None:
    article = read_all("ajax", opening=f"<h2>In short</h2>{OPENING}", closing="<h3>Ends</h3>")

    assert article.body.split("\n\n") == ["In short", *WHOLE, "Ends"]
    assert article.crossheads == ["In short", "It is deeper", "It is lit", "It costs", "Ends"]


def test_pages_of_wordpress_that_begin_alike_keep_their_beginning() -> None:
    """Only the plugin repeats what is around its parts; an editor's refrain is the editor's."""
    html = """<!DOCTYPE html><html><head><link rel="canonical" href="https://site.example/channel/">
</head><body class="single postid-7"><h1 class="jeg_post_title">Song</h1>
<div class="content-inner "><p>Row, row.</p><p>{}</p></div></body></html>"""
    first = read_article(Page(URL, html.format("The first verse.")))
    later = read_article(Page(f"{URL}2/", html.format("The second verse.")))

    article = continue_article(first.to_item(url=URL, fetched_at=NOW, found_in=""), later)

    assert article.body == "Row, row.\n\nThe first verse.\n\nRow, row.\n\nThe second verse."
