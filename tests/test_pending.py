"""What waits to be read: who gets it, when it is asked for again, and how it leaves the list."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from diplonews.archive import Archive, tables
from diplonews.archive.pending import take_article_off, take_off, want
from diplonews.normalise.urls import alias_key
from tests.support.articles import NOW, SITE, article, begin, teasers

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def url(number: int) -> str:
    return f"{SITE}/talks-{number}/"


def find(archive: Archive, number: int, at: datetime = NOW, category: str = "") -> None:
    """Put an article's address on the list, as a recheck does."""
    with archive.write() as connection:
        want(connection, alias_key(url(number)), url(number), category, at)


def sight(archive: Archive, run: int, category: str, *numbers: int) -> None:
    archive.walks.begin(category, run)
    archive.walks.note_listing(category, run, 1, teasers(numbers), NOW)


def row(archive: Archive, number: int) -> Any:
    with archive.read() as connection:
        is_this = tables.pending.c.url == url(number)
        return connection.execute(select(tables.pending).where(is_this)).first()


def waiting(archive: Archive) -> list[str]:
    with archive.read() as connection:
        return sorted(connection.scalars(select(tables.pending.c.url)))


def fail(archive: Archive, number: int, times: int = 1, at: datetime = NOW) -> None:
    for _ in range(times):
        archive.pending.note_failure(url(number), "answered 404", at)


class TestTaking:
    def test_what_was_found_first_is_asked_for_first(self, archive: Archive) -> None:
        for number, minutes in ((1, 2), (2, 0), (3, 1), (4, 0)):
            find(archive, number, NOW + minutes * MINUTE)

        taken = archive.pending.take(None, begin(archive), NOW, 3)

        assert [wanted.url for wanted in taken] == [url(2), url(4), url(3)]

    def test_a_section_gets_what_its_categories_list(self, archive: Archive) -> None:
        run = begin(archive)
        sight(archive, run, "mali", 1, 2)
        sight(archive, run, "togo", 3)
        find(archive, 4)

        togo = archive.pending.take(["togo", "benin"], run, NOW, 10)
        others = archive.pending.take(None, run, NOW, 10)

        assert [(wanted.url, wanted.category) for wanted in togo] == [(url(3), "togo")]
        assert sorted(wanted.url for wanted in others) == [url(1), url(2), url(4)]

    def test_a_known_articles_address_is_given_with_its_id(self, archive: Archive) -> None:
        run = begin(archive)
        for number in (1, 2, 3):
            archive.articles.note(article(number), run, ["security"])
        find(archive, 2)
        find(archive, 4)

        taken = archive.pending.take(None, run, NOW, 10)

        ids = {wanted.url: wanted.article_id for wanted in taken}
        assert ids == {url(2): "diplomaticinfo:post:2", url(4): None}

    def test_what_waits_is_due_at_its_time_and_not_before(self, archive: Archive) -> None:
        find(archive, 1)
        archive.pending.note_wait(url(1), NOW + MINUTE)
        run = begin(archive)

        counts = [
            archive.pending.count_due(None, run, NOW + seconds * timedelta(seconds=1))
            for seconds in (0, 59, 60, 61)
        ]

        assert counts == [0, 0, 1, 1]

    def test_a_wait_of_more_than_a_day_is_none(self, archive: Archive) -> None:
        for number in (1, 2, 3):
            find(archive, number)
        for number, until in ((1, NOW + DAY), (3, NOW + DAY), (2, NOW + DAY + MINUTE)):
            archive.pending.note_wait(url(number), until)

        taken = archive.pending.take(None, begin(archive), NOW, 10)

        assert [wanted.url for wanted in taken] == [url(2)]

    def test_what_this_run_asked_for_is_not_due_to_it_again(self, archive: Archive) -> None:
        first = begin(archive)
        find(archive, 1)
        archive.pending.take(None, first, NOW, 1)
        find(archive, 2)

        assert archive.pending.count_due(None, first, NOW) == 1
        assert archive.pending.count_due(None, begin(archive), NOW) == 2
        assert (row(archive, 1).last_run, row(archive, 2).last_run) == (first, None)

    def test_what_is_due_is_counted_by_category(self, archive: Archive) -> None:
        run = begin(archive)
        sight(archive, run, "mali", 1, 2)
        sight(archive, run, "togo", 3)

        counts = [
            archive.pending.count_due([name], run, NOW) for name in ("mali", "togo", "benin")
        ]
        assert counts == [2, 1, 0]
        assert [archive.pending.count([name]) for name in ("mali", "togo", "benin")] == [2, 1, 0]
        assert archive.pending.count() == 3


class TestFailures:
    def test_each_failure_is_counted_and_the_last_one_is_kept(self, archive: Archive) -> None:
        for number in (1, 2, 3):
            find(archive, number)
        fail(archive, 2)
        archive.pending.note_failure(url(2), "answered 503", NOW)

        rows = [row(archive, number) for number in (1, 2, 3)]
        assert [(it.attempts, it.last_error) for it in rows] == [
            (0, None), (2, "answered 503"), (0, None),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("failures", "minutes"),
        [(1, 0), (2, 0), (3, 5), (4, 10), (5, 20), (11, 1_280), (12, 1_440)],
    )
    def test_the_wait_doubles_up_to_a_day(
        self, archive: Archive, failures: int, minutes: int
    ) -> None:
        find(archive, 1)

        fail(archive, 1, failures)

        assert row(archive, 1).not_before == NOW + minutes * MINUTE

    def test_a_longer_wait_that_the_page_asked_for_stays(self, archive: Archive) -> None:
        find(archive, 1)
        archive.pending.note_wait(url(1), NOW + 30 * MINUTE)

        fail(archive, 1, 3)

        assert row(archive, 1).not_before == NOW + 30 * MINUTE

    @pytest.mark.parametrize("until", [NOW - MINUTE, NOW + DAY + MINUTE])
    def test_a_wait_that_is_over_or_absurd_does_not_stay(
        self, archive: Archive, until: datetime
    ) -> None:
        find(archive, 1)
        archive.pending.note_wait(url(1), until)

        fail(archive, 1, 3)

        assert row(archive, 1).not_before == NOW + 5 * MINUTE

    def test_what_is_not_on_the_list_is_not_put_on_it(self, archive: Archive) -> None:
        fail(archive, 1)

        assert waiting(archive) == []

    @pytest.mark.parametrize(
        ("failures", "is_given_up"), [(0, False), (3, False), (4, True), (5, True)]
    )
    def test_the_fifth_404_is_the_last(
        self, archive: Archive, failures: int, is_given_up: bool
    ) -> None:
        for number in (1, 2, 3):
            find(archive, number)
        fail(archive, 2, failures)

        assert archive.pending.is_given_up(url(2)) is is_given_up
        for number in (1, 3, 4):
            assert archive.pending.is_given_up(url(number)) is False


class TestEdited:
    def test_what_waits_already_keeps_its_place(self, archive: Archive) -> None:
        run = begin(archive)
        sight(archive, run, "mali", 1)
        fail(archive, 1)
        sight(archive, run, "togo", 2)
        archive.articles.note(article(2), run, ["ecowas"])

        archive.pending.want_again([url(1), url(2)], ["mali", "togo"], NOW + MINUTE)

        first, second = row(archive, 1), row(archive, 2)
        assert (first.attempts, first.found_at) == (1, NOW)
        assert (second.category, second.url, second.found_at) == ("togo", url(2), NOW + MINUTE)

    def test_only_what_was_edited_is_wanted(self, archive: Archive) -> None:
        run = begin(archive)
        sight(archive, run, "mali", 1, 2)
        for number in (1, 2):
            archive.articles.note(article(number), run, ["ecowas"])

        archive.pending.want_again([url(2)], ["mali"], NOW)

        assert waiting(archive) == [url(2)]


class TestLeaving:
    def test_what_is_rejected_leaves_alone(self, archive: Archive) -> None:
        find(archive, 1)
        find(archive, 2)

        archive.pending.reject(url(1), begin(archive), "no headline", NOW)

        assert waiting(archive) == [url(2)]

    def test_an_address_that_was_read_leaves_alone(self, archive: Archive) -> None:
        for number in (1, 2, 3):
            find(archive, number)

        with archive.write() as connection:
            take_off(connection, alias_key(url(2)))

        assert waiting(archive) == [url(1), url(3)]

    def test_an_article_that_is_gone_leaves_with_all_its_addresses(self, archive: Archive) -> None:
        run = begin(archive)
        archive.articles.note(article(1, canonical_url=f"{SITE}/first/"), run, ["security"])
        for number in (2, 3):
            archive.articles.note(article(number), run, ["security"])
        for number in (1, 2, 3, 4):
            find(archive, number)
        with archive.write() as connection:
            want(connection, alias_key(f"{SITE}/first/"), f"{SITE}/first/", "", NOW)

            take_article_off(connection, "diplomaticinfo:post:1")
            take_article_off(connection, "diplomaticinfo:post:3")

        assert waiting(archive) == [url(2), url(4)]

    def test_what_nobody_could_read_is_what_waits_and_what_was_rejected(
        self, archive: Archive
    ) -> None:
        run = begin(archive)
        archive.articles.note(article(1), run, ["security"])
        sight(archive, run, "mali", 2)
        for number in (1, 3):
            find(archive, number)
        for _ in range(2):
            archive.pending.reject(url(4), run, "no headline", NOW)

        unread = archive.pending.unread(None)

        assert sorted(wanted.url for wanted in unread) == [url(2), url(3), url(4)]
        assert [tuple(wanted) for wanted in archive.pending.unread(["mali"])] == [
            (url(2), "mali", None)
        ]
