"""Killed whenever, the crawler loses nothing, doubles nothing and tears nothing."""

import os
import signal
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.killing import WRONG, torture
from tests.support.mishaps import die_at_commit, die_at_rename
from tests.support.truth import by_post_id

KILLS = int(os.environ.get("DIPLONEWS_KILLS", "8"))


def test_kills_at_random_moments_leave_nothing_amiss(tmp_path: Path) -> None:
    counts = torture(kills=KILLS, seed=1, folder=tmp_path)

    assert counts["killed"] == KILLS
    assert counts["looks"] > 3 * KILLS / 2  # at three sections, while runs were killed
    assert {name: counts[name] for name in WRONG} == dict.fromkeys(WRONG, 0)


class TestKilledAtTheWorstMoments:
    """Killed where a write becomes visible: each of them in turn, with an edit before each."""

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_each_rename_of_a_publication(
        self, moment: str, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        killed = 0
        for number in range(1, 7):
            replica.publish(["security"])
            run = crawl("security", arrange=partial(die_at_rename, number, moment))
            killed += run.status == -signal.SIGKILL

        last = crawl("security")

        assert killed >= 4
        assert last.status == 0
        assert_nothing_amiss(crawl, replica)

    def test_each_commit_of_a_run(self, crawl: Crawl, replica: Replica) -> None:
        crawl("security")
        killed = 0
        for number in range(1, 12):
            replica.publish(["security"])
            run = crawl("security", arrange=partial(die_at_commit, number))
            killed += run.status == -signal.SIGKILL

        last = crawl("security")

        assert killed >= 8
        assert last.status == 0
        assert_nothing_amiss(crawl, replica)


def assert_nothing_amiss(crawl: Crawl, replica: Replica) -> None:
    """Assert that the feeds of Security have each article and each event once."""
    events = crawl.changes("security")
    assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()
    assert sorted(event["post_id"] for event in events) == sorted(replica.truth("security"))
    assert {event["event"] for event in events} == {"created"}
    assert crawl.call("verify").returncode == 0


class TestToldToStop:
    """Once is a clean end; twice is none, and costs nothing that the next run does not mend."""

    @pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
    def test_once_keeps_and_publishes_what_was_read(
        self, sign: signal.Signals, crawl: Crawl, replica: Replica
    ) -> None:
        replica.fail(path="^/[^/]+/$", kind="slow", seconds=0.3)
        process = crawl.start("security")
        crawl.wait_for(lambda: self._articles_asked(replica) >= 3)
        started = monotonic()
        process.send_signal(sign)
        status = process.wait(20)
        seconds = monotonic() - started
        published = crawl.current("security")
        replica.heal()

        after = crawl("security")

        assert status == 3
        assert seconds < 10
        assert 1 <= len(published) < len(replica.truth("security"))
        assert after.status == 0
        assert_nothing_amiss(crawl, replica)

    def test_twice_costs_nothing_that_the_next_run_does_not_bring_back(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        replica.fail(path="^/[^/]+/$", kind="slow", seconds=2)
        process = crawl.start("security")
        crawl.wait_for(lambda: self._articles_asked(replica) >= 2)
        process.send_signal(signal.SIGTERM)
        sleep(0.3)
        process.send_signal(signal.SIGTERM)
        status = process.wait(20)
        replica.heal()

        after = crawl("security")

        assert status != 0
        assert after.status == 0
        assert_nothing_amiss(crawl, replica)

    @staticmethod
    def _articles_asked(replica: Replica) -> int:
        asked = [request.path for request in replica.requests]
        return sum(not path.startswith(("/feed/", "/category/", "/robots")) for path in asked)


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
            ("manifest", "datapackage.json: expected the list of files"),
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
            (feeds / "datapackage.json").write_text("{")

    def test_without_an_archive_there_is_nothing_to_verify(self, crawl: Crawl) -> None:
        done = crawl.call("verify")

        assert done.returncode == 3
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
