"""Which known articles are asked for again: the most overdue for their age, and no others."""

from datetime import datetime, timedelta

import pytest

from diplonews.archive import Archive
from tests.support.articles import NOW, article, begin, teasers

DAY = timedelta(days=1)


def know(archive: Archive, number: int, *, published: datetime | None, seen: datetime) -> None:
    read = article(number, published_at=published, fetched_at=seen)
    archive.articles.note(read, begin(archive), ["security"])


def due(archive: Archive, limit: int = 9) -> list[int]:
    ids = archive.articles.longest_unchecked(NOW, limit, DAY)
    return [int(article_id.rpartition(":")[2]) for article_id in ids]


@pytest.mark.parametrize(
    ("age", "waited", "is_due"),
    [
        (0, 1, True),
        (0, 0.99, False),
        (30, 1, True),
        (30, 0.99, False),
        (60, 2, True),
        (60, 1.99, False),
        (300, 10, True),
        (300, 9.99, False),
    ],
)
def test_the_older_an_article_the_longer_it_waits(
    archive: Archive, age: float, waited: float, *, is_due: bool
) -> None:
    know(archive, 1, published=NOW - age * DAY, seen=NOW - waited * DAY)

    assert due(archive) == [1] * is_due


def test_an_article_without_a_date_is_as_old_as_its_last_reading(archive: Archive) -> None:
    know(archive, 1, published=None, seen=NOW - 1 * DAY)
    know(archive, 2, published=None, seen=NOW - 0.9 * DAY)

    assert due(archive) == [1]


def test_the_most_overdue_come_first_and_no_more_than_the_limit(archive: Archive) -> None:
    know(archive, 1, published=NOW - 300 * DAY, seen=NOW - 20 * DAY)  # twice its wait
    know(archive, 2, published=NOW - 4 * DAY, seen=NOW - 3 * DAY)  # three times
    know(archive, 3, published=NOW - 60 * DAY, seen=NOW - 8 * DAY)  # four times
    know(archive, 4, published=NOW - 60 * DAY, seen=NOW - 10 * DAY)  # five times

    assert due(archive) == [4, 3, 2, 1]
    assert due(archive, 2) == [4, 3]


def test_what_was_seen_later_than_now_is_due(archive: Archive) -> None:
    know(archive, 1, published=NOW - 4 * DAY, seen=NOW + 1 * DAY)
    know(archive, 2, published=NOW - 4 * DAY, seen=NOW + 0.9 * DAY)

    assert due(archive) == [1]


@pytest.mark.parametrize("seen", [NOW - 9 * DAY, NOW + 9 * DAY])
def test_what_is_pending_is_not_asked_for_twice(archive: Archive, seen: datetime) -> None:
    know(archive, 1, published=NOW - 4 * DAY, seen=seen)
    run = begin(archive)
    archive.surfaces.want_articles(["diplomaticinfo:post:1"], NOW)
    archive.walks.note_listing("security", run, 1, teasers([2]), NOW)

    assert due(archive) == []


@pytest.mark.parametrize("seen", [NOW - 9 * DAY, NOW + 9 * DAY])
def test_what_was_not_there_is_asked_for_as_it_was_last_looked_for(
    archive: Archive, seen: datetime
) -> None:
    know(archive, 1, published=NOW - 4 * DAY, seen=seen)
    archive.withdrawals.note_absence("diplomaticinfo:post:1", begin(archive), NOW - 0.5 * DAY)
    early = due(archive)
    archive.withdrawals.note_absence("diplomaticinfo:post:1", begin(archive), NOW - 1 * DAY)

    assert (early, due(archive)) == ([], [1])
