"""Feeds and their followers drop the words of what was forgotten, and keep its numbers."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from diplonews import site
from diplonews.archive import Archive
from diplonews.archive.withdrawals import WithdrawalLimits
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.publisher import Publisher
from diplonews.feeds.schema import json_schema
from tests.support.articles import NOW, SITE, article, begin
from tests.support.feeds import files, publish
from tests.support.following import recipe
from tests.support.schemas import faults
from tests.support.searching import holding

WORDS = ["Zyzzyva", "quokkas", "axolotls"]
HOME = f"{SITE}/talks-5/"


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    return tmp_path / "feeds"


def fill(archive: Archive, folder: Path) -> None:
    """Publish an article's life in packed months, in days, and among the withdrawn."""
    run = begin(archive)
    zyzzyva = {"headline": "Zyzzyva", "body": "Of quokkas.", "sections": ["security", "ecowas"]}
    archive.articles.note(article(5, **zyzzyva), run, ["security", "ecowas"])
    archive.articles.note(article(6, sections=["security"]), run, ["security"])
    publish(archive, folder, "2026-02-03")
    later = zyzzyva | {"body": "Of axolotls.", "digest": "b" * 64, "published_at": NOW}
    archive.articles.note(article(5, **later), run, ["security", "ecowas"])
    publish(archive, folder, "2026-11-20")
    archive.articles.note(article(8, sections=["security"]), run, ["security"])
    publish(archive, folder, "2026-11-21")


def erase(archive: Archive) -> None:
    entry = archive.erasing.forget(HOME, "a court's order", NOW)
    assert entry is not None
    archive.erasing.erase(entry.number, NOW)


def follow_all(feeds: Path, mine: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    follow = recipe()
    return {section: follow(feeds, section, mine.get(section, {})) for section in site.SECTIONS}


def test_no_file_has_its_words_and_every_line_its_number(archive: Archive, feeds: Path) -> None:
    fill(archive, feeds)
    before = files(feeds)
    seqs = {name: [json.loads(line)["seq"] for line in text.splitlines()] for name, text in
            before.items() if name.startswith("changes/")}  # fmt: skip
    assert "changes/security/2026-02.jsonl.gz" in before
    changes = ["2026-02.jsonl.gz", "2026-11-20.jsonl"]
    assert holding(feeds, WORDS) == [
        *(f"changes/{feed}/{file}" for feed in ("ecowas", "security") for file in changes),
        "current/ecowas/2026-11.jsonl",
        "current/security/2026-11.jsonl",
    ]
    erase(archive)

    publish(archive, feeds, "2026-11-22")

    assert holding(feeds, WORDS) == []
    after = files(feeds)
    for name, numbers in seqs.items():
        assert [json.loads(line)["seq"] for line in after[name].splitlines()] == numbers
    schema = json_schema("changes")
    for section in ("security", "ecowas"):
        (line,) = after[f"changes/{section}/2026-11-22.jsonl"].splitlines()
        assert json.loads(line)["event"] == "forgotten"
        assert list(faults(json.loads(line), schema)) == []
    assert list(FeedCheck(archive, feeds).differences()) == []


def test_the_manifest_names_what_was_rewritten(archive: Archive, feeds: Path) -> None:
    fill(archive, feeds)
    untouched = (feeds / "changes/security/2026-11-21.jsonl").stat().st_ino
    erase(archive)

    publish(archive, feeds, "2026-11-22")
    archive.articles.note(article(9), begin(archive), ["security"])
    publish(archive, feeds, "2026-11-23")

    manifest = json.loads((feeds / "datapackage.json").read_bytes())
    names = [
        f"changes/{section}/{stem}"
        for section in ("ecowas", "security")
        for stem in ("2026-02.jsonl.gz", "2026-11-20.jsonl")
    ]
    assert manifest["rewritten"] == [{"path": name, "seq": 5} for name in names]
    assert manifest["last_seq"] == 6
    assert (feeds / "changes/security/2026-11-21.jsonl").stat().st_ino == untouched


def test_a_withdrawn_one_leaves_its_file(archive: Archive, feeds: Path) -> None:
    fill(archive, feeds)
    gone, run = "diplomaticinfo:post:5", begin(archive)
    archive.withdrawals.note_absence(gone, run, NOW)
    run = begin(archive)
    archive.withdrawals.note_absence(gone, run, NOW)
    archive.withdrawals.withdraw_absent([gone], run, NOW, WithdrawalLimits(timedelta(0), 9, 1.0))
    publish(archive, feeds, "2026-11-22")
    assert "current/ecowas/withdrawn.jsonl" in files(feeds)
    erase(archive)

    publish(archive, feeds, "2026-11-23")

    assert holding(feeds, WORDS) == []
    assert "current/ecowas/withdrawn.jsonl" not in files(feeds)
    assert list(FeedCheck(archive, feeds).differences()) == []


@pytest.mark.parametrize("has_seen", ["all", "the beginning", "nothing"])
def test_a_follower_drops_the_articles_words(has_seen: str, archive: Archive, feeds: Path) -> None:
    fill(archive, feeds)
    mine = follow_all(feeds, {}) if has_seen != "nothing" else {}
    if has_seen == "the beginning":
        for section in mine.values():
            section["seq"] = 1
    erase(archive)
    publish(archive, feeds, "2026-11-22")

    mine = follow_all(feeds, mine)

    assert not any(word in json.dumps(mine) for word in WORDS)
    assert "diplomaticinfo:post:5" not in mine["security"]["articles"]
    assert "diplomaticinfo:post:6" in mine["security"]["articles"]


def test_another_folder_carries_it_out_when_it_is_published_next(
    archive: Archive, feeds: Path
) -> None:
    for name in ("one", "two"):
        fill(archive, feeds / name)
    erase(archive)
    publish(archive, feeds / "one")

    wrong = list(FeedCheck(archive, feeds / "two").differences())
    publish(archive, feeds / "two")

    assert "expected that the words of 1 article are erased here too" in wrong[0]
    assert holding(feeds / "two", WORDS) == []
    assert files(feeds / "one").keys() == files(feeds / "two").keys()
    assert list(FeedCheck(archive, feeds / "two").differences()) == []


def test_a_repair_knows_no_words_either(archive: Archive, feeds: Path) -> None:
    fill(archive, feeds)
    erase(archive)

    Publisher(archive, feeds).repair()

    assert holding(feeds, WORDS) == []
    assert list(FeedCheck(archive, feeds).differences()) == []


def test_it_may_be_forgotten_before_it_was_published(archive: Archive, feeds: Path) -> None:
    publish(archive, feeds)
    archive.articles.note(article(5, headline="Zyzzyva"), begin(archive), ["security"])
    erase(archive)

    publish(archive, feeds)

    assert holding(feeds, WORDS) == []
    assert list(FeedCheck(archive, feeds).differences()) == []
