"""Numbers of posts and categories: what WordPress can give is kept, and nothing else is one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.normalise.numbers import LARGEST, parse_number
from diplonews.pages.read import read_article
from diplonews.pages.rest import read_posts, read_terms
from diplonews.pages.select import Page
from tests.support.articles import NOW, article, begin
from tests.support.crawling import Crawl
from tests.support.truth import by_post_id

NO_NUMBERS = ["0", "-5", "007", "٣", "१२", "1.0", "+7", " 7", "1e3", str(2**63), "9" * 4301, "²"]
URL = "https://site.example/talks/"


@pytest.mark.parametrize("printed", NO_NUMBERS)
def test_what_no_post_has_is_no_number(printed: str) -> None:
    assert parse_number(printed) is None


@pytest.mark.parametrize("printed", [number for number in NO_NUMBERS if " " not in number])
def test_a_page_with_such_a_number_is_known_by_the_next_source(printed: str) -> None:
    html = f"""<html><head><link rel="shortlink" href="{URL}?p=12"></head>
        <body class="single single-post postid-{printed}"><h1 class="jeg_post_title">Talks</h1>
        <div class="content-inner"><p>Words.</p></div></body></html>"""

    assert read_article(Page(URL, html)).post_id == 12


@pytest.mark.parametrize("number", [2**31, 2**32 + 1, 2**53 + 1, LARGEST])
def test_a_number_beyond_32_bits_is_kept_on_both_databases(archive: Archive, number: int) -> None:
    run = begin(archive)

    archive.articles.note(article(number), run, ["security"])
    archive.surfaces.note_page("rest", [Listed(url=URL, post_id=number)], run, NOW)
    archive.surfaces.note_terms([{"number": number, "slug": "a", "title": "A", "parent": number}])

    assert archive.history.find(str(number))["line"]["post_id"] == number
    assert archive.surfaces.terms()[0]["parent"] == number


def test_a_number_that_rest_gives_as_text_is_one() -> None:
    body = f'[{{"id": "7", "link": "{URL}", "categories": ["3", 4]}}]'

    assert read_posts("https://site.example/wp-json/", body.encode()) == [
        Listed(url=URL, post_id=7, categories=[3, 4])
    ]


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "9" * 4301, "true", "7.5", "null"])
def test_a_post_that_rest_gives_no_such_number_is_known_by_its_address(number: str) -> None:
    body = f'[{{"id": {number}, "link": "{URL}", "categories": [{number}, 4, 4]}}]'

    assert read_posts("https://site.example/wp-json/", body.encode()) == [
        Listed(url=URL, categories=[4])
    ]


def test_a_category_that_rest_lists_twice_or_without_a_number_breaks_nothing(
    archive: Archive,
) -> None:
    told = [{"id": 3, "slug": "a", "name": "A", "parent": 0}] * 2 + [{"id": 0}, {"slug": "b"}]

    archive.surfaces.note_terms(read_terms("https://site.example/", json.dumps(told).encode()))

    assert [term["number"] for term in archive.surfaces.terms()] == [3]


def test_what_is_no_list_of_posts_is_none_for_all_that() -> None:
    with pytest.raises(LayoutError, match="expected a list of objects"):
        read_posts("https://site.example/", b"[1, 2]")


def test_a_site_whose_posts_have_large_numbers_is_crawled_and_rechecked(
    archive_url: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=12)
    replica.wordpress.next_id = 2**40
    large = replica.publish(["security"])
    crawl = Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_ARCHIVE": archive_url})

    runs = [crawl("security"), crawl("recheck"), crawl("recheck")]

    assert [run.status for run in runs] == [0, 0, 0]
    assert large in by_post_id(crawl.current("security"))
