"""Whoever watches is told once of each incident, and once when it is over."""

import json
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diplonews.clock import ClockTime
from diplonews.demo import Replica
from diplonews.errors import SettingError
from diplonews.notices import sending
from diplonews.notices.ending import Cause, Ending
from diplonews.notices.incidents import Memory, Unsent, listen, observe
from diplonews.notices.memory import read, remembered, write
from diplonews.notices.metrics import metric_lines
from diplonews.notices.ping import ping
from tests.support.crawling import Crawl
from tests.support.receivers import WebHook, mail_server, web_hook

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def hook() -> Iterator[WebHook]:
    with web_hook() as receiver:
        yield receiver


def ending(verdict: str = "ok", cause: Cause | None = None, **values: object) -> Ending:
    same = {"section": "security", "started_at": NOON, "ended_at": NOON, "what": "it went wrong"}
    return Ending(verdict=verdict, cause=cause, **same | values)  # type: ignore[arg-type]


def told(memory: Memory, *endings: Ending) -> list[str]:
    return [message.partition("\n")[0] for one in endings for message in observe(memory, one)]


BROKEN = ending("broken", Cause.SITE)
DEGRADED = ending("degraded", Cause.READING)
OK = ending()


class TestIncidents:
    def test_a_broken_section_is_told_once_and_once_when_it_is_well(self) -> None:
        messages = told(Memory(), OK, BROKEN, BROKEN, BROKEN, OK, OK)

        assert messages == [
            "security is broken: it went wrong",
            "security: well again at 2026-11-28 12:00 UTC, after 0 min.",
        ]

    def test_a_section_that_is_degraded_once_is_not_told(self) -> None:
        assert told(Memory(), DEGRADED, OK, DEGRADED, OK) == []

    def test_a_section_that_is_degraded_twice_in_a_row_is_told_once(self) -> None:
        messages = told(Memory(), DEGRADED, DEGRADED, DEGRADED)

        assert messages == ["security is degraded: it went wrong"]

    def test_sections_with_one_cause_share_an_incident(self) -> None:
        other = ending("broken", Cause.SITE, section="ecowas")

        messages = told(Memory(), BROKEN, other, OK, ending(section="ecowas"))

        assert len(messages) == 2
        assert messages[1].startswith("security, ecowas: well again")

    @pytest.mark.parametrize("cause", [Cause.READING, Cause.PROGRAM])
    def test_a_section_with_a_trouble_of_its_own_is_told(self, cause: Cause) -> None:
        """An article that one section cannot read for weeks hides no other section's trouble."""
        first = ending("broken", cause, what="/a/: no date (and 2 more)")
        same = ending("broken", cause, what="/a/: no date (and 1 more)", section="recheck")
        other = ending("broken", cause, what="/b/: no date", section="ecowas")

        messages = told(Memory(), first, same, other, OK, ending(section="ecowas"))

        assert messages[:2] == [
            "security is broken: /a/: no date (and 2 more)",
            "ecowas is broken: /b/: no date",
        ]
        assert len(messages) == 3

    @pytest.mark.parametrize(("hours", "count"), [(0.5, 1), (2, 2)])
    def test_what_was_well_meanwhile_suffers_from_another_incident(
        self, hours: float, count: int
    ) -> None:
        """A category that is gone for days is no reason not to tell that the site is down."""
        later = NOON + timedelta(hours=hours)
        well = ending(section="ecowas", ended_at=later)
        down = ending("broken", Cause.SITE, section="ecowas", started_at=later, ended_at=later)
        down_too = ending(
            "broken", Cause.SITE, section="recheck", started_at=later, ended_at=later
        )

        assert len(told(Memory(), BROKEN, well, down, down_too)) == count

    def test_another_cause_is_another_incident(self) -> None:
        other = ending("broken", Cause.STORAGE, section="ecowas")

        assert len(told(Memory(), BROKEN, other)) == 2

    def test_what_gets_worse_by_another_cause_is_told(self) -> None:
        full = ending("broken", Cause.STORAGE, what="the disk is full")

        messages = told(Memory(), DEGRADED, DEGRADED, full, full, OK)

        assert messages[:2] == [
            "security is degraded: it went wrong",
            "security is broken: the disk is full",
        ]
        assert len(messages) == 4

    def test_what_is_degraded_joins_what_is_broken_by_one_cause(self) -> None:
        degraded = ending("degraded", Cause.SITE, section="ecowas")

        messages = told(Memory(), BROKEN, degraded, degraded, OK, ending(section="ecowas"))

        assert len(messages) == 2
        assert messages[1].startswith("security, ecowas: well again")

    def test_what_gets_better_but_not_well_is_not_told(self) -> None:
        assert len(told(Memory(), BROKEN, DEGRADED, DEGRADED, BROKEN, OK)) == 2

    def test_a_silent_section_is_told_once(self) -> None:
        memory = Memory()
        told(memory, OK, ending(section="ecowas"))
        later = NOON + timedelta(hours=3)

        first = list(listen(memory, {"": 7_200}, ClockTime(later)))
        second = list(listen(memory, {"": 7_200}, ClockTime(later)))
        over = told(memory, ending(ended_at=later), ending(section="ecowas", ended_at=later))

        assert len(first) == 1
        assert "nothing was read since 2026-11-28 12:00 UTC" in first[0]
        assert second == []
        assert over == ["security, ecowas: well again at 2026-11-28 15:00 UTC, after 180 min."]

    def test_a_section_has_a_limit_of_its_own(self) -> None:
        memory = Memory()
        told(memory, OK)

        assert (
            list(listen(memory, {"security": 90_000, "": 60}, ClockTime(NOON + timedelta(days=1))))
            == []
        )

    def test_a_section_that_is_down_is_not_told_as_silent_too(self) -> None:
        memory = Memory()
        told(memory, OK, BROKEN)

        assert list(listen(memory, {"": 60}, ClockTime(NOON + timedelta(days=1)))) == []


def fill(disk: Path) -> None:
    """Write to a disk until it takes no more."""
    with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4_096)):
            pass


class TestMemory:
    def test_it_is_kept_as_it_was(self, tmp_path: Path) -> None:
        with remembered(tmp_path / "var") as memory:
            told(memory, BROKEN, ending(section="ecowas"))
            memory.unsent.append(Unsent("x", ["0123"]))
        with remembered(tmp_path / "var") as kept:
            assert kept == memory
            assert kept.incidents[0].cause is Cause.SITE

    @pytest.mark.parametrize("content", ["", "[]", "{", "\0", '{"incidents": 1}', "null"])
    def test_a_damaged_one_is_begun_again(self, content: str, tmp_path: Path) -> None:
        (tmp_path / "incidents.json").write_text(content)

        assert read(tmp_path / "incidents.json") == Memory()

    def test_it_is_written_in_place_on_a_full_disk(self, tmp_path: Path) -> None:
        disk = tmp_path / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True
        )
        if mounted.returncode:
            pytest.skip(f"no file system can be mounted: {mounted.stderr.decode().strip()}")
        try:
            write(disk / "incidents.json", Memory())
            fill(disk)
            memory = Memory(degraded_runs={"security": 1})
            write(disk / "incidents.json", memory)

            assert read(disk / "incidents.json") == memory
        finally:
            subprocess.run(["umount", disk], check=True)


class TestPing:
    @pytest.mark.parametrize(
        ("template", "verdict", "path"),
        [
            ("/abc", "ok", "/abc"),
            ("/abc", "unchanged", "/abc"),
            ("/abc", "degraded", "/abc"),
            ("/abc", "broken", "/abc/fail"),
            ("/abc/", "broken", "/abc/fail"),
            ("/{section}?rid=1", "broken", "/security/fail?rid=1"),
        ],
    )
    def test_it_asks_by_verdict(
        self, template: str, verdict: str, path: str, hook: WebHook
    ) -> None:
        assert ping(f"http://127.0.0.1:{hook.port}{template}", ending(verdict)) == ""

        assert hook.paths == [path]

    def test_a_failure_says_why(self, hook: WebHook) -> None:
        hook.status = 500

        assert "500" in ping(f"http://127.0.0.1:{hook.port}/", ending())
        assert "refused" in ping("http://127.0.0.1:1/", ending())


def test_metrics_are_as_prometheus_reads_them(tmp_path: Path) -> None:
    lines = list(metric_lines(ending("degraded", Cause.READING, troubles={"article": 2}), NOON))

    assert 'diplonews_verdict{section="security",verdict="degraded"} 1' in lines
    assert 'diplonews_verdict{section="security",verdict="ok"} 0' in lines
    assert 'diplonews_troubles{section="security",kind="article"} 2' in lines
    assert (
        f'diplonews_last_read_timestamp_seconds{{section="security"}} {NOON.timestamp():.15g}'
        in (lines)
    )
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    text = "\n".join(lines) + "\n"
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_alert_rules_are_as_prometheus_reads_them() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    rules = Path(__file__).parent.parent / "deploy" / "prometheus-rules.yml"
    checked = subprocess.run([promtool, "check", "rules", rules], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    names = set(re.findall(r"diplonews_\w+", rules.read_text()))
    known = {name for line in metric_lines(ending(), NOON) for name in line.split("{")[:1]}
    assert names <= known


@pytest.mark.parametrize("urls", ["nope://x", "json://127.0.0.1 nope://u:SECRET@x"])
def test_urls_that_nobody_knows_are_refused_without_their_secrets(urls: str) -> None:
    with pytest.raises(SettingError, match="is none") as refused:
        sending.check(urls)

    assert "SECRET" not in str(refused.value)


def test_a_wrong_address_is_told_before_anything_is_asked(crawl: Crawl, replica: Replica) -> None:
    done = crawl("security", DIPLONEWS_NOTIFY="nope://host")

    assert done.status == 2
    assert "number 1 (nope://…) is none" in done.log
    assert replica.requests == []


def small_files() -> None:
    """Arrange that no file grows over the size of the memory's own."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))


def test_what_the_site_wrote_is_text_in_a_message_and_steers_nothing(hook: WebHook) -> None:
    """A message quotes addresses and pages: no link, picture or command of theirs is to work."""
    site_text = "\x1b[2J<img src=http://evil.example/x>\u202e\rBcc: all@evil.example"
    message = f"security is broken: {site_text}\nIt said {site_text}.\nCause: site."

    with mail_server() as (mailbox, port):
        mail = f"mailto://127.0.0.1:{port}/?from=c@site.example&to=us@site.example"
        assert sending.send(f"{mail} json://127.0.0.1:{hook.port}/", message)

    escaped = r"\x1b[2J<img src=http://evil.example/x>\u202e\rBcc: all@evil.example"
    assert mailbox.subjects == [f"diplonews: security is broken: {escaped}"]
    for kind, text in mailbox.texts:
        assert "<img" not in text or kind == "text/plain"
    (document,) = hook.documents
    assert document["title"] == f"diplonews: security is broken: {escaped}"
    assert document["message"] == f"It said {escaped}.\nCause: site."


class TestADayOfIncidents:
    """Of each incident one message, and one when it is over, to a web hook and by mail."""

    @pytest.fixture
    def watched(self, crawl: Crawl, hook: WebHook) -> Iterator[Crawl]:
        with mail_server() as (self.mailbox, port):
            mail = f"mailto://127.0.0.1:{port}/?from=crawler@site.example&to=us@site.example"
            crawl.environment = {
                "DIPLONEWS_NOTIFY": f"json://127.0.0.1:{hook.port} {mail}",
                "DIPLONEWS_PING": f"http://127.0.0.1:{hook.port}/{{section}}",
                "DIPLONEWS_METRICS": str(crawl.var.with_name("metrics")),
                "DIPLONEWS_HOLD_SECONDS": "0",
            }
            yield crawl

    def test_it(self, watched: Crawl, replica: Replica, hook: WebHook) -> None:
        def crawl_all(times: int = 1) -> None:
            for _ in range(times):
                watched("security")
                watched("international")

        crawl_all()
        assert hook.messages == []

        replica.fail(r"^/(?!robots)", status=503)
        crawl_all(3)
        replica.heal()
        crawl_all(2)
        assert self._new(hook) == ["security is broken", "security, international: well again"]

        archive = watched.var / "archive.sqlite"
        kept = archive.with_name("kept")
        archive.rename(kept)
        archive.write_bytes(b"no database " * 1_000)
        crawl_all(2)
        archive.unlink()
        kept.rename(archive)
        crawl_all()
        assert self._new(hook) == ["security is broken", "security, international: well again"]

        replica.publish(["security"])
        watched("security", arrange=small_files)
        watched("security", arrange=small_files)
        crawl_all()
        assert self._new(hook) == ["security is broken", "security: well again"]

        replica.theme = "renamed"
        for _ in range(2):
            replica.publish(["security"])
            watched("security")
        replica.theme = "jnews"
        replica.publish(["security"])
        crawl_all(2)
        assert self._new(hook) == ["security is degraded", "security: well again"]

        time.sleep(1.2)
        silence = "DIPLONEWS_FRESH_SECONDS=1"
        for _ in range(2):
            watched.call("status", "--notify", "-s", silence)
        crawl_all()
        assert self._new(hook) == ["security is broken", "security, international: well again"]

        assert len(self.mailbox.subjects) == len(hook.documents) == 10
        assert self.mailbox.subjects[0].startswith("diplonews: security is broken")
        assert "/security" in hook.paths
        assert "/security/fail" in hook.paths
        metrics = watched.var.with_name("metrics") / "diplonews_security.prom"
        assert 'diplonews_verdict{section="security",verdict="unchanged"} 1' in metrics.read_text()

    def _new(self, hook: WebHook) -> list[str]:
        """Return how the messages begin that came since the last call."""
        count = getattr(self, "count", 0)
        self.count = len(hook.messages)
        begin = re.compile(r"diplonews: ([a-z, ]+(is broken|is degraded|: well again))")
        return [begin.match(message)[1] for message in hook.messages[count:]]  # type: ignore[index]


def test_a_message_that_nobody_takes_is_sent_again(
    crawl: Crawl, replica: Replica, hook: WebHook
) -> None:
    crawl.environment = {"DIPLONEWS_NOTIFY": f"json://127.0.0.1:{hook.port}"}
    hook.status = 500
    replica.fail(r"^/(?!robots)", status=503)

    failed = crawl("security")
    hook.status = 200
    sent = crawl("security")

    assert "expected all of its addresses to take a message" in failed.log
    assert "expected all of its addresses" not in sent.log
    assert len(hook.messages) == 1
    assert json.loads((crawl.var / "incidents.json").read_text())["unsent"] == []


def test_an_address_that_is_down_delays_no_other_and_doubles_nothing(
    crawl: Crawl, replica: Replica, hook: WebHook
) -> None:
    """The incident begins and ends while one of two receivers is down."""
    with web_hook() as other:
        addresses = [f"json://user:SECRET@127.0.0.1:{receiver.port}" for receiver in (hook, other)]
        crawl.environment = {
            "DIPLONEWS_NOTIFY": " ".join(addresses), "DIPLONEWS_HOLD_SECONDS": "0",
        }  # fmt: skip
        hook.status = 500
        replica.fail(r"^/(?!robots)", status=503)
        crawl("security")
        crawl("security")
        replica.heal()
        crawl("security")
        kept = (crawl.var / "incidents.json").read_text()
        hook.status = 200
        crawl("security")
        crawl("security")

        assert len(other.messages) == 2
        assert hook.messages == other.messages
        assert "is broken" in hook.messages[0]
        assert "well again" in hook.messages[1]
    assert "is broken" in kept
    assert "SECRET" not in kept


def test_what_a_wrong_address_did_not_take_the_right_one_gets(hook: WebHook) -> None:
    right, wrong = f"json://127.0.0.1:{hook.port}", "json://127.0.0.1:1"
    left = sending.send_all(
        wrong, [Unsent("it is down\nSince noon."), Unsent("it is up\nSince one.")]
    )

    assert [one.message for one in left] == ["it is down\nSince noon.", "it is up\nSince one."]
    assert sending.send_all(right, left) == []
    assert len(hook.messages) == 2


def test_without_the_settings_nothing_is_kept(crawl: Crawl) -> None:
    crawl("security")

    assert not (crawl.var / "incidents.json").exists()


def test_a_broken_run_is_told_though_nothing_can_be_remembered(
    crawl: Crawl, replica: Replica, hook: WebHook
) -> None:
    crawl.environment = {"DIPLONEWS_NOTIFY": f"json://127.0.0.1:{hook.port}"}
    (crawl.var / "incidents.json").mkdir(parents=True)
    replica.fail(r"^/(?!robots)", status=503)

    run = crawl("security")

    assert run.status == 4
    assert "DIPLONEWS_NOTIFY: expected to note what was sent, found" in run.log
    assert [message.partition(":")[2][:20] for message in hook.messages] == [
        " security is broken:"
    ]


def test_of_too_many_messages_the_oldest_are_said_in_the_log(
    crawl: Crawl, replica: Replica, hook: WebHook
) -> None:
    crawl.environment = {"DIPLONEWS_NOTIFY": f"json://127.0.0.1:{hook.port}"}
    with remembered(crawl.var) as memory:
        memory.unsent = [Unsent(f"message {number}") for number in range(20)]
    hook.status = 500
    replica.fail(r"^/(?!robots)", status=503)

    run = crawl("security")

    assert "expected an address to take this, found none: message 0" in run.log
    assert "found none: message 1" not in run.log
    kept = json.loads((crawl.var / "incidents.json").read_text())["unsent"]
    assert (len(kept), kept[0]["message"]) == (20, "message 1")
