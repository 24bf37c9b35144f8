"""No stored time is believed further than its own longest wait; no clock loses an article."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import ClassVar
from urllib.request import urlopen

import pytest

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.pending import LONGEST_WAIT
from diplonews.archive.validators import Hold, Look
from diplonews.clock import MOST_APART, ClockTime, SiteClock, Uptime, is_recent, is_to_come
from diplonews.demo import Replica
from diplonews.items import Teaser
from diplonews.notices.ending import Cause, Ending
from diplonews.notices.incidents import Memory, listen, observe
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
        assert [item.url for item in archive.pending.take(None, run, NOW, 9)] == [url]

        archive.pending.note_wait(url, NOW + LONGEST_WAIT)
        archive.pending.note_failure(url, "again", NOW)
        assert archive.pending.take(None, run + 1, NOW + LONGEST_WAIT - HOUR, 9) == []
        assert archive.pending.take(None, run + 2, NOW + LONGEST_WAIT + HOUR, 9) != []


WEEKS = timedelta(days=21)
JUMPS = [WEEKS, -WEEKS, timedelta(days=3650), -timedelta(days=20_000)]


def moment(minutes: float, ahead: timedelta = timedelta(0), boot: str = "first") -> ClockTime:
    """Return a time so long after noon, by a clock that is so far ahead."""
    return ClockTime(NOW + timedelta(minutes=minutes) + ahead, Uptime(boot, minutes * 60))


class TestAges:
    @pytest.mark.parametrize("ahead", JUMPS)
    def test_a_clock_that_was_set_makes_nothing_older_or_newer(self, ahead: timedelta) -> None:
        assert clock.age(moment(0), moment(90, ahead)) == timedelta(minutes=90)
        assert clock.age(moment(0, ahead), moment(90)) == timedelta(minutes=90)
        assert clock.jump(moment(0), moment(90, ahead)) == ahead
        assert clock.jump(moment(0, ahead), moment(90)) == -ahead

    def test_after_a_start_of_the_machine_its_clock_counts(self) -> None:
        before = moment(0)

        assert clock.age(before, moment(90, boot="second")) == timedelta(minutes=90)
        assert clock.age(before, moment(90, WEEKS, boot="second")) == WEEKS + timedelta(minutes=90)
        assert clock.age(before, moment(90, -WEEKS, boot="second")) is None
        assert clock.jump(before, moment(0, -WEEKS, boot="second")) == -WEEKS

    def test_so_it_does_where_a_system_tells_no_uptime(self) -> None:
        assert clock.age(ClockTime(NOW), ClockTime(NOW + HOUR)) == HOUR
        assert clock.age(ClockTime(NOW + WEEKS), ClockTime(NOW)) is None
        assert clock.jump(ClockTime(NOW), ClockTime(NOW + WEEKS)) == timedelta(0)
        assert clock.jump(ClockTime(NOW + WEEKS), ClockTime(NOW)) == -WEEKS

    def test_a_clock_that_is_corrected_by_minutes_has_made_no_jump(self) -> None:
        assert clock.age(ClockTime(NOW + timedelta(minutes=9)), ClockTime(NOW)) == timedelta(0)
        assert clock.jump(moment(0, timedelta(minutes=9)), moment(60)) == timedelta(0)

    def test_this_machine_tells_its_uptime(self) -> None:
        first, second = clock.moment(), clock.moment()

        assert first.uptime is not None
        assert second.uptime is not None
        assert first.uptime.boot == second.uptime.boot != ""
        assert 0 < first.uptime.seconds <= second.uptime.seconds


def read_well(section: str, at: ClockTime) -> Ending:
    return Ending(
        section=section, verdict="ok", started_at=at.at, ended_at=at.at, uptime=at.uptime
    )


class TestSilence:
    """What a clock did is told as that, and never as a section that nobody read."""

    LIMITS: ClassVar = {"": 7_200}

    @pytest.mark.parametrize("ahead", JUMPS)
    def test_a_section_that_was_read_is_not_silent(self, ahead: timedelta) -> None:
        """As in an hour with a wrong clock: each section is read before, within and after it."""
        memory, messages = Memory(), list[str]()
        for minutes in range(0, 240, 15):
            now = moment(minutes, ahead if 60 <= minutes < 120 else timedelta(0))
            for section in ("ecowas", "security"):
                messages += observe(memory, read_well(section, now))
                messages += listen(memory, self.LIMITS, now)

        assert messages == []

    @pytest.mark.parametrize("ahead", [timedelta(0), *JUMPS])
    def test_one_that_nobody_reads_is_told_in_time_whatever_the_clock_does(
        self, ahead: timedelta
    ) -> None:
        memory = Memory()
        list(observe(memory, read_well("security", moment(0, ahead))))

        early = list(listen(memory, self.LIMITS, moment(119)))
        late = list(listen(memory, self.LIMITS, moment(121)))

        assert early == []
        assert len(late) == 1
        assert "nothing was read since 2026-11-23 12:00 UTC" in late[0]

    def test_a_reading_that_is_to_come_counts_from_when_that_is_seen(self) -> None:
        memory = Memory()
        list(observe(memory, read_well("security", moment(0, YEAR))))

        first = list(listen(memory, self.LIMITS, moment(60, boot="second")))
        second = list(listen(memory, self.LIMITS, moment(179, boot="second")))
        third = list(listen(memory, self.LIMITS, moment(181, boot="second")))

        assert (first, second, len(third)) == ([], [], 1)

    def test_an_incident_that_ends_before_it_began_took_nobody_knows_how_long(self) -> None:
        memory, now = Memory(), moment(0, WEEKS)
        down = Ending(
            section="security", verdict="broken", started_at=now.at, ended_at=now.at,
            cause=Cause.SITE, what="no answer",
        )  # fmt: skip
        list(observe(memory, down))

        (message,) = observe(memory, read_well("security", moment(30)))

        assert message.startswith("security: well again at 2026-11-23 12:30 UTC.\n")

    def test_one_machine_has_one_clock(self) -> None:
        memory = Memory()
        messages = list[str]()
        for section in ("ecowas", "security", "ecowas", "security", "recheck", "recheck"):
            off = Ending(
                section=section, verdict="degraded", started_at=NOW, ended_at=NOW,
                cause=Cause.CLOCK, what=f"found ours {len(messages)} s ahead",
            )  # fmt: skip
            messages += observe(memory, off)

        assert len(messages) == 1
        assert "Cause: clock." in messages[0]
        assert "set this machine's clock" in messages[0]


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
        return self.call_at(crawl, shift, "crawl", "security")

    def call_at(
        self, crawl: Crawl, shift: str, *command: str
    ) -> "subprocess.CompletedProcess[str]":
        if FAKETIME is None:
            pytest.skip("faketime is not installed: apt-get install faketime")
        fake = {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": shift,
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return subprocess.run(
            crawl.command(*command), env=crawl.variables() | fake, cwd=PROJECT,
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

        pruned = crawl.call("prune")
        assert (pruned.returncode, pruned.stdout) == (3, "")
        assert "set back by 4000 days: nothing is removed by age" in pruned.stderr
        pruned = self.call_at(crawl, "+4000d", "prune")
        assert (pruned.returncode, pruned.stdout) == (3, "")
        assert "ahead of it" in pruned.stderr
        assert kept <= set((crawl.var / "captures").rglob("*.warc.gz"))

        crawl("security")
        assert crawl.call("prune").returncode == 0

    @pytest.mark.parametrize(("shift", "way"), [("+21d", "forward"), ("-9000d", "back")])
    def test_a_clock_that_was_set_since_is_told_by_status_and_removes_nothing(
        self, shift: str, way: str, crawl: Crawl, small: Replica
    ) -> None:
        crawl("security")
        kept = set((crawl.var / "captures").rglob("*.warc.gz"))

        said = self.call_at(crawl, shift, "status")
        pruned = self.call_at(crawl, shift, "prune")

        days = shift.strip("+-d")
        set_since = f"this machine's clock was set {way} by {days} days since the last run"
        assert said.returncode == 3, said.stdout
        assert set_since in said.stdout
        assert "nothing was read" not in said.stdout
        assert (pruned.returncode, pruned.stdout) == (3, "")
        assert set((crawl.var / "captures").rglob("*.warc.gz")) == kept


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
    assert [trouble["kind"] for trouble in run.report["troubles"]] == ["clock"]


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
