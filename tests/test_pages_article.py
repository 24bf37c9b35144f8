"""Article pages at the edges: half ones, other kinds, titles spelt twice, and broken markup."""

from datetime import UTC, datetime

import pytest

from diplonews.errors import LayoutError
from diplonews.items import Article
from diplonews.pages.counts import parse_count
from diplonews.pages.read import read_article_by_layout
from diplonews.pages.select import Page

URL = "https://site.example/talks/"
SINGLE = "single single-post postid-7"


def page(
    content: str = "<p>One.</p>",
    *,
    head: str = "",
    meta: str = "",
    above: str = "",
    kinds: str = SINGLE,
    end: str = "</body></html>",
) -> Page:
    return Page(
        URL,
        f'<html><head>{head}</head><body class="{kinds}"><h1 class="jeg_post_title">Talks</h1>'
        f'<div class="jeg_meta_container">{meta}</div>{above}'
        f'<div class="content-inner ">{content}</div>{end}',
    )


def item(of: Page) -> Article:
    return read_article_by_layout(of).to_item(
        url=URL, fetched_at=datetime.now(UTC), found_in="ghana"
    )


def blocks(content: str) -> list[str]:
    return item(page(content)).body.split("\n\n")


def sections(*titles: str, plugin: str = "") -> str:
    named = ",".join(f'"{title}"' for title in titles)
    return (
        f'<script type="application/ld+json" class="{plugin}">'
        f'{{"@type":"article","articleSection":[{named}]}}</script>'
    )


def category(slug: str, title: str) -> str:
    link = f'<a href="/category/{slug}/" rel="category tag">{title}</a>'
    return f'<div class="jeg_meta_category"><span><span>in</span> {link}</span></div>'


class TestOtherPages:
    def test_an_article_that_breaks_off_is_refused(self) -> None:
        with pytest.raises(LayoutError, match=f"^{URL}: expected a whole page, .* breaks off"):
            item(page("<p>One.</p><p>Two thr", end=""))

    def test_wordpresss_error_message_after_half_an_article_is_noticed(self) -> None:
        message = '<html><body id="error-page"><p>Critical error.</p></body></html>'

        with pytest.raises(LayoutError, match="found WordPress's error page"):
            item(page("<p>One.", end=message))

    @pytest.mark.parametrize("kinds", ["page page-id-9", "home blog"])
    def test_what_wordpress_calls_a_page_is_no_article(self, kinds: str) -> None:
        with pytest.raises(LayoutError, match="expected an article, found a page of class"):
            item(page(kinds=kinds))


class TestCategories:
    @pytest.mark.parametrize(
        ("printed", "told"),
        [
            ("Cote D’Ivoire", "Cote D'Ivoire"),
            ("Cote D'Ivoire", "Cote D&#039;Ivoire"),
            ("News &amp; Info", "News &amp; Info"),
            ("GHANA", "Ghana"),
        ],
    )
    def test_one_title_spelt_in_two_ways_is_one_category(self, printed: str, told: str) -> None:
        read = item(page(head=sections(told), meta=category("same", printed)))

        assert [known.slug for known in read.categories] == ["same"]

    def test_every_plugin_is_asked_but_aioseo(self) -> None:
        head = (
            sections("Ghana", plugin="rank-math-schema")
            + sections("Ghana", "Mali")
            + sections("Mali, a tag", plugin="aioseo-schema")
        )

        read = item(page(head=head))

        assert [known.title for known in read.categories] == ["Ghana", "Mali"]
        assert read.read_from["categories"] == "json_ld"

    def test_the_slug_of_a_hidden_category_is_the_menus(self) -> None:
        menu = (
            '<li class="cat-item"><a href="/category/ecowas/ivory-coast/">Cote D\'Ivoire</a></li>'
        )

        read = item(page(head=sections("Cote D’Ivoire"), above=f"<ul>{menu}</ul>"))

        assert [known.slug for known in read.categories] == ["ivory-coast"]

    def test_a_meta_line_printed_twice_is_read_once(self) -> None:
        wrapper = '<div class="jeg_custom_meta_wrapper">{}</div>'
        line = wrapper.format(category("ghana", "Ghana") + category("mali", "Mali"))

        read = item(page(above=line + line))

        assert [known.slug for known in read.categories] == ["ghana", "mali"]


class TestBody:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("<p>One.</p><p>&nbsp;</p><p>Two.</p>", ["One.", "Two."]),
            ("<p>One.<br>&nbsp;<br>Two.</p>", ["One.", "Two."]),
            ("<p>10&nbsp;000</p>", ["10\u00a0000"]),
            ("<table><tr><td><p>One.</p><h2>Two</h2></td></tr></table>", ["One.", "Two"]),
            ("<table><tr><td><p>a</p><p>b</p></td><td>c<br><br>d</td></tr></table>", ["a b c d"]),
            (
                "<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr>"
                "</table><p>d</p>",
                ["a b c", "d"],
            ),
            (
                '<p>One.</p><blockquote class="wp-embedded-content"><a>Other</a></blockquote>',
                ["One."],
            ),
        ],
    )
    def test_blocks_are_what_a_reader_sees(self, content: str, expected: list[str]) -> None:
        assert blocks(content) == expected

    def test_a_heading_in_a_frame_is_a_crosshead_and_one_in_a_row_is_not(self) -> None:
        frame = "<table><tr><td><h2>Yes</h2></td></tr></table>"
        row = "<table><tr><td><h2>No</h2></td><td>1</td></tr></table>"

        assert item(page(frame + row)).crossheads == ["Yes"]

    @pytest.mark.parametrize("tag", ["div", "b", "blockquote", "table><tr><td"])
    def test_markup_nested_without_end_is_read(self, tag: str) -> None:
        assert blocks(f"<{tag}>" * 1000 + "One.") == ["One."]


class TestImage:
    def test_a_link_in_the_caption_is_not_the_image(self) -> None:
        figure = (
            '<div class="jeg_featured"><img src="/small.jpg"><p class="wp-caption-text">'
            'Photo: <a href="https://agency.example/">Agency</a></p></div>'
        )
        head = '<meta property="og:image" content="https://site.example/full.jpg">'

        read = item(page(head=head, above=figure))

        assert read.image_url == "https://site.example/full.jpg"
        assert read.image_caption == "Photo: Agency"

    def test_the_image_is_what_the_picture_links_to(self) -> None:
        figure = (
            '<div class="jeg_featured"><a href="/full.jpg"><img src="/empty.png">'
            '<p class="wp-caption-text">Talks</p></a></div>'
        )

        assert item(page(above=figure)).image_url == "https://site.example/full.jpg"


class TestBrokenValues:
    def test_a_post_id_nobody_can_count_is_none(self) -> None:
        assert item(page(kinds=f"single postid-{'9' * 5000}")).post_id is None

    @pytest.mark.parametrize("printed", ["9" * 400, "9" * 400 + "k", "...", "many"])
    def test_a_count_nobody_can_count_is_none(self, printed: str) -> None:
        assert parse_count(printed) is None

    def test_a_link_that_is_no_address_names_no_category(self) -> None:
        link = '<div class="jeg_meta_category"><a href="http://[x" rel="category">X</a></div>'

        assert item(page(meta=link)).categories == []

    def test_an_author_without_a_name_is_none(self) -> None:
        head = (
            '<script type="application/ld+json">'
            '{"@type":"article","author":{"name":{"first":"Ama"}}}</script>'
        )

        assert item(page(head=head)).authors == []
