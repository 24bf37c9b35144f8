"""Killed whenever, the crawler loses nothing, doubles nothing and tears nothing."""

from pathlib import Path

import pytest

from bench.kill import WRONG, torture
from tests.crawling import Crawl


def test_twenty_five_kills_leave_nothing_amiss(tmp_path: Path) -> None:
    counts = torture(kills=25, seed=1, folder=tmp_path)

    assert counts.pop("killed") >= 8
    assert {name: counts[name] for name in WRONG} == dict.fromkeys(WRONG, 0)


class TestVerify:
    def test_feeds_that_are_right_are_said_to_be(self, crawl: Crawl) -> None:
        crawl("security")

        done = crawl.call("verify")

        assert done.returncode == 0
        assert done.stdout.strip().endswith("files expected, 0 differences")

    @pytest.mark.parametrize(
        ("damage", "sentence"),
        [
            ("cut", "expected what the archive says, found other lines"),
            ("delete", "expected a file, found none"),
            ("add", "expected no such file, found one"),
            ("manifest", "manifest.json: expected the list of files"),
        ],
    )
    def test_a_damaged_feed_is_named_and_repaired(
        self, damage: str, sentence: str, crawl: Crawl
    ) -> None:
        crawl("security")
        self._damage(crawl.var / "feeds", damage)

        found, repaired, after = (
            crawl.call("verify", *options) for options in ((), ("--repair",), ())
        )

        assert (found.returncode, repaired.returncode, after.returncode) == (3, 0, 0)
        assert sentence in found.stdout

    @staticmethod
    def _damage(feeds: Path, damage: str) -> None:
        victim = sorted((feeds / "current/security").glob("*.jsonl"))[0]
        if damage == "cut":
            victim.write_bytes(victim.read_bytes()[:-20])
        elif damage == "delete":
            victim.unlink()
        elif damage == "add":
            (victim.parent / "1999-01.jsonl").write_text("{}\n")
        else:
            (feeds / "manifest.json").write_text("{")

    def test_without_an_archive_there_is_nothing_to_verify(self, crawl: Crawl) -> None:
        done = crawl.call("verify")

        assert done.returncode == 4
        assert "expected an archive, found none: crawl first" in done.stderr
        assert not crawl.var.exists()


def test_a_full_disk_breaks_the_run_and_the_next_one_makes_it_whole(crawl: Crawl) -> None:
    full = crawl.call("crawl", "security", largest_file=150_000)

    after = crawl("security")

    assert full.returncode == 4
    assert "could not be written" in full.stderr
    assert "Traceback" not in full.stderr
    assert (after.status, after.verdict) == (0, "ok")
    assert crawl.call("verify").returncode == 0
