"""``deploy/install`` does what it says, and with ``--dry-run`` says what it would do."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.forks import PROJECT

# Programs that change a machine: none of them may be called where only a folder is filled.
CHANGING = ["useradd", "userdel", "systemctl", "crontab", "chown", "runuser"]


class Installer:
    """Calls the script of a checkout; programs that would change this machine are written down."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.checkout = folder / "checkout"
        self.calls = folder / "calls"
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in [*CHANGING, "make"]:
            program = self.programs / name
            program.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\n')
            program.chmod(0o755)
        self.python = self.programs / "python"
        self.python.symlink_to(sys.executable)
        shutil.copytree(PROJECT / "deploy", self.checkout / "deploy")
        self.git("init", "--quiet")
        self.commit("first")

    def commit(self, content: str) -> None:
        (self.checkout / "file").write_text(content)
        self.git("add", "--all")
        name = ["-c", "user.name=x", "-c", "user.email=x@site.example"]
        self.git(*name, "commit", "--quiet", "--message", content)

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", self.checkout, *arguments], check=True)

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.programs}:{os.environ['PATH']}"
        return subprocess.run(
            [self.checkout / "deploy/install", *arguments],
            env={"PATH": path}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def into_folder(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        python = next(
            (
                program
                for program in map(Path, ("/usr/bin/python3", "/usr/local/bin/python3"))
                if is_usable(program)
            ),
            None,
        )
        if python is None:
            pytest.skip("no Python with venv is outside of /root and /home")
        return self("--root", str(self.root), "--python", str(python), *arguments)

    @property
    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


def is_usable(python: Path) -> bool:
    code = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    return (
        python.exists()
        and not subprocess.run([python, "-c", code], capture_output=True, check=False).returncode
    )


@pytest.fixture
def installer(tmp_path: Path) -> Installer:
    return Installer(tmp_path)


def test_it_fills_a_folder(installer: Installer) -> None:
    done = installer.into_folder("--set", "DIPLONEWS_CONTACT=a&b@site.example/\\1")

    assert done.returncode == 0, done.stderr
    assert (installer.root / "opt/diplonews/file").read_text() == "first"
    settings = (installer.root / "etc/diplonews.env").read_text()
    assert "DIPLONEWS_CONTACT='a&b@site.example/\\1'\n\n# Where archive" in settings
    units = {path.name for path in (installer.root / "etc/systemd/system").iterdir()}
    assert units == {path.name for path in (PROJECT / "deploy/systemd").iterdir()}
    assert (installer.root / "var/lib/diplonews").is_dir()
    assert (installer.root / "var/backups/diplonews").is_dir()
    (make,) = installer.called  # and nothing that would change this machine
    assert re.fullmatch(r"make .*-C \S+/root/opt/diplonews PYTHON=\S+ \.venv/run", make)


def test_it_brings_an_installation_up_to_the_checkout(installer: Installer) -> None:
    installer.into_folder("--set", "DIPLONEWS_CONTACT=us@site.example")
    old = installer.root / "etc/systemd/system/diplonews-older.timer"
    old.write_text("of an earlier version")
    installer.commit("second")

    done = installer.into_folder("--set", "DIPLONEWS_PING=http://site.example/a?b=")

    assert done.returncode == 0, done.stderr
    assert (installer.root / "opt/diplonews/file").read_text() == "second"
    assert not old.exists()
    settings = (installer.root / "etc/diplonews.env").read_text()
    assert "DIPLONEWS_CONTACT='us@site.example'\n" in settings
    assert "DIPLONEWS_PING='http://site.example/a?b='\n" in settings


def test_a_checkout_of_another_history_changes_nothing(installer: Installer) -> None:
    installer.into_folder("--set", "DIPLONEWS_CONTACT=us@site.example")
    installer.git("checkout", "--quiet", "--orphan", "other")
    installer.commit("other")

    done = installer.into_folder()

    assert done.returncode == 2
    assert "expected a checkout that goes on from" in done.stderr
    assert (installer.root / "opt/diplonews/file").read_text() == "first"


@pytest.mark.parametrize("is_purged", [False, True])
def test_it_takes_away_what_it_brought(installer: Installer, *, is_purged: bool) -> None:
    installer.into_folder("--set", "DIPLONEWS_CONTACT=us@site.example")
    archive = installer.root / "var/lib/diplonews/archive.sqlite"
    archive.write_text("kept")

    done = installer.into_folder("--uninstall", *["--purge"] * is_purged)

    assert done.returncode == 0, done.stderr
    assert archive.exists() is not is_purged
    left = {str(p.relative_to(installer.root)) for p in installer.root.rglob("*") if p.is_file()}
    kept = set() if is_purged else {"etc/diplonews.env", "var/lib/diplonews/archive.sqlite"}
    assert left == kept


def test_a_dry_run_prints_the_steps_and_does_none(installer: Installer) -> None:
    done = installer("--dry-run", "--cron")
    systemd = installer("--dry-run")

    assert (done.returncode, systemd.returncode) == (0, 0), done.stderr + systemd.stderr
    steps = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
    for step in ("+ install -d", "+ git", "+ make", "+ crontab -u diplonews"):
        assert any(line.startswith(step) for line in steps), step
    assert steps[-1].startswith("+ crontab -u diplonews")  # when all else is there
    for timer in (PROJECT / "deploy/systemd").glob("*.timer"):
        assert f"+ systemctl enable --quiet --now {timer.name}" in systemd.stdout
    assert [
        call for call in installer.called if not call.startswith("crontab -u diplonews -l")
    ] == []


def test_nothing_is_scheduled_without_a_contact(installer: Installer) -> None:
    done = installer.into_folder()

    assert done.returncode == 0
    assert "expected DIPLONEWS_CONTACT" in done.stdout
    assert not (installer.root / "etc/systemd").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--what"], "expected one of these options, found --what"),
        (["--set"], "--set: expected a value after it"),
        (["--set", "CONTACT=x"], "expected DIPLONEWS_NAME=VALUE, found CONTACT=x"),
        (["--set", "DIPLONEWS_CONTACT=x'; rm -r /"], "expected a value without a quote"),
        (["--purge"], "--purge: expected --uninstall beside it"),
        (["--python", "/bin/false", "--dry-run"], "--python: expected Python 3.11 or newer"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_done(
    arguments: list[str], message: str, installer: Installer
) -> None:
    done = installer(*arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert installer.called == []
    assert not installer.root.exists()


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    program = shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    scripts = [
        PROJECT / "deploy" / name
        for name in ("install", "daily", "quietly", "as-service", "schedule")
    ]

    done = subprocess.run([program, *scripts], capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("", 0)
