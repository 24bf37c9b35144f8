"""What the site's lists say of dates: exact times by URL, and the order of day and month."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.demo.posts import has_trait
from diplonews.items import Teaser
from tests.support.articles import NOW, article, begin
from tests.support.crawling import Crawl

LAGOS = ZoneInfo("Africa/Lagos")
AT = datetime(2025, 2, 25, 9, 12, 31, tzinfo=UTC)
URL = "https://site.example/road/"


def show(archive: Archive, *printed: str) -> None:
    """Note a listing page whose teasers print these dates."""
    teasers = [
        Teaser(url=f"https://site.example/{number}/", headline="Talks", printed_date=date)
        for number, date in enumerate(printed)
    ]
    archive.walks.note_listing("security", begin(archive), 1, teasers, NOW)


def test_the_first_word_on_an_article_stays(archive: Archive) -> None:
    archive.dates.note({URL: AT}, "rss")
    archive.dates.note({f"{URL}?utm_source=x": AT + timedelta(days=1)}, "rest")

    assert archive.dates.find(["", URL.upper().replace("HTTPS", "https")]) is None
    assert archive.dates.find([URL]) == (AT, "rss")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (["02/03/2025", "25/02/2025"], True),
        (["02/03/2025", "02/25/2025"], False),
        (["02/03/2025", "04/05/2025", "March 3, 2025"], None),
        (["25/02/2025", "02/25/2025"], None),
        ([], None),
    ],
)
def test_dates_that_can_only_be_one_show_the_order(
    printed: list[str], expected: bool | None, archive: Archive
) -> None:
    show(archive, *printed)

    assert archive.dates.day_comes_first(LAGOS) is expected


@pytest.mark.parametrize(("printed", "expected"), [("02/03/2025", True), ("03/02/2025", False)])
def test_machine_dates_show_the_order(printed: str, expected: bool, archive: Archive) -> None:
    run = begin(archive)
    url = "https://site.example/0/"
    published = datetime(2025, 3, 1, 23, 30, tzinfo=UTC)  # the second of March in Lagos
    known = article(1, url=url, canonical_url=url, published_at=published)
    archive.articles.note(known, run, ["security"])
    show(archive, printed)

    assert archive.dates.day_comes_first(LAGOS) is expected


def test_a_page_without_an_exact_date_has_that_of_the_rss(replica: Replica, crawl: Crawl) -> None:
    number = replica.publish(["security"])
    while not has_trait(number, "no_machine_date"):
        number = replica.publish(["security"])

    crawl("security")

    (line,) = (line for line in crawl.current("security") if line["post_id"] == number)
    assert line["read_from"]["published_at"] == "rss"
    assert line["published_precision"] == "second"
    assert datetime.fromisoformat(line["published_at"]) == replica.truth()[number]["published_at"]
