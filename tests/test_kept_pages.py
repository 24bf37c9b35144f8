"""Which captures `scrapy prune` leaves: what a reparse would read."""

from datetime import datetime, timedelta
from pathlib import Path

from diplonews.archive import Archive
from diplonews.archive.captures import Capture
from tests.support.articles import NOW, SITE, article, begin, teasers

HOUR = timedelta(hours=1)


def capture(number: int, at: datetime, *, page: str = "", status: int = 200) -> Capture:
    return Capture(f"{SITE}/talks-{number}/{page}", (), at, status, Path("a"), int(at.timestamp()))


def test_the_newest_and_the_one_that_was_read_last_are_needed(archive: Archive) -> None:
    """The newest may be a guard's page with status 200, which no reparse can read."""
    run = begin(archive)
    archive.articles.note(article(5, fetched_at=NOW), run, ["security"])
    first = capture(5, NOW - HOUR)
    as_read, second_page = capture(5, NOW), capture(5, NOW + HOUR / 60, page="2/")
    guard, newest = capture(5, NOW + HOUR), capture(5, NOW + 2 * HOUR)
    failed = capture(5, NOW + 3 * HOUR, status=503)

    needed = archive.kept_pages.needed([first, as_read, second_page, guard, newest, failed])

    assert needed == {as_read, second_page, newest}


def test_of_what_is_pending_the_newest_is_and_of_others_none(archive: Archive) -> None:
    archive.walks.note_listing("mali", begin(archive), 1, teasers([6]), NOW)
    older, newest = capture(6, NOW), capture(6, NOW + HOUR)

    needed = archive.kept_pages.needed([older, newest, capture(7, NOW)])

    assert needed == {newest}
