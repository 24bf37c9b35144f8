"""An operator sees how the crawler is, what is not read and why, and what the runs did."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.completeness import Completeness
from diplonews.archive.standing import Backlog, LastRun
from diplonews.archive.validators import Hold
from diplonews.clock import ClockTime, Uptime
from diplonews.demo import Replica
from diplonews.runs.health import (
    STATUS,
    Health,
    SectionHealth,
    Sizes,
    Verification,
    concerns,
    level_of,
)
from diplonews.runs.reasons import kind_of_reason
from diplonews.runs.sizes import note_size, read_sizes
from diplonews.setting_kinds import SecondsBySection
from tests.support.crawling import Crawl

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOTHING_PENDING = Backlog(0, 0, None, None)
SMALL = Sizes(1, 1, 1, 1, 1, 10**12)


def section(**values: object) -> SectionHealth:
    hour_ago = NOW - timedelta(hours=1)
    sound = {
        "name": "security",
        "last_run": LastRun(
            "20261128T110000Z-security", ClockTime(hour_ago), "ok", ClockTime(hour_ago)
        ),
        "fresh_seconds": 7_200,
        "sound_walk_at": hour_ago,
        "new_article_at": hour_ago,
        "backlog": NOTHING_PENDING,
        "open_categories": (),
    }
    return SectionHealth(**sound | values)  # type: ignore[arg-type]


def health(**values: object) -> Health:
    sound = {
        "at": NOW,
        "sections": [section()],
        "completeness": Completeness("rest", NOW, 10, 9, 1, 0, in_our_categories=True),
        "unchecked_at": NOW,
        "rejected_count": 0,
        "held_count": 0,
        "holds": {},
        "sizes": SMALL,
        "verification": Verification(NOW, 0),
    }
    return Health(**sound | values)  # type: ignore[arg-type]


def last_run(verdict: str, hours: int) -> LastRun:
    at = ClockTime(NOW - timedelta(hours=hours))
    return LastRun("20261128T000000Z-security", at, verdict, at)


def test_a_sound_crawler_is_well() -> None:
    assert list(concerns(health())) == []
    assert level_of([]) == "well"
    assert STATUS == {"well": 0, "attention": 3, "broken": 4}  # as docs/operations.md promises


@pytest.mark.parametrize(
    ("values", "level", "what"),
    [
        ({"sections": [section(last_run=None)]}, "attention", "nothing was crawled yet"),
        (
            {"sections": [section(last_run=last_run("broken", 1))]},
            "broken",
            "security: its last run is broken",
        ),
        (
            {"sections": [section(last_run=last_run("degraded", 1))]},
            "attention",
            "security: its last run is degraded",
        ),
        (
            {"sections": [section(last_run=last_run("ok", 3))]},
            "broken",
            "security: nothing was read for 3 hours, expected at most 2 hours",
        ),
        (
            {"sections": [section(last_run=last_run("", 13), fresh_seconds=None)]},
            "attention",
            "security: its last run began 13 hours ago and has not ended",
        ),
        (
            {"sections": [section(backlog=Backlog(3, 1, NOW - timedelta(days=3), None))]},
            "attention",
            "security: an address is pending for 3 days",
        ),
        ({"held_count": 2}, "attention", "2 articles held as gone"),
        (
            {"completeness": Completeness("rest", NOW, 10, 8, 1, 0, in_our_categories=True)},
            "attention",
            "the site lists 1 article that nobody has read",
        ),
        (
            {"verification": Verification(NOW, 2)},
            "attention",
            "the feeds differ from the archive in 2 places",
        ),
        (
            {"sizes": Sizes(1, 1, 1, 1, 1, 4_000_000)},
            "attention",
            "the disk has 4.0 MB left",
        ),
        (
            {"sizes": Sizes(1, 1, 1, 1, 3_000_000_000, 2_000_000_000)},
            "attention",
            "the disk has 2.0 GB left",
        ),
        (
            {"holds": {"https://site.example": Hold(1, NOW + timedelta(hours=1), "503")}},
            "attention",
            "https://site.example is asked for nothing before 2026-11-28 13:00: 503",
        ),
    ],
)
def test_what_is_not_well_is_a_concern(values: dict[str, object], level: str, what: str) -> None:
    found = list(concerns(health(**values)))

    assert [concern.what for concern in found] == [what]
    assert level_of(found) == level


def moment(minutes: float, ahead: timedelta = timedelta(0), boot: str = "first") -> ClockTime:
    """Return a time so long after noon, by a clock that is so far ahead."""
    return ClockTime(NOW + timedelta(minutes=minutes) + ahead, Uptime(boot, minutes * 60))


def said_of(last: ClockTime, now: ClockTime, verdict: str = "ok") -> list[str]:
    """Return what is said of a section that was last read then, where nothing else is amiss."""
    name = "20261128T120000Z-security"
    read = section(last_run=LastRun(name, last, verdict, last))
    return [
        concern.what for concern in concerns(health(sections=[read], at=now.at, uptime=now.uptime))
    ]


WEEKS, YEARS = timedelta(days=21), timedelta(days=3_650)
SET = "this machine's clock was set {} by {} days since the last run of security"


@pytest.mark.parametrize(
    ("ahead_then", "ahead_now", "expected"),
    [
        (WEEKS, timedelta(0), SET.format("back", 21)),
        (-WEEKS, timedelta(0), SET.format("forward", 21)),
        (timedelta(0), WEEKS, SET.format("forward", 21)),
        (timedelta(0), -YEARS, SET.format("back", 3650)),
    ],
)
def test_a_clock_that_was_set_is_told_and_no_silence(
    ahead_then: timedelta, ahead_now: timedelta, expected: str
) -> None:
    assert said_of(moment(0, ahead_then), moment(15, ahead_now)) == [expected]
    assert said_of(moment(0, ahead_then), moment(15, ahead_now), verdict="") == [expected]


def test_a_section_that_is_silent_is_so_whatever_the_clock_was_set_to() -> None:
    silent = "security: nothing was read for 3 hours, expected at most 2 hours"

    assert said_of(moment(0), moment(180)) == [silent]
    assert said_of(moment(0, WEEKS), moment(180)) == [silent, SET.format("back", 21)]
    assert said_of(moment(0), moment(180, boot="second")) == [silent]


def test_a_run_that_is_to_come_is_told_after_a_start_of_the_machine_too() -> None:
    assert said_of(moment(0, WEEKS), moment(0, boot="second")) == [SET.format("back", 21)]


def test_what_was_never_asked_for_is_no_long_pending() -> None:
    waits = section(backlog=Backlog(3, 0, NOW - timedelta(days=3), None))

    assert list(concerns(health(sections=[waits]))) == []


@pytest.mark.parametrize(
    "last",
    [last_run("", 12), last_run("ok", 13), last_run("unchanged", 99)],
    ids=["twelve hours under way", "ended", "ended long ago"],
)
def test_a_run_hangs_where_it_is_under_way_for_more_than_twelve_hours(last: LastRun) -> None:
    calm = section(last_run=last, fresh_seconds=None)

    assert list(concerns(health(sections=[calm]))) == []


@pytest.mark.parametrize(
    "backlog",
    [
        Backlog(3, 1, NOW - timedelta(days=2), None),
        Backlog(3, 1, None, None),
        Backlog(0, 0, None, NOW),
    ],
)
def test_an_address_may_be_pending_for_two_days(backlog: Backlog) -> None:
    assert list(concerns(health(sections=[section(backlog=backlog)]))) == []


@pytest.mark.parametrize(
    ("listed", "lacks"), [(10, 0), (11, 1), (9, 0), (0, 0)], ids=lambda number: str(number)
)
def test_an_article_is_missing_where_it_is_listed_and_not_accounted_for(
    listed: int, lacks: int
) -> None:
    counts = Completeness("rest", NOW, listed, 5, 3, 2, in_our_categories=True)

    assert counts.missing_count == lacks


@pytest.mark.parametrize(("disk_left", "is_enough"), [(500_000_000, True), (499_999_999, False)])
def test_the_disk_has_to_have_half_a_gigabyte_left(disk_left: int, *, is_enough: bool) -> None:
    found = list(concerns(health(sizes=Sizes(1, 0, 1, 1, 0, disk_left))))

    assert (found == []) is is_enough


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("", "new"),
        ("expected an answer with status 200, found 404", "gone"),
        ("expected an answer with status 200, found 403", "forbidden"),
        ("not asked for: robots.txt forbids it", "forbidden"),
        ("expected an answer with status 200, found 502", "site"),
        ("expected an answer, found ConnectionLost: reset", "site"),
        ("conflict: it says that it is post 5, and that is post 6", "conflict"),
        (
            "expected a page of https://a.example, found a redirect to https://b.example",
            "off_site",
        ),
        ("expected a publication date up to 2026-11-28, found 'x'", "date"),
        ("https://a.example/x/: expected an article, found a listing", "page"),
        ("dismissed: expected an answer with status 200, found 404", "dismissed"),
        ("something new", "other"),
    ],
)
def test_a_reason_has_a_kind(reason: str, kind: str) -> None:
    assert kind_of_reason(reason) == kind


@pytest.mark.parametrize("text", ["", "x", "recheck=", "a=1,a=2", "-1", "A B=3", "1.5", "=5,5"])
def test_seconds_by_section_refuse_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        SecondsBySection().read(text)


def test_seconds_by_section_are_a_sections_own_and_all_others() -> None:
    assert SecondsBySection().read("recheck=90000, 7200") == {"recheck": 90_000, "": 7_200}


def test_a_sound_crawl_is_well_and_complete(crawl: Crawl, replica: Replica) -> None:
    crawl("ecowas")
    crawl("recheck")

    done = crawl.call("status", "--json")
    shown = crawl.call("status")

    document = json.loads(done.stdout)
    assert (done.returncode, document["level"], document["concerns"]) == (0, "well", [])
    ecowas = next(part for part in document["sections"] if part["name"] == "ecowas")
    assert ecowas["last_run"]["verdict"] == "ok"
    assert ecowas["sound_walk_at"] == ecowas["last_run"]["started_at"]
    listed = document["completeness"]
    ours = {*replica.truth("ecowas"), *replica.truth("security"), *replica.truth("international")}
    assert listed["listed_count"] == listed["archived_count"] == len(ours)
    assert shown.stdout.startswith("All is well.\n")
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "\x1b" not in shown.stdout


class TestSizes:
    """How an archive grows is measured, not guessed from how many articles came."""

    def test_the_archive_is_compared_with_the_oldest_size_of_a_month(self, crawl: Crawl) -> None:
        crawl("security")
        archive = Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")
        sizes = crawl.var / "sizes.json"
        now = clock.now()
        before = crawl.call("status").stdout
        note_size(archive, crawl.var, now - timedelta(days=400))
        note_size(archive, crawl.var, now - timedelta(days=12))
        rows = json.loads(sizes.read_text())
        rows[-1]["archive"] -= 300_000
        sizes.write_text(json.dumps(rows))

        verified = crawl.call("verify")
        after = crawl.call("status").stdout
        rows[-1]["archive"] += 1_300_000
        sizes.write_text(json.dumps(rows))
        shrunk = crawl.call("status").stdout
        sizes.write_text("{")
        damaged = crawl.call("status")
        archive.close()

        assert "its growth is known" in before
        assert verified.returncode == 0
        assert re.search(r"archive +\d+\.\d MB, 0\.3 MB more than 12 days ago\n", after)
        assert re.search(r"archive +\d+\.\d MB, 1\.0 MB less than 12 days ago\n", shrunk)
        assert (damaged.returncode, "its growth is known" in damaged.stdout) == (0, True)

    def test_a_day_has_one_size_and_a_year_is_kept(self, tmp_path: Path) -> None:
        archive = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}")
        for hours in (0, 1, 24, 24 * 400):
            note_size(archive, tmp_path, NOW + timedelta(hours=hours))
        archive.close()

        days = [(one.at - NOW) / timedelta(days=1) for one in read_sizes(tmp_path)]
        assert days == [1, 400]


def test_a_site_that_is_down_is_broken_and_says_until_when(crawl: Crawl, replica: Replica) -> None:
    replica.fail(r"^/(?!robots)", status=503)
    run = crawl("ecowas")

    done = crawl.call("status")

    assert run.status == done.returncode == 4
    assert done.stdout.startswith("It is broken.\n")
    assert "- ecowas: its last run is broken\n  do: `scrapy runs 2" in done.stdout
    assert f"{replica.origin} is asked for nothing before" in done.stdout


def test_a_section_that_nobody_crawls_any_more_is_silent(crawl: Crawl) -> None:
    crawl("security")
    time.sleep(1.1)

    done = crawl.call("status", "-s", "DIPLONEWS_FRESH_SECONDS=security=1,7200")

    assert done.returncode == 4
    assert "security: nothing was read for" in done.stdout
    assert "expected at most 1 second" in done.stdout


def test_without_an_archive_it_says_what_to_do(crawl: Crawl) -> None:
    done = crawl.call("status")

    assert done.returncode == 3
    assert done.stderr.endswith("expected an archive, found none: crawl first\n")
    assert not crawl.var.exists()


def test_an_archive_that_cannot_be_read_is_broken(crawl: Crawl) -> None:
    crawl.var.mkdir()
    (crawl.var / "archive.sqlite").write_bytes(b"no database" * 1_000)

    done = crawl.call("status")

    assert done.returncode == 4
    assert "archive.sqlite" in done.stderr
    assert "Traceback" not in done.stderr


class TestPending:
    @pytest.fixture
    def url(self, crawl: Crawl, replica: Replica) -> str:
        """Return the URL of an article that the site fails to show."""
        post = max(replica.truth("security"))
        path = f"/{replica.truth()[post]['url'].rstrip('/').rpartition('/')[2]}/"
        replica.fail(f"^{path}$", status=500)
        crawl("security")
        replica.heal()
        return f"{replica.origin}{path}"

    def test_it_is_listed_with_its_reason(self, url: str, crawl: Crawl) -> None:
        done = crawl.call("pending", "--section", "security", "--kind", "site")

        assert done.returncode == 0
        assert url in done.stdout
        assert "expected an answer with status 200, found 500" in done.stdout
        assert done.stdout.endswith("1 address: 1 site\n")
        assert crawl.call("pending", "--kind", "gone").stdout == "0 addresses\n"
        assert crawl.call("pending", "--section", "ecowas").stdout == "0 addresses\n"

    def test_json_has_every_key(self, url: str, crawl: Crawl) -> None:
        rows = json.loads(crawl.call("pending", "--json").stdout)

        assert [(row["url"], row["kind"], row["attempts"]) for row in rows] == [(url, "site", 1)]
        assert set(rows[0]) == {
            "url", "kind", "reason", "at", "attempts", "not_before", "run_id",
        }  # fmt: skip

    def test_what_is_dismissed_is_asked_for_no_more(
        self, url: str, crawl: Crawl, replica: Replica
    ) -> None:
        assert crawl.call("pending", "--dismiss", url).stdout == "1 address dismissed\n"

        replica.clear_requests()
        crawl("security", "backfill=yes")

        assert url.removeprefix(replica.origin) not in {r.path for r in replica.requests}
        assert crawl.call("pending").stdout == "0 addresses\n"
        assert crawl.call("rejected").stdout == "0 addresses\n"
        assert url in crawl.call("rejected", "--all").stdout

    def test_what_was_dismissed_can_be_tried_again(
        self, url: str, crawl: Crawl, replica: Replica
    ) -> None:
        crawl.call("pending", "--dismiss", url)

        done = crawl.call("rejected", "--all", "--retry", url)
        crawl("security")

        assert done.stdout == "1 address to be asked for by the next run\n"
        assert crawl.call("why", url).returncode == 0
        assert crawl.call("rejected", "--all").stdout == "0 addresses\n"

    def test_a_retry_does_not_wait(self, url: str, crawl: Crawl, replica: Replica) -> None:
        replica.fail(f"^{url.removeprefix(replica.origin)}$", status=500)
        for _ in range(3):
            crawl("security")
        waits = json.loads(crawl.call("pending", "--json").stdout)[0]
        replica.heal()

        crawl.call("pending", "--retry", url)
        crawl("security")

        assert waits["not_before"] > datetime.now(UTC).isoformat()
        assert crawl.call("pending").stdout == "0 addresses\n"
        assert crawl.call("why", url).returncode == 0

    def test_an_address_that_is_not_pending_is_named(self, url: str, crawl: Crawl) -> None:
        done = crawl.call("pending", "--dismiss", f"{url}nope/", url)

        assert done.returncode == 3
        assert done.stdout == "1 address dismissed\n"
        assert done.stderr == f"{url}nope/: expected an address that this command lists\n"


@pytest.mark.parametrize("command", ["pending", "rejected"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--retry", "expected URLs or --kind: which ones?"),
        ("--kind nope", "--kind: expected one of new, dismissed, gone,"),
        ("--retry --dismiss", "not allowed with argument"),
    ],
)
def test_a_wrong_option_is_told(command: str, options: str, expected: str, crawl: Crawl) -> None:
    crawl("security")

    done = crawl.call(command, *options.split())

    assert done.returncode == 2
    assert expected in done.stderr


class TestRuns:
    def test_they_are_listed_newest_first(self, crawl: Crawl) -> None:
        first, second = crawl("security"), crawl("international")

        done = crawl.call("runs")

        lines = done.stdout.splitlines()
        assert [line.split()[:2] for line in lines[1:3]] == [
            [second.report["run"], "ok"], [first.report["run"], "ok"],
        ]  # fmt: skip
        assert lines[3] == "2 runs"
        assert max(map(len, lines)) <= 80
        only = crawl.call("runs", "--section", "security", "-n", "1", "--json")
        assert [run["run_id"] for run in json.loads(only.stdout)] == [first.report["run"]]

    def test_one_is_shown_with_its_troubles_by_kind(self, crawl: Crawl, replica: Replica) -> None:
        posts = sorted(replica.truth("security"))[-5:]
        slugs = [replica.truth()[post]["url"].rstrip("/").rpartition("/")[2] for post in posts]
        replica.fail(f"^/({'|'.join(slugs)})/$", status=404)
        run = crawl("security")

        shown = crawl.call("runs", "latest")

        assert shown.stdout.startswith(f"{run.report['run']} is degraded\n")
        assert "5 troubles of kind article\n" in shown.stdout
        assert "  and 2 more: --json has all\n" in shown.stdout
        assert "  do: they stay pending" in shown.stdout
        assert json.loads(crawl.call("runs", run.report["run"], "--json").stdout) == run.report
        latest = json.loads((crawl.var / "runs" / "latest.json").read_text())
        assert latest == run.report

    def test_a_run_without_a_report_is_shown_from_the_archive(self, crawl: Crawl) -> None:
        run = crawl("security")
        (crawl.var / "runs" / f"{run.report['run']}.json").unlink()

        shown = crawl.call("runs", run.report["run"])

        assert shown.returncode == 0
        assert "report     none here" in shown.stdout

    @pytest.mark.parametrize("content", ["", "[]", "{", "\0"])
    def test_a_damaged_report_is_told(self, content: str, crawl: Crawl) -> None:
        run = crawl("security")
        path = crawl.var / "runs" / f"{run.report['run']}.json"
        path.write_text(content)

        shown = crawl.call("runs", run.report["run"])

        assert shown.returncode == 4
        assert f"{path}: expected a run's report" in shown.stderr

    @pytest.mark.parametrize(
        ("arguments", "status", "expected"),
        [
            ("nope", 3, "nope: expected a run's id; `scrapy runs` lists them"),
            ("-n 0", 2, "-n: expected a number from 1 to 100000, found '0'"),
            ("--section x", 2, "--section: expected one that ran (security), found 'x'"),
            ("a b", 2, "expected one run's id, or options only"),
        ],
    )
    def test_a_wrong_argument_is_told(
        self, arguments: str, status: int, expected: str, crawl: Crawl
    ) -> None:
        crawl("security")

        done = crawl.call("runs", *arguments.split())

        assert done.returncode == status
        assert expected in done.stderr


def test_what_the_site_lists_and_was_not_read_is_pending(crawl: Crawl, replica: Replica) -> None:
    post = max(replica.truth("security"))
    path = f"/{replica.truth()[post]['url'].rstrip('/').rpartition('/')[2]}/"
    replica.fail(f"^{path}$", status=500)
    crawl("security")
    crawl("recheck")

    document = json.loads(crawl.call("status", "--json").stdout)

    listed = document["completeness"]
    assert listed["pending_count"] == 1
    assert listed["archived_count"] == listed["listed_count"] - 1


def test_what_the_last_verify_found_is_shown(crawl: Crawl) -> None:
    crawl("security")
    before = crawl.call("status")
    feed = next((crawl.var / "feeds" / "current" / "security").glob("2*.jsonl"))
    content = feed.read_bytes()
    feed.write_bytes(content.replace(b"e", b"a", 1))
    wrong = crawl.call("verify")
    broken = crawl.call("status")
    feed.write_bytes(content)
    crawl.call("verify")
    well = crawl.call("status")

    assert "verified   never: `scrapy verify`" in before.stdout
    assert (wrong.returncode, broken.returncode, well.returncode) == (3, 3, 0)
    count = int(wrong.stdout.rpartition(", ")[2].split()[0])
    assert count > 0
    places = f"{count} place" if count == 1 else f"{count} places"
    assert f"- the feeds differ from the archive in {places}\n" in broken.stdout
    assert "ago: 0 differences" in well.stdout
