"""Feeds are what the archive says: published whole, twice the same, or not at all."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from diplonews.archive import Archive
from diplonews.archive.withdrawals import WithdrawalLimits
from diplonews.errors import FileError
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.files import OtherContentError, write_whole
from diplonews.feeds.schema import json_schema
from diplonews.items import (
    SCHEMA_VERSION,
    Author,
    CategoryName,
    CountryMention,
    Embed,
    Image,
)
from tests.support.articles import NOW, article, begin
from tests.support.feeds import files, publish
from tests.support.schemas import faults

DAY, NEXT = "2026-11-28", "2026-11-29"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def bodies(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def seqs(text: bytes) -> list[int]:
    return [line["seq"] for line in bodies(text)]


def manifest_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text())
    return found


def verify(archive: Archive, folder: Path) -> list[str]:
    return list(FeedCheck(archive, folder).differences())


def test_an_article_is_in_the_files_of_both_its_sections(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security", "international"])

    publish(archive, folder, DAY)

    assert sorted(files(folder)) == [
        "changes/international/2026-11-28.jsonl",
        "changes/security/2026-11-28.jsonl",
        "current/international/2026-10.jsonl",
        "current/security/2026-10.jsonl",
    ]


def test_a_current_line_is_the_last_change_line_without_what_happened(
    archive: Archive, folder: Path
) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])

    publish(archive, folder)

    change, current = (bodies(text)[0] for _, text in sorted(files(folder).items()))
    assert (change["seq"], change["event"]) == (1, "created")
    happened = {"event", "reason", "changed", "change_ratio", "diff", "before"}
    assert change.keys() - current.keys() == happened
    assert current == {key: change[key] for key in change if key not in happened}


def test_publishing_twice_writes_the_same_bytes(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder, DAY)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    publish(archive, folder, NEXT)

    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_current_holds_the_newest_revision_only(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    archive.articles.note(article(digest="b" * 64, body="Three."), run, ["security"])

    publish(archive, folder, DAY)

    found = files(folder)
    current = bodies(found["current/security/2026-10.jsonl"])
    assert [(line["seq"], line["body"]) for line in current] == [(2, "Three.")]
    assert seqs(found["changes/security/2026-11-28.jsonl"]) == [1, 2]


def test_a_corrected_date_moves_the_article_to_another_month(
    archive: Archive, folder: Path
) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder)
    moved = article(digest="b" * 64, published_at=NOW - timedelta(days=100))
    archive.articles.note(moved, run, ["security"])

    publish(archive, folder)

    current = [name for name in files(folder) if name.startswith("current/")]
    assert current == ["current/security/2026-08.jsonl"]
    assert verify(archive, folder) == []


def test_an_article_filed_elsewhere_leaves_the_old_feed_and_says_so_there(
    archive: Archive, folder: Path
) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder, DAY)
    archive.articles.note(article(digest="b" * 64), run, ["international"])

    publish(archive, folder, NEXT)

    found = files(folder)
    assert "current/security/2026-10.jsonl" not in found
    assert [line["event"] for line in bodies(found["changes/security/2026-11-29.jsonl"])] == [
        "updated"
    ]
    assert verify(archive, folder) == []


def test_a_withdrawn_article_is_beside_the_months_until_it_is_restored(
    archive: Archive, folder: Path
) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder)
    archive.withdrawals.note_absence("diplomaticinfo:post:1", run, NOW)
    limits = WithdrawalLimits(timedelta(0), 100, 1.0)
    archive.withdrawals.withdraw_absent(["diplomaticinfo:post:1"], begin(archive), NOW, limits)

    publish(archive, folder)
    withdrawn = files(folder)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder)

    (line,) = bodies(withdrawn["current/security/withdrawn.jsonl"])
    assert (line["seq"], line["withdrawn_at"]) == (2, "2026-11-23T12:00:00Z")
    assert "current/security/2026-10.jsonl" not in withdrawn
    assert "current/security/withdrawn.jsonl" not in files(folder)
    assert seqs(files(folder)["current/security/2026-10.jsonl"]) == [3]
    assert verify(archive, folder) == []


def test_an_article_without_a_date_is_in_the_undated_file(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(published_at=None), run, ["security"])

    publish(archive, folder)

    assert "current/security/undated.jsonl" in files(folder)


def test_a_feed_that_begins_later_has_what_is_there_and_the_changes_from_then_on(
    archive: Archive, folder: Path
) -> None:
    run = begin(archive)
    archive.articles.note(article(1), run, ["security", "politics"])
    publish(archive, folder, DAY)
    archive.walks.note_address("politics", "politics", "https://site.example/category/politics/")
    archive.articles.note(article(2), run, ["politics"])
    publish(archive, folder, NEXT)
    archive.articles.note(article(3), run, ["politics"])

    publish(archive, folder, NEXT)

    found = files(folder)
    assert seqs(found["current/politics/2026-10.jsonl"]) == [1, 2, 3]
    changes = {name for name in found if name.startswith("changes/politics/")}
    assert changes == {"changes/politics/2026-11-29.jsonl"}
    assert seqs(found["changes/politics/2026-11-29.jsonl"]) == [2, 3]
    assert verify(archive, folder) == []


class TestNumbers:
    """Events are numbered when they are published, in the order in which they were archived."""

    def test_are_given_by_whoever_publishes_first(self, archive: Archive, folder: Path) -> None:
        died, lives = begin(archive), begin(archive, "international")
        archive.articles.note(article(1), died, ["security"])
        archive.articles.note(article(2), lives, ["international"])

        publish(archive, folder, DAY)

        assert seqs(files(folder)["changes/security/2026-11-28.jsonl"]) == [1]
        assert seqs(files(folder)["changes/international/2026-11-28.jsonl"]) == [2]
        assert manifest_of(folder)["last_seq"] == 2

    def test_have_no_gaps_where_a_feed_has(self, archive: Archive, folder: Path) -> None:
        run = begin(archive)
        for number, feed in enumerate(["security", "politics", "security"], start=1):
            archive.articles.note(article(number), run, [feed])

        publish(archive, folder, DAY)

        assert seqs(files(folder)["changes/security/2026-11-28.jsonl"]) == [1, 3]
        assert manifest_of(folder)["last_seq"] == 3
        assert archive.feeds.gaps() == ""

    def test_do_not_go_back_with_the_clock(self, archive: Archive, folder: Path) -> None:
        run = begin(archive)
        archive.articles.note(article(1), run, ["security"])
        publish(archive, folder, NEXT)
        archive.articles.note(article(2), run, ["security"])

        publish(archive, folder, DAY)

        assert seqs(files(folder)["changes/security/2026-11-29.jsonl"]) == [1, 2]

    def test_todays_file_only_grows(self, archive: Archive, folder: Path) -> None:
        run = begin(archive)
        name = "changes/security/2026-11-28.jsonl"
        before = b""
        for number in range(1, 4):
            archive.articles.note(article(number), run, ["security"])
            publish(archive, folder, DAY)
            now = files(folder)[name]
            assert now.startswith(before)
            assert seqs(now) == list(range(1, number + 1))
            before = now
        assert verify(archive, folder) == []

    def test_a_file_that_somebody_changed_is_written_again(
        self, archive: Archive, folder: Path
    ) -> None:
        run = begin(archive)
        archive.articles.note(article(1), run, ["security"])
        publish(archive, folder, DAY)
        path = folder / "changes/security/2026-11-28.jsonl"
        path.write_bytes(path.read_bytes().replace(b"Talks", b"Walks"))
        archive.articles.note(article(2), run, ["security"])

        publish(archive, folder, DAY)

        assert verify(archive, folder) == []

    def test_a_second_folder_has_all_of_them(
        self, archive: Archive, folder: Path, tmp_path: Path
    ) -> None:
        run = begin(archive)
        for number, day in enumerate(["2026-03-01", "2026-03-02", DAY], start=1):
            archive.articles.note(article(number), run, ["security"])
            publish(archive, folder, day)

        publish(archive, tmp_path / "other", NEXT)

        assert files(tmp_path / "other") == files(folder)
        ids = [manifest_of(item)["feed_id"] for item in (folder, tmp_path / "other")]
        assert [archive.feeds.last_seq_of(item) for item in ids] == [3, 3]
        assert ids[0] != ids[1]


class TestOldMonths:
    DAYS = ("2026-06-30", "2026-07-01", "2026-07-31", "2026-08-01", "2026-10-31")

    @pytest.fixture
    def older(self, archive: Archive, folder: Path) -> Path:
        run = begin(archive)
        for number, day in enumerate(self.DAYS, start=1):
            archive.articles.note(article(number), run, ["security"])
            publish(archive, folder, day)
        return folder

    def test_become_one_file_after_three_months(self, archive: Archive, older: Path) -> None:
        assert sorted(path.name for path in (older / "changes/security").iterdir()) == [
            "2026-06.jsonl.gz",
            *(f"{day}.jsonl" for day in self.DAYS[1:]),
        ]
        archive.articles.note(article(9), begin(archive), ["security"])

        publish(archive, older, DAY)

        assert {name: seqs(text) for name, text in files(older).items() if "changes" in name} == {
            "changes/security/2026-06.jsonl.gz": [1],
            "changes/security/2026-07.jsonl.gz": [2, 3],
            "changes/security/2026-08-01.jsonl": [4],
            "changes/security/2026-10-31.jsonl": [5],
            "changes/security/2026-11-28.jsonl": [6],
        }
        assert verify(archive, older) == []

    def test_are_listed_in_a_part_of_their_own(self, archive: Archive, older: Path) -> None:
        part = json.loads((older / "datapackage-older.json").read_text())
        paths = [resource["path"] for resource in manifest_of(older)["resources"]]

        assert manifest_of(older)["older"] == {
            "path": "datapackage-older.json", "files": 4, "last_seq": 4,
        }  # fmt: skip
        assert [resource["last_seq"] for resource in part["resources"]] == [1, 2, 3, 4]
        assert "changes/security/2026-10-31.jsonl" in paths

    def test_a_publication_that_died_after_its_manifest_is_tidied_by_the_next(
        self, archive: Archive, older: Path
    ) -> None:
        archive.articles.note(article(9), begin(archive), ["security"])
        with patch("diplonews.feeds.publisher.discard", lambda _: None):
            publish(archive, older, DAY)
        assert (older / "changes/security/2026-07-01.jsonl").exists()

        publish(archive, older, DAY)

        assert verify(archive, older) == []


def test_the_manifest_says_what_each_file_holds(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    for number in range(3):
        archive.articles.note(article(number + 1), run, ["security"])

    publish(archive, folder, DAY)

    manifest = manifest_of(folder)
    assert (manifest["last_seq"], manifest["last_day"]) == (3, DAY)
    told = {
        resource["path"]: resource for resource in manifest["resources"] if "lines" in resource
    }
    assert {
        name: (of["bytes"], of["hash"], of["lines"], of["last_seq"]) for name, of in told.items()
    } == {
        name: (len(text), f"sha256:{hashlib.sha256(text).hexdigest()}", 3, 3)
        for name, text in files(folder).items()
    }


def test_feeds_without_a_manifest_are_published_again_as_another_feed(
    archive: Archive, folder: Path
) -> None:
    archive.articles.note(article(), begin(archive), ["security"])
    publish(archive, folder, DAY)
    before, feed_id = files(folder), manifest_of(folder)["feed_id"]
    (folder / "changes/security/1999-01-01.jsonl").write_text("{}")
    (folder / "datapackage.json").unlink()

    publish(archive, folder, NEXT)

    assert files(folder) == before
    assert manifest_of(folder)["feed_id"] != feed_id


def test_feeds_of_schema_1_give_way_to_new_ones(archive: Archive, folder: Path) -> None:
    archive.articles.note(article(), begin(archive), ["security"])
    for name in ("changes/security/20261123T120000Z-security.jsonl", "schema/article-1.json"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("{}\n")
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "archive": archive.id}))

    publish(archive, folder, DAY)

    assert not (folder / "manifest.json").exists()
    assert verify(archive, folder) == []
    assert {path.name for path in (folder / "changes/security").iterdir()} == {f"{DAY}.jsonl"}


class TestWritingWhole:
    def test_a_write_that_fails_leaves_the_file_as_it_was(
        self, tmp_path: Path, full_disk: Callable[[int], None]
    ) -> None:
        path = tmp_path / "feed.jsonl"
        write_whole(path, [(1, "old")])
        full_disk(50_000)

        with pytest.raises(FileError, match=r"feed\.jsonl: could not be written: File too large"):
            write_whole(path, ((n, "x" * 1000) for n in range(1000)))

        assert path.read_text() == "old\n"
        assert [found.name for found in tmp_path.iterdir()] == ["feed.jsonl"]

    def test_a_folder_that_cannot_be_made_is_a_feed_error(self, tmp_path: Path) -> None:
        (tmp_path / "feeds").write_text("a file where the folder should be")

        with pytest.raises(FileError, match="could not be written"):
            write_whole(tmp_path / "feeds" / "feed.jsonl", [(1, "line")])

    def test_text_is_utf_8_and_each_line_ends(self, tmp_path: Path) -> None:
        facts = write_whole(tmp_path / "feed.jsonl", [(4, "Côte d’Ivoire"), (2, "b")])

        assert (tmp_path / "feed.jsonl").read_bytes() == "Côte d’Ivoire\nb\n".encode()
        assert (facts.lines, facts.last_seq) == (2, 4)

    def test_a_compressed_file_has_the_same_bytes_whenever_it_is_written(
        self, tmp_path: Path
    ) -> None:
        one, two = (write_whole(tmp_path / f"{name}.jsonl.gz", [(1, "a")]) for name in "ab")

        assert one == two
        assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == b"a\n"

    def test_lines_are_added_to_what_is_known_and_to_nothing_else(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.jsonl"
        facts = write_whole(path, [(1, "one")])

        both = write_whole(path, [(2, "two")], facts)

        assert path.read_text() == "one\ntwo\n"
        assert (both.lines, both.last_seq) == (2, 2)
        with pytest.raises(OtherContentError):
            write_whole(path, [(3, "three")], facts)
        assert path.read_text() == "one\ntwo\n"


class TestEveryKeyOnEveryLine:
    """Lines are as their schema says: all keys, of its types, whatever the article lacks."""

    FULL = {
        "standfirst": "In short.",
        "authors": [Author(name="Ama Diop")],
        "categories": [CategoryName(slug="security")],
        "images": [Image(url="https://site.example/a.jpg", alt="A road")],
        "embeds": [Embed(kind="x", url="https://x.example/1")],
        "countries": [CountryMention(code="GH", where="body", reason="name", printed="Ghana")],
        "is_syndicated": True,
        "read_from": {"headline": "theme"},
        "share_count": 3,
    }

    @pytest.fixture
    def published(self, archive: Archive, folder: Path) -> Path:
        run = begin(archive)
        archive.articles.note(article(1), run, ["security"])
        archive.articles.note(
            article(2, published_at=None, body="", **self.FULL), run, ["security"]
        )
        archive.articles.note(article(1, digest="b" * 64, **self.FULL), run, ["security"])
        limits = WithdrawalLimits(timedelta(0), 100, 1.0)
        archive.withdrawals.note_absence("diplomaticinfo:post:2", run, NOW)
        archive.withdrawals.withdraw_absent(["diplomaticinfo:post:2"], begin(archive), NOW, limits)
        publish(archive, folder)
        return folder

    @pytest.mark.parametrize("part", ["current", "changes"])
    def test_is_what_the_schema_says(self, part: str, published: Path) -> None:
        schema = json.loads((published / f"schema/{part}-{SCHEMA_VERSION}.json").read_text())
        lines = [
            line
            for name, text in files(published).items()
            if name.startswith(part)
            for line in bodies(text)
        ]

        assert {"changes": 4, "current": 2}[part] == len(lines)
        assert [fault for line in lines for fault in faults(line, schema)] == []

    def test_no_schema_leaves_a_type_open(self) -> None:
        def open_types(schema: dict[str, Any]) -> list[Any]:
            inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
            own = [] if "type" in schema else [schema]
            return own + [found for member in inner for found in open_types(member)]

        assert open_types(json_schema("changes")) + open_types(json_schema("current")) == []

    def test_an_updated_line_tells_the_old_values(self, published: Path) -> None:
        changes = [
            line
            for name, text in files(published).items()
            if name.startswith("changes")
            for line in bodies(text)
        ]
        updated = next(line for line in changes if line["event"] == "updated")
        created = next(line for line in changes if line["id"] == updated["id"])

        before: dict[str, Any] = updated["before"]
        assert updated["changed"] == [
            "standfirst", "authors", "categories", "is_syndicated", "countries", "images",
            "embeds",
        ]  # fmt: skip
        assert before["is_syndicated"] is False
        assert before["authors"] == before["countries"] == []
        assert before["headline"] is None
        assert list(before) == [name for name in created if name in before]

    def test_the_old_body_follows_from_the_difference(
        self, archive: Archive, folder: Path
    ) -> None:
        run = begin(archive)
        archive.articles.note(article(), run, ["security"])
        archive.articles.note(article(digest="b" * 64, body="One.\n\nThree."), run, ["security"])

        publish(archive, folder)

        (line,) = (
            line
            for name, text in files(folder).items()
            if name.startswith("changes")
            for line in bodies(text)
            if line["event"] == "updated"
        )
        assert line["changed"] == ["body"]
        assert set(line["before"].values()) == {None}
        assert "-Two." in line["diff"].splitlines()
