"""Small invented pages, one for each rule of reading; and pages that are hardly pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diplonews.demo import Replica
from diplonews.errors import LayoutError
from diplonews.items import Article
from diplonews.pages.continuation import continue_article
from diplonews.pages.counts import parse_count
from diplonews.pages.menu import category_links
from diplonews.pages.read import read_article_by_layout, read_listing_by_layout
from diplonews.pages.select import Page, only, some

URL = "https://site.example/talks/"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def article_page(
    content: str = "<p>One.</p>", *, head: str = "", meta: str = "", kinds: str = ""
) -> Page:
    return Page(
        URL,
        f"""<html><head>{head}</head><body class="single single-post postid-7 {kinds}">
        <h1 class="jeg_post_title">Talks</h1><div class="jeg_meta_container">{meta}</div>
        <div class="content-inner ">{content}</div>
        <div class="jeg_sidebar"><h3 class="jeg_post_title"><a href="/other/">Other</a></h3></div>
        </body></html>""",
    )


def item(page: Page) -> Article:
    return read_article_by_layout(page).to_item(url=URL, fetched_at=NOW, found_in="ghana")


def blocks(content: str) -> list[str]:
    body = item(article_page(content)).body
    return body.split("\n\n") if body else []


class TestBody:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("<p>One\n  two.</p><p>Three.</p>", ["One two.", "Three."]),
            ("<p>One<br>two<br><br>three</p>", ["One two", "three"]),
            ("<p>One<br />\n <br />two</p>", ["One", "two"]),
            ("One<div>two</div>three <b>four</b>", ["One", "two", "three four"]),
            ("<ul><li>One</li><li>two<ul><li>three</li></ul></li></ul>", ["One", "two", "three"]),
            ("<blockquote><p>One.</p><p>Two.</p></blockquote>", ["One.", "Two."]),
            ("<table><tr><th>A</th><td>B</td></tr><tr><td>C</td></tr></table>", ["A B", "C"]),
            ("<p>One</p><!-- wp:paragraph --><p>two</p>", ["One", "two"]),
            ("<figure><img><figcaption>no</figcaption></figure><p>One</p>", ["One"]),
            ("<p>One</p><script>no()</script><style>no{}</style>", ["One"]),
            ("<p>a<strong>b</strong>c <em>d</em></p>", ["abc d"]),
            ("<p></p><p> \n </p>", []),
            ("<pre>One</pre><p>two</p>", ["One", "two"]),
            ("<h2>Head</h2><p>One</p>", ["Head", "One"]),
        ],
    )
    def test_blocks_are_read_in_order(self, content: str, expected: list[str]) -> None:
        assert blocks(content) == expected

    @pytest.mark.parametrize(
        "junk",
        [
            '<div class="jeg_ad jnews_content_inline_2_ads">ADVERTISEMENT</div>',
            '<div class="jnews_inline_related_post_wrapper left"><h3>Related</h3></div>',
            '<div class="jeg_post_tags"><span>Tags:</span><a rel="tag" href="/tag/x/">x</a></div>',
            '<div class="jeg_pagelinks jeg_pagination">Page 1 of 2</div>',
            '<div class="code-block code-block-3">Sponsored</div>',
            '<div class="bsaProContainerNew x">Buy</div>',
            '<div class="m-a-box">About the author</div>',
            '<div class="kk-star-ratings">Rate</div>',
            '<div id="ez-toc-container"><ul><li>Contents</li></ul></div>',
            '<ins class="adsbygoogle">Ad</ins>',
            "<iframe>Video</iframe>",
            "<form><label>Mail</label></form>",
            "<noscript><img alt=x>Picture</noscript>",
            '<blockquote class="twitter-tweet"><p>Tweet</p></blockquote>',
        ],
    )
    def test_what_themes_and_plugins_put_in_is_left_out(self, junk: str) -> None:
        assert blocks(f"<p>One.</p>{junk}<p>Two.</p>") == ["One.", "Two."]

    def test_crossheads_are_named_and_stay_in_the_body(self) -> None:
        read = item(article_page("<p>One.</p><h3><strong>What next</strong></h3><p>Two.</p>"))

        assert read.crossheads == ["What next"]
        assert read.body == "One.\n\nWhat next\n\nTwo."

    def test_a_split_article_goes_on_where_it_says(self) -> None:
        links = (
            '<div class="jeg_pagelinks"><a class="page_nav next" href="/talks/2/">Next</a></div>'
        )
        first, later = (
            read_article_by_layout(article_page(f"<p>One.</p>{links}")),
            article_page("<p>Two.</p>"),
        )

        whole = continue_article(
            first.to_item(url=URL, fetched_at=NOW, found_in=""), read_article_by_layout(later)
        )

        assert first.next_page_url == "https://site.example/talks/2/"
        assert read_article_by_layout(later).next_page_url == ""
        assert whole.body == "One.\n\nTwo."


def json_ld(kind: str, **keys: str) -> str:
    named = {"jnews": "", "yoast": "yoast-schema-graph", "aioseo": "aioseo-schema"}[kind]
    body = ",".join(f'"{name}":"{value}"' for name, value in keys.items())
    of = "article" if kind == "jnews" else "BlogPosting"
    return f'<script type="application/ld+json" class="{named}">{{"@type":"{of}",{body}}}</script>'


class TestMachineDates:
    def test_meta_tags_come_before_json_ld(self) -> None:
        head = '<meta property="article:published_time" content="2025-02-25T09:12:00+00:00">'
        read = item(
            article_page(head=head + json_ld("yoast", datePublished="2020-01-01T00:00:00Z"))
        )

        assert read.published_raw == "2025-02-25T09:12:00+00:00"
        assert read.read_from["published_at"] == "meta"

    @pytest.mark.parametrize(
        ("kind", "key", "told", "meant"),
        [
            ("yoast", "datePublished", "2025-02-25T10:12:00+01:00", "2025-02-25T10:12:00+01:00"),
            ("aioseo", "datePublished", "2025-02-25T09:12:00+01:00", "2025-02-25T09:12:00+00:00"),
            ("jnews", "datePublished", "2025-02-25 10:12:00", "2025-02-25 10:12:00"),
            ("jnews", "dateModified", "2025-02-25 09:12:00", "2025-02-25 09:12:00+00:00"),
        ],
    )
    def test_each_plugins_fault_is_known(self, kind: str, key: str, told: str, meant: str) -> None:
        read = item(article_page(head=json_ld(kind, **{key: told})))

        raw = read.published_raw if key == "datePublished" else read.modified_raw
        name = "published_at" if key == "datePublished" else "modified_at"
        assert (raw, read.read_from[name]) == (meant, "json_ld")

    def test_a_printed_date_is_the_last_resort(self) -> None:
        meta = '<div class="jeg_meta_date"><a href="/talks/">February 25, 2025</a></div>'
        read = item(article_page(meta=meta))

        assert (read.published_raw, read.read_from["published_at"]) == (
            "February 25, 2025",
            "theme",
        )

    def test_json_ld_that_is_none_is_passed_over(self) -> None:
        head = '<script type="application/ld+json">{"@type": "article", </script>'

        assert item(article_page(head=head)).published_raw == ""


class TestWhoAndWhere:
    def test_the_post_id_survives_an_element_before_the_head_ends(self) -> None:
        page = article_page(head="<div id=early>ad</div>")

        assert read_article_by_layout(page).post_id == 7

    def test_the_post_id_is_found_without_the_bodys_class(self) -> None:
        html = '<link rel="shortlink" href="/?p=12"><body><h1 class="jeg_post_title">T</h1>'
        page = Page(URL, f'{html}<div class="content-inner"></div>')

        assert read_article_by_layout(page).post_id == 12

    def test_several_authors_are_read_in_order(self) -> None:
        meta = (
            '<div class="jeg_meta_author coauthor"><span>by</span> <a href="/author/a/">Ama</a>'
            ' and <a href="/author/b/">Rui</a></div>'
        )
        read = item(article_page(meta=meta))

        assert read.byline_raw == "by Ama and Rui"
        assert [(a.name, a.url) for a in read.authors] == [
            ("Ama", "https://site.example/author/a/"),
            ("Rui", "https://site.example/author/b/"),
        ]

    def test_categories_that_the_theme_hides_are_told_in_json_ld(self) -> None:
        head = (
            '<script type="application/ld+json">{"@type":"article",'
            '"articleSection":["Ghana","Embassy News and Info"]}</script>'
        )
        link = '<a href="/category/ghana/" rel="category">Ghana</a>'
        meta = f'<div class="jeg_meta_category">{link}</div>'
        read = item(article_page(head=head, meta=meta))

        assert [(c.slug, c.title) for c in read.categories] == [
            ("ghana", "Ghana"),
            ("embassy-news-and-info", "Embassy News and Info"),
        ]

    @pytest.mark.parametrize(
        ("printed", "count"),
        [("0", 0), ("520", 520), ("1k", 1000), ("1.5k", 1500), ("2.1M", 2_100_000),
         ("1,234", 1234), ("1,5k", 1500), ("", None), ("many", None)],
    )  # fmt: skip
    def test_counts_are_numbers(self, printed: str, count: int | None) -> None:
        assert parse_count(printed) == count


class TestOtherPages:
    @pytest.mark.parametrize(
        ("html", "found"),
        [
            ('<body class="error404"><h1 class="jeg_post_title">x</h1>', "the theme's 404 page"),
            ('<body class="archive category">', "a page of class archive, category"),
            ("<body><h1>Error establishing a database connection</h1>", "found neither"),
            ('<body class="login"><form></form>', "a page of class login"),
            ("", "found neither"),
        ],
    )
    def test_a_page_that_is_no_article_is_refused_by_name(self, html: str, found: str) -> None:
        with pytest.raises(LayoutError, match=f"^{URL}: expected an article, .*{found}"):
            read_article_by_layout(Page(URL, html))

    def test_selections_say_how_many_they_expect(self) -> None:
        page = Page(URL, "<p>1</p><p>2</p>")

        with pytest.raises(LayoutError, match="expected exactly 1 match for 'p', found 2"):
            only(page, "p", page.css("p"))
        with pytest.raises(LayoutError, match="expected at least 1 match for 'h1', found 0"):
            some(page, "h1")
        assert len(some(page, "p")) == 2


def teaser(slug: str, kind: str = "jeg_pl_lg_2") -> str:
    return (
        f'<article class="jeg_post {kind}"><h3 class="jeg_post_title"><a href="/{slug}/">'
        f"{escape(slug)}</a></h3></article>"
    )


def listing_page(wrapper: str, *, hero: str = "", number: int = 1, mode: str = "nav_1") -> Page:
    paged = f"paged paged-{number}" if number > 1 else ""
    return Page(
        f"https://site.example/category/ghana/{f'page/{number}/' if number > 1 else ''}",
        f"""<body class="archive category category-ghana category-19 {paged}">
        <div class="jnews_category_hero_container">{hero}</div><h1 class="jeg_cat_title">Ghana</h1>
        <div class="jnews_category_content_wrapper">
        <div class="jeg_postblock_5 jeg_postblock jeg_pagination_{mode}">{wrapper}</div></div>
        <div class="jeg_sidebar">{teaser("side")}</div>
        <div class="jeg_footer">{teaser("foot")}</div>
        </body>""",
    )


def slugs(page: Page) -> list[str]:
    found = (teaser.url for teaser in read_listing_by_layout(page).teasers)
    return [url.removeprefix("https://site.example/").strip("/") for url in found]


class TestListing:
    def test_members_are_hero_and_list_and_nothing_else(self) -> None:
        page = listing_page(teaser("c") + teaser("d"), hero=teaser("a") + teaser("b"))

        assert slugs(page) == ["a", "b", "c", "d"]

    def test_the_hero_of_a_later_page_is_no_member(self) -> None:
        assert slugs(listing_page(teaser("c"), hero=teaser("a"), number=2)) == ["c"]

    def test_unused_places_of_the_hero_are_no_members(self) -> None:
        page = listing_page(
            teaser("b"), hero='<article class="jeg_post jeg_hero_empty"></article>'
        )

        assert slugs(page) == ["b"]

    def test_a_small_category_stands_in_the_hero_alone(self) -> None:
        nothing = '<div class="jeg_empty_module">No Content Available</div>'
        listing = read_listing_by_layout(listing_page(nothing, hero=teaser("a")))

        assert (len(listing.teasers), listing.is_empty) == (1, False)

    def test_an_empty_category_says_so(self) -> None:
        listing = read_listing_by_layout(
            listing_page('<div class="jeg_empty_module">Nothing</div>')
        )

        assert (listing.teasers, listing.is_empty) == ([], True)

    def test_a_list_without_teasers_or_a_word_is_refused(self) -> None:
        with pytest.raises(LayoutError, match=r"expected teasers .* found neither"):
            read_listing_by_layout(listing_page(""))

    @pytest.mark.parametrize("mode", ["loadmore", "nextprev", "scrollload"])
    def test_pagination_by_script_is_noticed(self, mode: str) -> None:
        scripted = read_listing_by_layout(listing_page(teaser("a"), mode=mode))

        assert scripted.has_scripted_pagination
        assert not read_listing_by_layout(listing_page(teaser("a"))).has_scripted_pagination

    def test_a_listing_knows_its_category_by_slug_or_title(self) -> None:
        listing = read_listing_by_layout(listing_page(teaser("a")))

        assert listing.is_of("ghana", "")
        assert listing.is_of("other", "GHANA")
        assert not listing.is_of("mali", "Mali")

    def test_menus_and_widgets_name_the_categories(self) -> None:
        page = Page(
            URL,
            """<ul><li class="menu-item menu-item-object-category"><a href="/category/mali/">
            Mali</a></li><li class="cat-item cat-item-9"><a href="/category/togo/">Togo</a></li>
            <li class="menu-item menu-item-object-page"><a href="/about/">About</a></li></ul>""",
        )

        assert category_links(page) == [
            ("Mali", "https://site.example/category/mali/"),
            ("Togo", "https://site.example/category/togo/"),
        ]  # fmt: skip


@cache
def real_pages() -> list[str]:
    """Return rendered pages of each theme: an article and a listing."""
    pages = []
    for theme in ("jnews", "jnews-elementor", "plain"):
        replica = Replica(articles=30, theme=theme)
        post = replica.wordpress.public()[3]
        for path in (f"/{post.slug}/", "/category/security/"):
            pages.append(replica._honest(path, {}).body.decode())
    return pages


class TestBrokenPages:
    @settings(deadline=None, max_examples=150)
    @given(data=st.data())
    def test_a_damaged_page_is_read_or_refused_and_nothing_else(self, data: st.DataObject) -> None:
        html = data.draw(st.sampled_from(real_pages()))
        start = data.draw(st.integers(0, len(html)))
        end = data.draw(st.integers(0, len(html)))
        noise = data.draw(st.text(max_size=20))
        damaged = html[:start] + noise + html[end:]

        for read in (
            lambda: item(Page(URL, damaged)),
            lambda: read_listing_by_layout(Page(URL, damaged)),
        ):
            message = refusal_of(read)
            assert message == "" or message.startswith(f"{URL}: expected")


def refusal_of(read: Callable[[], object]) -> str:
    """Return the message *read* was refused with; any other exception is the test's."""
    try:
        read()
    except LayoutError as error:
        return str(error)
    return ""
