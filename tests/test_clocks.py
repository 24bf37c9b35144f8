"""No stored time is believed further than its own longest wait; no clock loses an article."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.pending import LONGEST_WAIT
from diplonews.archive.validators import Hold, Look
from diplonews.clock import MOST_APART, SiteClock, is_recent, is_to_come
from diplonews.demo import Replica
from diplonews.items import Teaser
from tests.support.asked import paths
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT
from tests.support.hostile import Hostile, Said
from tests.support.truth import by_post_id

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


@pytest.fixture
def small(new_replica: Callable[..., Replica]) -> Replica:
    return new_replica(articles=24)


@pytest.fixture
def crawl(small: Replica, tmp_path: Path) -> Crawl:
    return Crawl(small.origin, tmp_path / "var")


def archive_of(crawl: Crawl) -> Archive:
    return Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")


class TestStoredTimes:
    @pytest.mark.parametrize(
        ("ahead", "is_believed"),
        [(-HOUR, False), (timedelta(0), False), (HOUR, True), (timedelta(days=1), True),
         (timedelta(days=1, seconds=1), False), (YEAR, False)],
    )  # fmt: skip
    def test_a_wait_is_no_longer_than_its_longest(
        self, ahead: timedelta, *, is_believed: bool
    ) -> None:
        assert is_to_come(NOW + ahead, NOW, timedelta(days=1)) is is_believed

    @pytest.mark.parametrize(
        ("ago", "is_believed"),
        [(timedelta(0), True), (HOUR, True), (timedelta(days=1), False), (-HOUR, False),
         (-YEAR, False)],
    )  # fmt: skip
    def test_what_was_noted_later_than_now_is_not_recent(
        self, ago: timedelta, *, is_believed: bool
    ) -> None:
        assert is_recent(NOW - ago, NOW, timedelta(days=1)) is is_believed

    def test_a_hold_noted_while_a_clock_was_ahead_is_over(
        self, crawl: Crawl, small: Replica
    ) -> None:
        crawl("security")
        archive = archive_of(crawl)
        hold = Hold(1, datetime.now(UTC) + YEAR, "it did not answer")
        archive.validators.note_hold(crawl.origin, hold)
        archive.validators.note_hold(f"{crawl.origin}/category/security/", hold)
        archive.close()
        small.publish(["security"])

        run = crawl("security")

        assert (run.status, run.verdict) == (0, "ok")

    def test_nor_are_robots_looks_audits_and_waits_believed(
        self, crawl: Crawl, small: Replica
    ) -> None:
        crawl("security")
        later = datetime.now(UTC) + YEAR
        archive = archive_of(crawl)
        look = archive.validators.last_look("security", f"{crawl.origin}/feed/")
        assert look is not None
        archive.validators.note_look(
            "security", f"{crawl.origin}/feed/", Look(look.last_modified, look.entries, later)
        )
        archive.validators.note_robots_txt(f"{crawl.origin}/robots.txt", "", later)
        archive.surfaces.note_found("rest", f"{crawl.origin}/wp-json/wp/v2/posts", later)
        archive.surfaces.note_whole("rest", 1, later)
        archive.close()
        small.clear_requests()

        crawl("security")
        crawl("recheck")

        feed = next(request for request in small.requests if request.path == "/feed/")
        assert "/robots.txt" in paths(small)
        assert "if-modified-since" not in feed.headers
        archive = archive_of(crawl)
        surface = archive.surfaces.find("rest")
        archive.close()
        assert surface is not None
        assert surface.whole_at is not None
        assert surface.whole_at < datetime.now(UTC)

    def test_a_pending_url_does_not_wait_for_a_year(self, archive: Archive) -> None:
        run, _ = archive.runs.begin("security", {}, NOW)
        archive.walks.begin("security", run)
        url = "https://site.example/talks/"
        archive.walks.note_listing("security", run, 1, [Teaser(url=url)], NOW)
        archive.pending.note_wait(url, NOW + YEAR)
        assert [of.url for of in archive.pending.take(None, run, NOW, 9)] == [url]

        archive.pending.note_wait(url, NOW + LONGEST_WAIT)
        archive.pending.note_failure(url, "again", NOW)
        assert archive.pending.take(None, run + 1, NOW + LONGEST_WAIT - HOUR, 9) == []
        assert archive.pending.take(None, run + 2, NOW + LONGEST_WAIT + HOUR, 9) != []


class TestSiteClock:
    def note(self, *ahead: timedelta, age: str = "") -> SiteClock:
        clock = SiteClock()
        for of in ahead:
            clock.note(format_datetime(NOW + of, usegmt=True), age, NOW)
        return clock

    def test_an_answer_out_of_a_cache_is_no_slow_clock(self) -> None:
        assert not self.note(-30 * HOUR, timedelta(0)).is_off(HOUR)
        assert not self.note(-30 * HOUR, age=str(30 * 3600)).is_off(HOUR)

    def test_the_later_clock_judges(self) -> None:
        assert self.note(timedelta(days=20)).latest(NOW) == NOW + timedelta(days=20)
        assert self.note(-timedelta(days=20)).latest(NOW) == NOW
        assert SiteClock().latest(NOW) == NOW

    @pytest.mark.parametrize(
        "date", ["", "soon", "Fri, 99 Nov 2026 00:00:00 GMT", "\x00", "9" * 99]
    )
    def test_what_is_no_date_says_nothing(self, date: str) -> None:
        clock = SiteClock()
        clock.note(date, "9" * 400, NOW)

        assert clock.ahead is None
        assert clock.latest(datetime.max.replace(tzinfo=UTC)).year == 9999


def front_of(replica: Replica, front: Hostile, path: str) -> Said:
    """Return what a replica answers, as from the address of *front*."""
    answer = replica._honest(path, {})
    body = answer.body.replace(replica.origin.encode(), front.origin.encode())
    return Said(body, answer.status, {"Content-Type": answer.kind} | answer.headers)


class TestOurClock:
    def crawl_at(self, crawl: Crawl, shift: str) -> "subprocess.CompletedProcess[str]":
        """Crawl with this machine's clock shifted."""
        if FAKETIME is None:
            pytest.skip("faketime is not installed: apt-get install faketime")
        fake = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": shift,
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return subprocess.run(
            crawl.command("crawl", "security"), env=crawl.variables() | fake, cwd=PROJECT,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    @pytest.mark.parametrize("shift", ["-20d", "-3650d"])
    def test_behind_loses_no_article_and_is_told(
        self, shift: str, crawl: Crawl, small: Replica
    ) -> None:
        done = self.crawl_at(crawl, shift)
        after = crawl("security")

        assert done.returncode == 3, done.stderr
        assert "expected our clock and the site's to differ by 1:00:00 at most" in done.stderr
        assert "behind it" in done.stderr
        assert by_post_id(crawl.current("security")).keys() == small.truth("security").keys()
        assert after.status == 0

    def test_ahead_is_told_and_removes_no_capture(self, crawl: Crawl, small: Replica) -> None:
        crawl("security")
        kept = set((crawl.var / "captures").rglob("*.warc.gz"))
        small.publish(["security"])

        done = self.crawl_at(crawl, "+4000d")

        assert done.returncode == 3, done.stderr
        assert "ahead of it" in done.stderr
        assert kept <= set((crawl.var / "captures").rglob("*.warc.gz"))


def test_a_date_in_the_future_makes_an_article_wait(crawl: Crawl, small: Replica) -> None:
    number = small.publish(["security"], published_at=datetime.now(UTC) + timedelta(days=9))

    first = crawl("security")
    archive = archive_of(crawl)
    waiting = archive.pending.count()
    archive.close()

    assert (first.status, first.verdict) == (3, "degraded")
    assert "it waits until then" in first.log
    assert waiting == 1
    assert number not in by_post_id(crawl.current("security"))


def test_the_sites_clock_judges_where_it_is_later(small: Replica, tmp_path: Path) -> None:
    number = small.publish(["security"], published_at=datetime.now(UTC) + timedelta(days=9))
    date = format_datetime(datetime.now(UTC) + timedelta(days=10), usegmt=True)
    with Hostile(lambda path: front_of(small, front, path), date=date) as front:
        crawl = Crawl(front.origin, tmp_path / "own")
        run = crawl("security")

    assert number in by_post_id(crawl.current("security"))
    assert [of["kind"] for of in run.report["troubles"]] == ["clock"]


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 1601 00:00:00 GMT"]
)
def test_a_date_of_another_age_is_no_clock(date: str, small: Replica, tmp_path: Path) -> None:
    with Hostile(lambda path: front_of(small, front, path), date=date) as front:
        run = Crawl(front.origin, tmp_path / "own")("security")

    assert (run.status, run.verdict) == (0, "ok"), run.log
    assert run.report["outcome"]["articles"] == len(small.truth("security"))


@pytest.mark.parametrize("ahead", [MOST_APART + HOUR, -MOST_APART - HOUR])
def test_a_time_further_apart_than_any_clock_is_none(ahead: timedelta) -> None:
    clock = SiteClock()
    clock.note(format_datetime(NOW + ahead, usegmt=True), "", NOW)

    assert clock.ahead is None


def test_a_clock_that_was_never_set_is_one() -> None:
    clock = SiteClock()
    clock.note("Mon, 23 Nov 2026 12:00:00 GMT", "", datetime(1970, 1, 1, tzinfo=UTC))

    assert clock.is_off(HOUR)


def test_another_time_lasts_as_long_as_it_is_asked_for(
    new_replica: Callable[..., Replica],
) -> None:
    before = clock.now()

    with clock.other_time(lambda: NOW + YEAR):
        replica = new_replica(articles=4)
        with clock.other_time(lambda: NOW):
            assert clock.now() == NOW
        assert clock.now() == NOW + YEAR
        assert urlopen(f"{replica.origin}/").headers["Date"] == "Tue, 23 Nov 2027 12:00:00 GMT"

    assert before <= clock.now() < before + HOUR
