"""Listing pages that are half, of another kind, or count more pages than they link to."""

import pytest

from diplonews.errors import LayoutError
from diplonews.items import Teaser
from diplonews.pages.listing_blocks import distinct_blocks, members_of, moving_blocks
from diplonews.pages.read import read_listing_by_layout
from diplonews.pages.select import Page

URL = "https://site.example/category/ghana/"
CATEGORY = "archive category category-ghana category-19"


def teaser(slug: str) -> str:
    return (
        f'<article class="jeg_post jeg_pl_lg_2"><h3 class="jeg_post_title">'
        f'<a href="/{slug}/">{slug}</a></h3></article>'
    )


def block(slugs: str, mode: str = "nav_1") -> str:
    return (
        f'<div class="jeg_postblock jeg_pagination_{mode}">{"".join(map(teaser, slugs))}'
        f'<div class="jeg_block_navigation"></div></div>'
    )


def classic(within: str, *, kinds: str = CATEGORY, end: str = "</body></html>") -> Page:
    wrapper = f'<div class="jnews_category_content_wrapper">{within}</div>'
    return Page(URL, f'<body class="{kinds}"><h1 class="jeg_cat_title">Ghana</h1>{wrapper}{end}')


def custom(within: str, end: str = "</body></html>") -> Page:
    return Page(
        URL,
        f'<body class="{CATEGORY}"><div class="jeg_content"><div class="custom_category_template">'
        f'<h1 class="jeg_archive_title">Ghana</h1>{within}</div></div>{end}',
    )


class TestHalfPages:
    def test_a_list_that_breaks_off_is_not_the_last_page(self) -> None:
        with pytest.raises(LayoutError, match=f"^{URL}: expected a whole page, .* breaks off"):
            read_listing_by_layout(classic(block("abc"), end=""))

    def test_a_template_that_breaks_off_before_its_list_is_not_an_empty_category(self) -> None:
        with pytest.raises(LayoutError, match="breaks off"):
            read_listing_by_layout(custom("", end=""))

    def test_wordpresss_error_message_after_half_a_list_is_noticed(self) -> None:
        message = (
            '<!DOCTYPE html><html><head><title>Error</title></head><body id="error-page">'
            "<p>There has been a critical error.</p></body></html>"
        )

        with pytest.raises(LayoutError, match="found WordPress's error page"):
            read_listing_by_layout(classic(block("abc"), end=message))

    @pytest.mark.parametrize("end", ["</BODY>", "</html>\n<!-- cached -->", "</body>"])
    def test_any_end_tag_will_do(self, end: str) -> None:
        assert len(read_listing_by_layout(classic(block("abc"), end=end)).teasers) == 3

    def test_a_footer_will_do_where_end_tags_are_stripped(self) -> None:
        footer = '<div class="jeg_footer">About us</div>'

        assert len(read_listing_by_layout(classic(block("abc"), end=footer)).teasers) == 3


class TestPagesWithoutALink:
    def test_a_page_that_counts_more_pages_than_it_links_to_may_go_on(self) -> None:
        info = '<div class="jeg_navigation"><span class="page_info">Page 1 of 3</span></div>'

        listing = read_listing_by_layout(classic(block("a") + info))

        assert (listing.next_url, listing.has_scripted_pagination) == ("", True)

    def test_the_last_of_several_pages_does_not_go_on(self) -> None:
        info = '<div class="jeg_navigation"><span class="page_info">Page 3 of 3</span></div>'

        listing = read_listing_by_layout(
            classic(block("a") + info, kinds=f"{CATEGORY} paged paged-3")
        )

        assert not listing.has_scripted_pagination

    def test_the_scripts_of_a_sidebar_are_not_the_lists(self) -> None:
        sidebar = (
            f'<div class="jeg_sidebar"><div class="widget">{block("z", "nextprev")}</div></div>'
        )

        listing = read_listing_by_layout(custom(block("a") + sidebar))

        assert [teaser.headline for teaser in listing.teasers] == ["a"]
        assert not listing.has_scripted_pagination


def test_a_tag_of_the_same_name_is_not_the_category() -> None:
    tag = Page(
        "https://site.example/tag/ghana/",
        '<body class="archive tag tag-ghana tag-5"><h1 class="jeg_archive_title">Tag: Ghana</h1>'
        f'<div class="jnews_archive_content_wrapper">{block("a")}</div></body>',
    )

    assert not read_listing_by_layout(tag).is_of("ghana", "Ghana")


def test_a_page_number_nobody_can_count_is_none() -> None:
    listing = read_listing_by_layout(classic(block("a"), kinds=f"{CATEGORY} paged-{'9' * 5000}"))

    assert listing.page_number == 1


def printed(slugs: str) -> list[Teaser]:
    return [Teaser(url=f"https://site.example/{slug}/") for slug in slugs]


class TestBlocks:
    def test_a_template_has_the_blocks_that_it_prints(self) -> None:
        listing = read_listing_by_layout(custom(block("abc") + block("xy")))

        assert [[teaser.headline for teaser in item] for item in listing.blocks] == [
            ["a", "b", "c"],
            ["x", "y"],
        ]

    def test_a_classic_list_is_one_block_and_its_hero_too(self) -> None:
        listing = read_listing_by_layout(classic(block("abc") + block("xy")))

        assert listing.blocks == [listing.teasers]

    @pytest.mark.parametrize("shown", [["abc", "abc"], ["abc", "ab"], ["bc", "abc"]])
    def test_a_block_for_narrow_screens_is_none_of_its_own(self, shown: list[str]) -> None:
        assert distinct_blocks(map(printed, shown)) == [printed("abc")]

    @pytest.mark.parametrize(
        ("shown", "before", "moving"),
        [
            (["abcd", "wxyz"], ["efgh", "wxyz"], ["abcd"]),
            (["abcd", "vwxy"], ["efgh", "wxyz"], ["abcd"]),  # one more was published meanwhile
            (["d", "wxyz"], ["abcd", "wxyz"], ["d"]),  # a last page
            (["abcd", "wxyz"], [], ["abcd", "wxyz"]),
        ],
    )
    def test_a_list_is_what_moves_on(
        self, shown: list[str], before: list[str], moving: list[str]
    ) -> None:
        other = [members_of(printed(slugs)) for slugs in before]

        assert moving_blocks(map(printed, shown), other) == list(map(printed, moving))

    def test_a_template_without_navigation_does_not_say_whether_it_goes_on(self) -> None:
        silent = read_listing_by_layout(custom(block("abc")))
        last = read_listing_by_layout(custom(block("abc") + '<div class="jeg_navigation"></div>'))

        assert (silent.may_go_on_unseen, last.may_go_on_unseen) == (True, False)

    def test_a_next_page_for_machines_is_not_seen_by_readers(self) -> None:
        page = classic(block("abc"))
        page = Page(URL, page.html.replace("<body", '<link rel="next" href="/x/2/"><body'))

        listing = read_listing_by_layout(page)

        assert (listing.next_url, listing.is_next_seen) == ("https://site.example/x/2/", False)
