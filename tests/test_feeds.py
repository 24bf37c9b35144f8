"""Feeds are what the archive says: published whole, twice the same, or not at all."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from diplonews.archive import Archive
from diplonews.archive.withdrawals import Limits
from diplonews.errors import FileError
from diplonews.feeds.files import write_whole
from diplonews.feeds.publisher import Publisher
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def bodies(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_an_article_is_in_the_files_of_both_its_sections(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security", "international"])

    publish(archive, folder, run)

    assert sorted(files(folder)) == [
        "changes/international/20261123T120000Z-security.jsonl",
        "changes/security/20261123T120000Z-security.jsonl",
        "current/international/2026-10.jsonl",
        "current/security/2026-10.jsonl",
    ]


def test_a_current_line_is_the_last_change_line_without_what_happened(
    archive: Archive, folder: Path
) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])

    publish(archive, folder, run)

    change, current = (bodies(text)[0] for _, text in sorted(files(folder).items()))
    assert (change["seq"], change["event"]) == (1, "created")
    happened = {"event", "reason", "changed", "change_ratio", "diff", "before"}
    assert change.keys() - current.keys() == happened
    assert current == {key: change[key] for key in change if key not in happened}


def test_publishing_twice_writes_the_same_bytes(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    publish(archive, folder, run)
    before = files(folder)

    Publisher(archive, folder).publish()

    assert files(folder) == before


def test_current_holds_the_newest_revision_only(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(), run, ["security"])
    archive.articles.note(article(digest="b" * 64, body="Three."), run, ["security"])

    publish(archive, folder, run)

    found = files(folder)
    assert [line["body"] for line in bodies(found["current/security/2026-10.jsonl"])] == ["Three."]
    assert len(bodies(found["changes/security/20261123T120000Z-security.jsonl"])) == 2


def test_a_corrected_date_moves_the_article_to_another_month(
    archive: Archive, folder: Path
) -> None:
    first = begin(archive)
    archive.articles.note(article(), first, ["security"])
    publish(archive, folder, first)
    second = begin(archive)
    moved = article(digest="b" * 64, published_at=NOW - timedelta(days=100))
    archive.articles.note(moved, second, ["security"])

    publish(archive, folder, second)

    current = [name for name in files(folder) if name.startswith("current/")]
    assert current == ["current/security/2026-08.jsonl"]


def test_an_article_filed_elsewhere_leaves_the_old_feed_and_says_so_there(
    archive: Archive, folder: Path
) -> None:
    first = begin(archive)
    archive.articles.note(article(), first, ["security"])
    publish(archive, folder, first)
    second = begin(archive)
    archive.articles.note(article(digest="b" * 64), second, ["international"])

    publish(archive, folder, second)

    found = files(folder)
    assert "current/security/2026-10.jsonl" not in found
    last = bodies(found["changes/security/20261123T120000Z-security-2.jsonl"])
    assert [line["event"] for line in last] == ["updated"]


def test_an_article_without_a_date_is_in_the_undated_file(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    archive.articles.note(article(published_at=None), run, ["security"])

    publish(archive, folder, run)

    assert "current/security/undated.jsonl" in files(folder)


def test_a_category_walked_by_name_gets_a_feed_of_all_that_is_known_of_it(
    archive: Archive, folder: Path
) -> None:
    first = begin(archive)
    archive.articles.note(article(1), first, ["security", "politics"])
    publish(archive, folder, first)
    second = begin(archive)
    archive.walks.note_address("politics", "politics", "https://site.example/category/politics/")
    archive.articles.note(article(2), second, ["politics"])

    publish(archive, folder, second)

    lines = bodies(files(folder)["current/politics/2026-10.jsonl"])
    assert [line["post_id"] for line in lines] == [1, 2]
    assert len([name for name in files(folder) if name.startswith("changes/politics/")]) == 2


def test_the_manifest_says_what_each_file_holds(archive: Archive, folder: Path) -> None:
    run = begin(archive)
    for number in range(3):
        archive.articles.note(article(number + 1), run, ["security"])

    publish(archive, folder, run)

    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["last_seq"] == 3
    assert manifest["files"] == {
        name: {
            "lines": 3,
            "bytes": len(text),
            "sha256": hashlib.sha256(text).hexdigest(),
            "last_seq": 3,
        }
        for name, text in files(folder).items()
    }


def test_feeds_without_a_manifest_are_published_again(archive: Archive, folder: Path) -> None:
    first = begin(archive)
    archive.articles.note(article(), first, ["security"])
    publish(archive, folder, first)
    before = files(folder)
    for path in [*folder.rglob("*.jsonl"), folder / "manifest.json"]:
        path.unlink()

    Publisher(archive, folder).publish()

    assert files(folder) == before


def test_a_run_without_changes_rewrites_no_feed(archive: Archive, folder: Path) -> None:
    first = begin(archive)
    archive.articles.note(article(), first, ["security"])
    publish(archive, folder, first)
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("*.jsonl")}
    second = begin(archive)

    publish(archive, folder, second)

    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.jsonl")} == stamps


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
        limits = Limits(timedelta(0), 100, 1.0)
        archive.withdrawals.note_absence("diplomaticinfo:post:2", run, NOW)
        archive.withdrawals.settle(["diplomaticinfo:post:2"], begin(archive), NOW, limits)
        publish(archive, folder, run + 1)
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

        assert {"changes": 4, "current": 1}[part] == len(lines)
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

        publish(archive, folder, run)

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
