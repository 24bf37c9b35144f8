"""The archive keeps what it is told, on SQLite and PostgreSQL alike."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from diplonews.archive import Archive, tables
from diplonews.archive.tables import SCHEMA
from diplonews.errors import ArchiveError, SettingError
from diplonews.items import Teaser
from tests.support.archived import count_articles, knows, line_of
from tests.support.articles import NOW, SITE, article, begin, teasers
from tests.support.feeds import change_lines


def walk_page(archive: Archive, run: int, numbers: Iterable[int], page: int = 1) -> bool:
    archive.walks.begin("security", run)
    noted = archive.walks.note_listing("security", run, page, teasers(numbers), NOW)
    return noted.is_settled


class TestArticles:
    def test_an_article_is_created_once(self, archive: Archive) -> None:
        run = begin(archive)

        kinds = [archive.articles.note(article(), run, ["security"]) for _ in range(2)]

        assert kinds == ["created", ""]
        assert count_articles(archive) == 1

    def test_other_words_are_a_new_revision(self, archive: Archive) -> None:
        run = begin(archive)
        archive.articles.note(article(), run, ["security"])
        later = article(
            digest="b" * 64, body="One.\n\nThree.", fetched_at=NOW + timedelta(hours=1)
        )

        kind = archive.articles.note(later, run, ["security"])

        assert (kind, later.revision) == ("updated", 2)
        assert later.first_seen_at == NOW
        assert later.revised_at == NOW + timedelta(hours=1)

    def test_an_update_says_what_changed(self, archive: Archive) -> None:
        run = begin(archive)
        archive.articles.note(article(), run, ["security"])
        archive.articles.note(article(digest="b" * 64, body="One.\n\nThree."), run, ["security"])

        *_, event = change_lines(archive)

        assert event["changed"] == ["body"]
        assert event["diff"].splitlines()[-2:] == ["-Two.", "+Three."]
        assert event["change_ratio"] == 0.5

    def test_a_changed_slug_is_one_more_alias_and_no_second_article(
        self, archive: Archive
    ) -> None:
        run = begin(archive)
        archive.articles.note(article(), run, ["security"])
        moved = article(url=f"{SITE}/moved/", canonical_url=f"{SITE}/moved/")

        archive.articles.note(moved, run, ["security"])

        assert count_articles(archive) == 1
        assert knows(archive, f"{SITE}/moved/")
        assert knows(archive, f"{SITE}/talks-1")

    def test_an_id_made_from_the_url_is_upgraded_once_the_post_id_turns_up(
        self, archive: Archive
    ) -> None:
        run = begin(archive)
        archive.articles.note(article(id="diplomaticinfo:url:1", post_id=None), run, ["security"])

        kind = archive.articles.note(article(), run, ["security"])

        assert kind == "updated"
        assert count_articles(archive) == 1
        assert line_of(archive, "diplomaticinfo:post:1")["post_id"] == 1

    def test_a_page_that_lost_its_post_id_is_still_the_same_article(
        self, archive: Archive
    ) -> None:
        run = begin(archive)
        archive.articles.note(article(), run, ["security"])
        without = article(id="diplomaticinfo:url:1", post_id=None)

        kind = archive.articles.note(without, run, ["security"])

        assert (kind, without.id) == ("", "diplomaticinfo:post:1")

    def test_two_post_ids_are_two_articles_whatever_their_address(self, archive: Archive) -> None:
        run = begin(archive)
        archive.articles.note(article(1), run, ["security"])

        kind = archive.articles.note(article(2, url=f"{SITE}/talks-1/"), run, ["security"])

        assert kind == "created"
        assert count_articles(archive) == 2

    def test_archiving_takes_the_url_off_the_pending_list(self, archive: Archive) -> None:
        run = begin(archive)
        walk_page(archive, run, [1, 2])

        archive.articles.note(article(1), run, ["security"])

        assert archive.pending.count() == 1

    def test_an_article_without_a_time_of_fetching_is_refused(self, archive: Archive) -> None:
        with pytest.raises(ArchiveError, match=r"talks-1.*without fetched_at"):
            archive.articles.note(article(fetched_at=None), begin(archive), [])


class TestWalks:
    def test_a_first_walk_never_settles(self, archive: Archive) -> None:
        run = begin(archive)

        assert [walk_page(archive, run, pages) for pages in ([1, 2], [3, 4])] == [False, False]

    def test_a_walk_after_a_sound_one_settles_at_the_first_page(self, archive: Archive) -> None:
        first, second = begin(archive), begin(archive)
        walk_page(archive, first, [1, 2])
        archive.walks.end("security", first)

        assert walk_page(archive, second, [1, 2])

    def test_one_new_member_unsettles_a_page(self, archive: Archive) -> None:
        first, second = begin(archive), begin(archive)
        walk_page(archive, first, [1, 2])
        archive.walks.end("security", first)

        assert not walk_page(archive, second, [3, 1])

    def test_the_last_three_members_settle_a_page(self, archive: Archive) -> None:
        first, second = begin(archive), begin(archive)
        walk_page(archive, first, [1, 2, 3])
        archive.walks.end("security", first)

        assert not walk_page(archive, second, [1, 9, 2, 3])
        assert walk_page(archive, second, [8, 1, 2, 3])

    def test_what_earlier_runs_sighted_in_a_category_is_counted(self, archive: Archive) -> None:
        first, second = begin(archive), begin(archive)
        walk_page(archive, first, [1, 2, 3])
        walk_page(archive, second, [3, 4])
        keys = [f"site.example/talks-{number}" for number in (2, 3, 4)]

        counts = [archive.walks.count_sighted("security", run, keys) for run in (first, second)]

        assert counts == [0, 2]
        assert archive.walks.count_sighted("international", second, keys) == 0

    def test_what_a_walk_that_died_had_seen_is_not_settled(self, archive: Archive) -> None:
        sound, died, third = begin(archive), begin(archive), begin(archive)
        walk_page(archive, sound, [1, 2])
        archive.walks.end("security", sound)
        walk_page(archive, died, [5, 6])

        assert not walk_page(archive, third, [5, 6])
        assert not walk_page(archive, third, [3, 4])
        assert walk_page(archive, third, [1, 2])

    def test_a_category_is_settled_for_itself_only(self, archive: Archive) -> None:
        first, second = begin(archive), begin(archive)
        walk_page(archive, first, [1])
        archive.walks.end("security", first)
        archive.walks.begin("international", second)

        noted = archive.walks.note_listing("international", second, 1, teasers([1]), NOW)

        assert not noted.is_settled

    def test_an_empty_page_settles_nothing(self, archive: Archive) -> None:
        assert not walk_page(archive, begin(archive), [])

    def test_a_changed_teaser_makes_a_known_article_pending(self, archive: Archive) -> None:
        first, second = begin(archive), begin(archive)
        walk_page(archive, first, [1])
        archive.articles.note(article(1), first, ["security"])
        archive.walks.end("security", first)

        noted = archive.walks.note_listing(
            "security", second, 1, teasers([1], headline="Talks reopen"), NOW
        )

        assert noted.fresh_count == 1

    def test_a_teaser_that_only_grew_older_is_not_changed(self, archive: Archive) -> None:
        run = begin(archive)
        seen = [Teaser(url=f"{SITE}/talks-1/", headline="Talks", printed_date="2 days ago")]
        archive.walks.note_listing("security", run, 1, seen, NOW)
        archive.articles.note(article(1), run, ["security"])
        seen[0].printed_date = "3 days ago"

        assert archive.walks.note_listing("security", run, 1, seen, NOW).fresh_count == 0


class TestPending:
    def test_a_run_is_given_each_url_once(self, archive: Archive) -> None:
        run = begin(archive)
        walk_page(archive, run, range(5))

        batches = [archive.pending.take(["security"], run, NOW, 3) for _ in range(3)]

        assert [len(batch) for batch in batches] == [3, 2, 0]

    def test_the_next_run_is_given_what_is_left(self, archive: Archive) -> None:
        run = begin(archive)
        walk_page(archive, run, range(5))
        archive.pending.take(["security"], run, NOW, 10)

        assert len(archive.pending.take(["security"], begin(archive), NOW, 10)) == 5

    def test_a_third_failure_is_asked_for_after_a_wait(self, archive: Archive) -> None:
        walk_page(archive, begin(archive), [1])
        for _ in range(3):
            archive.pending.note_failure(f"{SITE}/talks-1/", "answered 503", NOW)

        run = begin(archive)
        now = archive.pending.take(["security"], run, NOW, 10)
        later = archive.pending.take(["security"], run, NOW + timedelta(minutes=6), 10)

        assert (len(now), len(later)) == (0, 1)

    def test_what_was_edited_is_wanted_again_where_it_was_sighted(self, archive: Archive) -> None:
        run = begin(archive)
        walk_page(archive, run, [1])
        archive.articles.note(article(1), run, ["security"])
        edited = [f"{SITE}/talks-1/", f"{SITE}/never-sighted/"]

        archive.pending.want_again(edited, ["togo"], NOW)
        elsewhere = archive.pending.count()
        archive.pending.want_again(edited, ["security"], NOW)

        assert (elsewhere, archive.pending.count(["security"])) == (0, 1)

    def test_what_is_rejected_is_kept_with_its_reason_and_not_asked_for_again(
        self, archive: Archive
    ) -> None:
        run = begin(archive)
        walk_page(archive, run, [1])

        archive.pending.reject(f"{SITE}/talks-1/", run, "no headline", NOW, line="{}")

        walk_page(archive, begin(archive), [1])
        assert archive.pending.count() == 0
        with archive.read() as connection:
            kept = connection.execute(text("SELECT reason, line FROM rejected")).all()
        assert [tuple(row) for row in kept] == [("no headline", "{}")]


class TestOpening:
    def test_what_one_opening_wrote_the_next_one_reads(self, archive_url: str) -> None:
        first = Archive.open(archive_url)
        first.articles.note(article(), begin(first), ["security"])
        first.close()

        second = Archive.open(archive_url)

        assert knows(second, f"{SITE}/talks-1/")
        second.close()

    def test_an_archive_of_newer_code_is_refused(self, archive: Archive, archive_url: str) -> None:
        with archive.write() as connection:
            connection.execute(text(f"UPDATE about SET value = '{SCHEMA + 2}'"))

        with pytest.raises(
            ArchiveError, match=f"written by schema {SCHEMA + 2} and this code knows {SCHEMA}"
        ):
            Archive.open(archive_url)

    @pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "oracle:///x"])
    def test_a_url_that_names_no_usable_database_is_a_setting_error(self, url: str) -> None:
        with pytest.raises(SettingError, match="DIPLONEWS_ARCHIVE: expected sqlite:///path"):
            Archive.open(url)

    def test_a_database_that_cannot_be_reached_is_an_archive_error(self) -> None:
        with pytest.raises(ArchiveError, match="could not be written"):
            Archive.open("sqlite:////nowhere/at/all/archive.sqlite")

    def test_a_write_that_fails_half_way_leaves_nothing(self, archive: Archive) -> None:
        run = begin(archive)

        with pytest.raises(ArchiveError, match="could not be written"):
            change_and_fail(archive)

        with archive.read() as connection:
            sections = connection.scalars(
                select(tables.run.c.section).where(tables.run.c.number == run)
            )
            assert list(sections) == ["security"]


def change_and_fail(archive: Archive) -> None:
    with archive.write() as connection:
        connection.execute(text("UPDATE run SET section = 'other'"))
        connection.execute(text("UPDATE nothing SET at = 'all'"))


def test_runs_of_one_second_have_ids_of_their_own(archive: Archive) -> None:
    ids = [archive.runs.begin("security", {}, NOW)[1] for _ in range(3)]

    stem = "20261123T120000Z-security"
    assert ids == [stem, f"{stem}-2", f"{stem}-3"]


@pytest.mark.parametrize("size", [0, 4_096, 100_000])
def test_a_full_disk_is_an_error_of_the_archive_whoever_meets_it(
    size: int, tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    archive = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    run = begin(archive)
    for number in range(40):
        archive.articles.note(article(number, body="words " * 900), run, ["security"])
    full_disk(size)

    with pytest.raises(ArchiveError, match=r"archive\.sqlite could not be written"):
        archive.checkpoint()

    archive.close()


def test_a_page_that_was_read_and_rejected_is_tried_again(archive: Archive) -> None:
    run, week, urls = (
        begin(archive),
        timedelta(days=7),
        [teaser.url for teaser in teasers(range(6))],
    )
    walk_page(archive, run, range(6))
    for url in urls[:5]:
        archive.pending.reject(url, run, "a date", NOW, "{}")
    archive.pending.reject(urls[5], run, "gone", NOW)
    archive.pending.reject(urls[4], run, "a date", NOW + week, "{}")
    archive.waiting.dismiss([urls[3]], run, NOW)
    later = NOW + week + timedelta(hours=1)

    counts = [archive.waiting.retry_read(later - week, later, limit) for limit in (2, 9, 9)]
    taken = archive.pending.take(["security"], run + 1, later, 9)

    assert counts == [2, 1, 0]
    assert {(item.url, item.category) for item in taken} == {(url, "security") for url in urls[:3]}
