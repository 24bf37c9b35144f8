"""Long style sheets are taken out of a page before it is parsed, and nothing else ever is."""

import pytest

from diplonews.pages.select import Page, text
from diplonews.pages.sheets import without_sheets

RULES = b".jeg_block > h1 { color: #000; }\n" * 40


@pytest.mark.parametrize(
    "opening",
    [
        b"<style>",
        b"<style id='wp-block-library-inline-css'>",
        b'<style type="text/css" media="screen">',
        b"<style type=text/css\n  data-wpacu-skip >",
    ],
)
def test_a_long_sheet_is_emptied_and_its_element_stays(opening: bytes) -> None:
    page = b"<p>One</p>" + opening + RULES + b"</style><p>Two" + opening + RULES + b"</style ><p>"

    expected = b"<p>One</p>" + opening + b"</style><p>Two" + opening + b"</style ><p>"
    assert without_sheets(page) == expected


@pytest.mark.parametrize(
    "page",
    [
        b"<style>p { color: red }</style>",  # too short to be worth it
        b"<style>" + RULES + b"<b>is no markup there</b></style>",
        b"<style>" + RULES + b"</section>",
        b"<style>" + RULES,
        b"<style",
        b"<style title='a>b'>" + RULES + b"</style>",
        b'<style a=b"c d="x>' + RULES + b"</style>",
        b"<style/>" + RULES + b"</style>",
        b"<styled>" + RULES + b"</styled>",
        b"<p>No sheet at all",
        b"",
    ],
)
def test_what_might_be_something_else_stays(page: bytes) -> None:
    assert without_sheets(page) == page


def test_words_around_sheets_are_all_read() -> None:
    sheet = b"<style>" + RULES + b"</style>"
    source = (
        b"<script>document.write('<style>')</script><p>One</p>" + sheet
        + b"<p title='<style>'>Two</p><!-- <style> --><p>Three</p>" + sheet + b"<p>Four</p>"
    )  # fmt: skip
    page = Page("https://site.example/a/", source)

    assert [text(found) for found in page.css("p")] == ["One", "Two", "Three", "Four"]
    assert len(page.css("style")) == 2
