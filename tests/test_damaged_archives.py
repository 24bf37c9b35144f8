"""An archive that somebody changed by hand is told in a sentence, by each command."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one small crawl."""
    var = tmp_path_factory.mktemp("damaged") / "var"
    with Replica(articles=8) as replica:
        assert Crawl(replica.origin, var)("security").status == 0
    return var


@pytest.fixture
def damaged(
    crawled: Path, tmp_path: Path, new_replica: Callable[..., Replica]
) -> Callable[[str], Crawl]:
    """Return a function that changes a copy of that folder's archive by SQL."""

    def change(sql: str) -> Crawl:
        var = tmp_path / "var"
        shutil.copytree(crawled, var)
        connection = sqlite3.connect(var / "archive.sqlite")
        connection.executescript(sql)
        connection.close()
        return Crawl(new_replica(articles=8).origin, var)

    return change


@pytest.mark.parametrize(
    ("sql", "command"),
    [
        ("UPDATE run SET started_at = 'soon'", "runs"),
        ("UPDATE run SET started_at = 'soon'", "status"),
        ("UPDATE event SET day = '../../etc', month = '../../etc'", "verify"),
        ("UPDATE article SET line = '{'", "why {}"),
        ("UPDATE article SET line = '[]'", "why {}"),
    ],
)
def test_a_command_says_what_it_found(
    sql: str, command: str, damaged: Callable[[str], Crawl]
) -> None:
    crawl = damaged(sql)
    some_id = crawl.current("security")[0]["id"]

    done = crawl.call(*command.format(some_id).split())

    first, *rest = done.stderr.splitlines()
    assert done.returncode == 4
    assert first.startswith("expected an archive as this code writes it, found ")
    assert all(line.startswith("    ") for line in rest)


@pytest.mark.parametrize("table", ["pending", "sighting"])
def test_a_run_says_it_without_a_traceback(table: str, damaged: Callable[[str], Crawl]) -> None:
    crawl = damaged(f"DROP TABLE {table}")

    run = crawl("security")

    assert (run.status, run.verdict) == (4, "broken")
    assert f"no such table: {table}" in run.log
    assert "Traceback" not in run.log


def test_an_archive_cannot_have_sqlite_load_a_program(damaged: Callable[[str], Crawl]) -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON run BEGIN SELECT load_extension('x.so'); END"

    run = damaged(trigger)("security")

    assert run.status == 4
    assert "load_extension" in run.log


def test_a_user_whom_the_system_does_not_know_needs_a_home() -> None:
    """Scrapy looks there for settings; docs/operations.md names the sentence."""
    unknown = ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
    if os.geteuid() or shutil.which("setpriv") is None:
        pytest.skip("another user's command needs root and setpriv")
    names = {name: value for name, value in os.environ.items() if name != "HOME"}

    done = [
        subprocess.run(
            [*unknown, *Crawl.command("list")], env=names | home, cwd=PROJECT, text=True,
            capture_output=True, check=False,
        )
        for home in ({}, {"HOME": "/nonexistent"})
    ]  # fmt: skip

    assert done[0].returncode == 1
    assert "Could not determine home directory" in done[0].stderr
    assert done[1].returncode == 0
    assert "security" in done[1].stdout
