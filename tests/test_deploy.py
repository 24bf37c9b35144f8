"""The schedule in ``deploy/`` is whole, and means the same to systemd and to cron."""

import os
import re
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from diplonews import settings
from diplonews.runs.verdict import EXIT_STATUS, LOCKED, WRONG_ARGUMENT
from diplonews.site import SECTIONS

PROJECT = Path(__file__).parent.parent
SPIDERS = [*SECTIONS, "recheck"]
DAILY = ["backup", "verify", "prune"]
GOOD = {EXIT_STATUS["unchanged"], EXIT_STATUS["ok"], LOCKED}
KILLED = 128 + 9
STATUSES = sorted({*EXIT_STATUS.values(), WRONG_ARGUMENT, LOCKED, KILLED})


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Return a folder where all is installed, under its own paths: /opt/diplonews is in it.

    Its scrapy says what it was called with and what it was set to, and exits with ``STATUS``.
    """
    shutil.copytree(PROJECT / "deploy", tmp_path / "opt/diplonews/deploy")
    (tmp_path / "etc").mkdir()
    shutil.copy(PROJECT / "deploy/diplonews.env", tmp_path / "etc")
    for path in (tmp_path / "opt").rglob("*"):
        if path.is_file():
            text = path.read_text()
            path.write_text(re.sub(r"(?=/opt/diplonews|/etc/diplonews)", str(tmp_path), text))
    scrapy = tmp_path / "opt/diplonews/.venv/bin/scrapy"
    fake(scrapy, 'echo "$* into $DIPLONEWS_VAR"; exit $STATUS')
    fake(tmp_path / "bin/sleep", 'echo "$1" >> "$(dirname "$0")/slept"')
    fake(tmp_path / "bin/id", "echo diplonews")  # cron calls the schedule as that user
    return tmp_path


def fake(program: Path, script: str) -> None:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def timer(instance: str, unit: str = "diplonews") -> dict[str, str]:
    text = (PROJECT / f"deploy/systemd/{unit}@{instance}.timer").read_text()
    return dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))


def cron_lines(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Return for each spider the minutes, and what cron calls then."""
    text = (folder / "deploy/crontab").read_text()
    (shell,) = re.findall(r"^SHELL=(/bin/bash)$", text, re.MULTILINE)
    found = re.findall(r"^(\S+) +\* \* \* \*  (.* (\w+))$", text, re.MULTILINE)
    return {name: (minutes, [shell, "-c", as_cron_reads(code)]) for minutes, code, name in found}


def as_cron_reads(code: str) -> str:
    r"""Return the part of *code* that is for the shell: a bare % ends it.

    >>> as_cron_reads(r"date +\%H"), as_cron_reads("date +%H")
    ('date +%H', 'date +')
    """
    return re.split(r"(?<!\\)%", code)[0].replace(r"\%", "%")


def minutes_of(field: str) -> set[int]:
    """Return the minutes of an hour that *field* of a crontab or timer names.

    >>> sorted(minutes_of("4-59/15")), minutes_of("4/15") == minutes_of("4-59/15")
    ([4, 19, 34, 49], True)
    """
    first, _, step = field.replace("-59", "").partition("/")
    return set(range(int(first), 60, int(step or 60)))


def test_systemd_finds_nothing_amiss_in_the_units(machine: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    units = sorted((machine / "opt/diplonews/deploy/systemd").iterdir())

    done = subprocess.run(
        [program, "verify", *units], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


def test_every_section_and_recheck_is_on_both_schedules() -> None:
    timers = (PROJECT / "deploy/systemd").glob("*.timer")

    crawls = {f"diplonews@{spider}" for spider in SPIDERS}
    daily = {f"diplonews-daily@{task}" for task in DAILY}
    assert {path.stem for path in timers} == {*crawls, *daily, "diplonews-watch"}
    assert list(cron_lines(PROJECT)) == SPIDERS


@pytest.mark.parametrize("task", DAILY)
def test_each_task_of_the_night_has_one_time_in_both_schedules(task: str, machine: Path) -> None:
    when = timer(task, "diplonews-daily")["OnCalendar"]
    line = re.search(
        rf"^(\d+) +(\d+) +\* \* \*  (\S+ {task})$",
        (PROJECT / "deploy/crontab").read_text(),
        re.MULTILINE,
    )

    assert line is not None
    assert when == f"*-*-* {int(line[2]):02}:{line[1]}"
    status, printed, _ = call(machine, "daily", task)
    name = f" /var/backups/diplonews/{datetime.now().astimezone():%A}.tar"
    arguments = {"backup": name, "prune": " --wait"}.get(task, "")
    assert (status, printed) == (
        4, f"{task}{arguments} into /var/lib/diplonews\n(exit status 4)\n",
    )  # fmt: skip


def test_services_are_hardened_alike(machine: Path) -> None:
    """All but the one that mails, since mail programs are setgid."""
    program = shutil.which("systemd-analyze")
    units = sorted((machine / "opt/diplonews/deploy/systemd").glob("*.service"))
    hardening = {
        unit.name: unit.read_text().partition("# It may write to")[2]
        for unit in units
        if unit.name != "diplonews-failed@.service"
    }

    assert len(hardening) == 3
    assert len(set(hardening.values())) == 1
    assert "NoNewPrivileges=yes" in hardening["diplonews@.service"]
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    for name in hardening:
        unit = machine / "opt/diplonews/deploy/systemd" / name
        done = subprocess.run(
            [program, "security", "--offline=yes", "--threshold=15", unit],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("spider", SPIDERS)
def test_both_schedules_name_the_same_minutes(spider: str) -> None:
    when = timer(spider)["OnCalendar"].removeprefix("*:")

    assert minutes_of(when) == minutes_of(cron_lines(PROJECT)[spider][0])


def test_no_two_start_in_the_same_minute_however_late() -> None:
    starts = [
        (minute + late) % 60
        for field, _ in cron_lines(PROJECT).values()
        for minute in minutes_of(field)
        for late in (0, 1)
    ]

    assert len(starts) == len(set(starts))


def test_timers_differ_in_their_name_and_minutes_only() -> None:
    units = [timer(spider) for spider in SPIDERS]
    for unit in units:
        del unit["Description"], unit["OnCalendar"]

    assert all(unit == units[0] for unit in units)
    assert units[0]["RandomizedDelaySec"] == "1min"


@pytest.mark.parametrize("spider", SPIDERS)
@pytest.mark.parametrize("status", STATUSES)
def test_cron_mails_what_was_said_unless_it_is_good(
    status: int, spider: str, machine: Path
) -> None:
    _, command = cron_lines(machine / "opt/diplonews")[spider]
    environment = {"PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "STATUS": str(status)}

    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    said = f"crawl {spider} into /var/lib/diplonews\n(exit status {status})\n"
    assert (done.stdout, done.stderr) == ("" if status in GOOD else said, "")
    assert done.returncode == status
    assert int((machine / "bin/slept").read_text()) in range(60)


def call(machine: Path, script: str, *arguments: str) -> tuple[int, str, str]:
    """Call a script of ``deploy/`` as the service's user; its scrapy exits with 4."""
    environment = {"PATH": f"{machine / 'bin'}:{os.environ['PATH']}", "STATUS": "4"}
    done = subprocess.run(
        [machine / "opt/diplonews/deploy" / script, *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["doctor --live", "why https://x.example/", "verify", "list"])
@pytest.mark.parametrize("script", ["quietly", "as-service"])
def test_what_is_asked_by_hand_is_printed(script: str, command: str, machine: Path) -> None:
    status, printed, _ = call(machine, script, *command.split())

    ending = "(exit status 4)\n" if script == "quietly" else ""
    assert (status, printed) == (4, f"{command} into /var/lib/diplonews\n{ending}")


@pytest.mark.parametrize(("script", "stream"), [("quietly", 1), ("as-service", 2)])
def test_a_machine_without_settings_is_told_of(script: str, stream: int, machine: Path) -> None:
    (machine / "etc/diplonews.env").unlink()

    answer = call(machine, script, "crawl", "security")

    assert answer[0] == 2
    assert "etc/diplonews.env: expected the settings of this machine" in str(answer[stream])


def test_root_s_commands_run_as_the_service_s_user(machine: Path) -> None:
    if os.geteuid() or shutil.which("runuser") is None:
        pytest.skip("only root may run a command as another user")
    (machine / "bin/id").unlink()
    with tempfile.TemporaryDirectory() as folder:  # one that everybody may enter
        Path(folder).chmod(0o755)
        shutil.copytree(machine / "opt", Path(folder) / "opt", symlinks=True)
        text = (Path(folder) / "opt/diplonews/deploy/as-service").read_text()
        text = text.replace("user=diplonews", "user=nobody").replace(str(machine), folder)
        (Path(folder) / "opt/diplonews/deploy/as-service").write_text(text)
        (Path(folder) / "etc").mkdir()
        (Path(folder) / "etc/diplonews.env").write_text("DIPLONEWS_VAR=$(id -un)\nSTATUS=0\n")

        done = subprocess.run(
            [Path(folder) / "opt/diplonews/deploy/as-service", "why", "7"],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert (done.stdout, done.stderr, done.returncode) == ("why 7 into nobody\n", "", 0)


def test_systemd_takes_the_same_for_good_as_cron() -> None:
    unit = (PROJECT / "deploy/systemd/diplonews@.service").read_text()

    (statuses,) = re.findall(r"^SuccessExitStatus=(.*)$", unit, re.MULTILINE)
    assert {0, *map(int, statuses.split())} == GOOD


def test_every_setting_of_the_example_is_one() -> None:
    text = (PROJECT / "deploy/diplonews.env").read_text()

    names = re.findall(r"^(\w+)='.*'$", text, re.MULTILINE)
    assert names == [
        "DIPLONEWS_CONTACT", "DIPLONEWS_VAR", "DIPLONEWS_ARCHIVE", "DIPLONEWS_NOTIFY",
        "DIPLONEWS_PING",
    ]  # fmt: skip
    assert all(hasattr(settings, name) for name in names)


@pytest.mark.parametrize(
    ("notify", "status", "said", "is_printed"),
    [
        ("", 4, "broken", True),
        ("json://host", 4, "broken", False),
        ("json://host", 3, "degraded", False),
        ("json://host", 2, "a wrong setting", True),
        ("json://host", 4, "DIPLONEWS_NOTIFY: expected all of its addresses", True),
    ],
)
def test_cron_mails_only_what_the_crawler_could_not_tell(
    notify: str, status: int, said: str, is_printed: bool, machine: Path
) -> None:
    settings = machine / "etc/diplonews.env"
    text = settings.read_text().replace("DIPLONEWS_NOTIFY=''", f"DIPLONEWS_NOTIFY='{notify}'")
    settings.write_text(text)
    fake(machine / "opt/diplonews/.venv/bin/scrapy", f'echo "{said}"; exit {status}')

    done = subprocess.run(
        [machine / "opt/diplonews/deploy/quietly", "crawl", "ecowas"],
        env=os.environ | {"PATH": f"{machine}/bin:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == status
    assert (said in done.stdout) == is_printed
    assert bool(done.stdout) == is_printed


def test_a_container_runs_every_spider_and_ends_at_one_signal(machine: Path) -> None:
    calls = machine / "calls"
    fake(machine / "bin/scrapy", f'echo "$*" >> {calls}; [ "$2" != recheck ] || exit 4')
    fake(machine / "bin/sleep", f'echo "sleep" >> {calls}; exec /bin/sleep "$1"')
    os.mkfifo(calls)  # whoever reads it hears of each call as it is made

    schedule = subprocess.Popen(
        [machine / "opt/diplonews/deploy/schedule"],
        env={"PATH": f"{machine / 'bin'}:{os.environ['PATH']}"},
    )
    keeper = os.open(calls, os.O_RDWR)  # so that the pipe has no end between two calls
    try:
        with calls.open() as lines:
            said = [next(lines).rstrip() for _ in range(len(SPIDERS) + 2)]
        schedule.terminate()
        status = schedule.wait(timeout=30)
    finally:
        schedule.kill()
        os.close(keeper)

    assert said == [*(f"crawl {spider}" for spider in SPIDERS), "status --notify", "sleep"]
    assert status == 0


def test_the_container_is_built_from_the_lock_file_and_is_not_root() -> None:
    text = (PROJECT / "Dockerfile").read_text()

    assert "--require-hashes -r requirements.lock" in text
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["10001"]
    assert re.findall(r"^VOLUME (.*)$", text, re.MULTILINE) == ["/var/lib/diplonews"]
    for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE):
        assert all((PROJECT / name).exists() for name in line.split())
