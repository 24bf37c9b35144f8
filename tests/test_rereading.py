"""A better reader is no edit of the site's: what another reader read, and what is told of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from diplonews.archive import Archive
from diplonews.archive.captures import index_of
from diplonews.demo import Replica
from diplonews.items import READER, Article, Author, CategoryName
from diplonews.normalise.digest import digest
from tests.support.archived import line_of
from tests.support.crawling import Crawl
from tests.support.feeds import change_lines
from tests.support.older import OlderReader, with_fault

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
OLDER = READER - 1
BLOCKS = ("Delegations met in Accra.", "They signed a treaty.", "Envoys left for the night.")


def article(*blocks: str, **values: Any) -> Article:
    made: dict[str, Any] = {
        "id": "diplomaticinfo:post:1",
        "url": "https://site.example/talks/",
        "post_id": 1,
        "headline": "Talks in Accra",
        "body": "\n\n".join(blocks or BLOCKS),
        "categories": [CategoryName(slug="mali")],
        "published_at": NOW - timedelta(days=40),
        "modified_at": NOW - timedelta(days=3),
        "fetched_at": NOW,
    }
    read = Article(**made | values)
    names = ", ".join(author.name for author in read.authors)
    slugs = [category.slug for category in read.categories]
    read.digest = digest(read.headline, read.standfirst, names, read.body, slugs)
    return read


@pytest.fixture
def run(archive: Archive) -> int:
    return archive.runs.begin("security", {}, NOW)[0]


def told(archive: Archive, run: int, before: Article, now: Article) -> list[tuple[Any, ...]]:
    """Return what the feeds say when *now* is read where *before* was: event and reason."""
    archive.articles.note(before, run, ["security"])
    archive.articles.note(replace(now, fetched_at=LATER), run, ["security"])
    return [(line["event"], line.get("reason")) for line in change_lines(archive)[1:]]


REPARSE, EDIT = [("updated", "reparse")], [("updated", None)]


class TestWithoutACapture:
    """Two lines alone tell whether the site made an edit, or another reader."""

    @pytest.mark.parametrize(
        ("before", "now"),
        [
            (article(*BLOCKS, "Share this with a friend."), article()),
            (article(*BLOCKS[:2]), article()),
            (article("Rate this.", *BLOCKS[:2]), article()),  # one taken away, one put in
            (article(BLOCKS[0] + BLOCKS[1], BLOCKS[2]), article()),  # blocks no longer join
            (article(headline="Talks in Accra - The Site"), article()),
            (article(), article(authors=[Author(name="Ama Mensah")], byline_raw="By Ama Mensah")),
            (article(modified_at=None, standfirst="A summary."), article()),
            (article(categories=[]), article()),
        ],
    )
    def test_what_a_reader_changes_is_no_edit(
        self, archive: Archive, run: int, before: Article, now: Article
    ) -> None:
        assert told(archive, run, replace(before, reader=OLDER), now) == REPARSE

    @pytest.mark.parametrize(
        ("before", "now"),
        [
            (article(), article(BLOCKS[0], "They signed no treaty.", BLOCKS[2])),
            (article(), article(headline="Talks in Lagos")),
            (article(), article(categories=[CategoryName(slug="niger")])),
            # The site says that it was changed.
            (article(), article(*BLOCKS, "Later, they came back.", modified_at=LATER)),
        ],
    )
    def test_what_else_differs_is_the_sites_edit(
        self, archive: Archive, run: int, before: Article, now: Article
    ) -> None:
        assert told(archive, run, replace(before, reader=OLDER), now) == EDIT

    def test_the_same_reader_finds_edits_alone(self, archive: Archive, run: int) -> None:
        assert told(archive, run, article(*BLOCKS[:2]), article()) == EDIT

    def test_the_same_words_are_nothing_new(self, archive: Archive, run: int) -> None:
        assert told(archive, run, article(reader=OLDER), article()) == []

    def test_a_line_of_before_there_were_numbers_is_an_older_readers(
        self, archive: Archive, run: int
    ) -> None:
        before = article(*BLOCKS[:2], reader=None)

        assert told(archive, run, before, article()) == REPARSE
        assert line_of(archive, before.id)["reader"] == READER


class TestWithACapture:
    """What the old page says today is archived first; the rest is the site's edit."""

    def test_both_are_told_one_after_the_other(self, archive: Archive, run: int) -> None:
        archive.articles.note(article(*BLOCKS, "Share this.", reader=OLDER), run, ["security"])
        edited = article(*BLOCKS, "Later, they came back.", fetched_at=LATER)
        other = archive.articles.find_other_reading(edited)

        archive.articles.note_again(article(), run, ["security"], LATER)
        archive.articles.note(edited, run, ["security"], is_compared=True)

        assert other is not None
        assert other.since < NOW < other.until < LATER
        first, second = change_lines(archive)[1:]
        assert (first["reason"], first["reader"]) == ("reparse", READER)
        assert first["diff"].splitlines()[-1] == "-Share this."
        assert second["reason"] is None
        assert "Share this." not in second["diff"]
        assert second["diff"].splitlines()[-1] == "+Later, they came back."
        assert archive.articles.find_other_reading(edited) is None

    def test_a_whole_block_is_the_sites_where_the_old_page_reads_as_before(
        self, archive: Archive, run: int
    ) -> None:
        archive.articles.note(article(reader=OLDER), run, ["security"])
        edited = article(*BLOCKS, "Later, they came back.", fetched_at=LATER)

        assert archive.articles.note_again(article(), run, ["security"], LATER) == ""
        archive.articles.note(edited, run, ["security"], is_compared=True)

        (event,) = change_lines(archive)[1:]
        assert event["reason"] is None

    @pytest.mark.parametrize(
        ("before", "now"),
        [
            (article(), article(*BLOCKS[:2])),  # the same reader
            (article(reader=OLDER), article()),  # the same words
            (article(id="diplomaticinfo:url:1", post_id=None, reader=OLDER), article()),
        ],
    )
    def test_no_capture_is_looked_for_without_need(
        self, archive: Archive, run: int, before: Article, now: Article
    ) -> None:
        archive.articles.note(before, run, ["security"])

        assert archive.articles.find_other_reading(now) is None
        assert (
            archive.articles.find_other_reading(article(id="x:post:2", post_id=2, url="h:/o"))
            is None
        )


def revised(crawl: Crawl) -> dict[int, list[dict[str, Any]]]:
    """Return the events of articles that are no longer as first read, by post id."""
    found: dict[int, list[dict[str, Any]]] = {}
    for line in crawl.changes("security"):
        if line["event"] == "updated":
            found.setdefault(line["post_id"], []).append(line)
    return found


@pytest.mark.parametrize("kept", ["captures", "torn captures"])
def test_a_crawl_with_a_better_reader(
    kept: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=30)
    crawl = Crawl(replica.origin, tmp_path / "var")
    crawl("security", *with_fault(OlderReader))
    lines = [line for line in crawl.current("security") if "\n\n" in (line["body"] or "")]
    edited, as_before = (line["post_id"] for line in lines[:2])
    replica.edit(edited, paragraph="An editor added this.")
    replica.touch(as_before)
    if kept == "torn captures":
        for path in (tmp_path / "var" / "captures").glob("*/*/*.warc.gz"):
            index_of(path).unlink()
            path.write_bytes(path.read_bytes()[:300])

    done = crawl("recheck")

    assert done.status in {0, 3}, done.log
    found = revised(crawl)
    reasons = [line.get("reason") for line in found[edited]]
    if kept == "captures":
        assert reasons == ["reparse", None]
        added = [row for row in found[edited][1]["diff"].splitlines() if row[:1] in "+-"][2:]
        assert added == ["+An editor added this."]
        assert [line.get("reason") for line in found[as_before]] == ["reparse"]
    else:
        assert reasons == [None]
    assert {line["reader"] for line in crawl.current("security")} <= {OLDER, READER}
    assert crawl.call("verify").returncode == 0
