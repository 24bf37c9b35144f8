"""What operators get wrong is told in a sentence: arguments, paths, files, databases."""

import os
import shlex
import subprocess
from pathlib import Path

import psycopg
import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.errors import ArchiveError
from diplonews.setting_kinds import FolderPath
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT
from tests.support.postgresql import Cluster
from tests.support.truth import by_post_id


@pytest.mark.parametrize(
    "call",
    ["crawl security --backfill", "verify --fix", "why 100 --jsn", "doctor -x", "savepage --all"],
)
def test_an_option_that_is_none_is_named(call: str, crawl: Crawl) -> None:
    done = crawl.call(*call.split())

    option = next(part for part in call.split() if part.startswith("-"))
    assert done.returncode == 2
    assert done.stderr == (
        f"{option}: expected an option that this command has (`-h` lists them)\n"
    )
    assert not crawl.var.exists()


def test_a_folder_whose_name_is_too_long_is_told(crawl: Crawl, tmp_path: Path) -> None:
    crawl.environment = {"DIPLONEWS_VAR": str(tmp_path / ("x" * 300))}

    done = crawl.call("crawl", "security")

    assert done.returncode == 4
    assert "folder to write to (DIPLONEWS_VAR), found: File name too long" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_of_another_encoding_is_told_with_the_reason() -> None:
    with pytest.raises(ValueError, match="bytes that are none of this locale's letters"):
        FolderPath().read(os.fsdecode(b"/srv/\xff"))


@pytest.mark.parametrize("place", ["current", "changes"])
def test_a_folder_in_the_place_of_a_feed_is_a_difference(place: str, crawl: Crawl) -> None:
    crawl("security")
    feed = next((crawl.var / "feeds" / place / "security").glob("*.jsonl"))
    feed.unlink()
    feed.mkdir()

    done = crawl.call("verify")

    assert done.returncode == 3, done.stderr
    assert (
        f"{place}/security/{feed.name}: expected a file, found one that cannot be read: "
        "Is a directory" in done.stdout
    )


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_keep_every_letter_is_refused(
    encoding: str, cluster: Cluster
) -> None:
    name = f"in_{encoding.lower()}"
    with psycopg.connect(host=str(cluster.folder), user="postgres", autocommit=True) as server:
        server.execute(
            f"CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' "
            f"TEMPLATE template0".encode()
        )

    with pytest.raises(ArchiveError, match=f"expected a database in UTF8, found {encoding}"):
        Archive.open(f"postgresql://postgres@/{name}?host={cluster.folder}")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_hinders_no_run(
    closed: str, crawl: Crawl, replica: Replica
) -> None:
    command = f"exec {shlex.join(crawl.command('crawl', 'security'))} {closed}"

    done = subprocess.run(
        ["/bin/sh", "-c", command], env=crawl.variables(), cwd=PROJECT, timeout=300, check=False
    )

    assert done.returncode == 0
    assert crawl.call("verify").returncode == 0
    assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_nor_a_command_that_prints(closed: str, crawl: Crawl) -> None:
    crawl("security")
    command = f"exec {shlex.join(crawl.command('why', '100'))} {closed}"

    done = subprocess.run(
        ["/bin/sh", "-c", command], env=crawl.variables(), cwd=PROJECT, timeout=300, check=False,
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode in {0, 3}
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("target", ["file", "nothing", "itself"])
def test_what_stands_in_the_place_of_the_folder_is_named(target: str, crawl: Crawl) -> None:
    if target == "file":
        crawl.var.touch()
    else:
        crawl.var.symlink_to(crawl.var if target == "itself" else crawl.var / "../nowhere")

    done = crawl.call("crawl", "security")

    found = "a file" if target == "file" else "a link to nothing"
    assert done.returncode == 4
    assert f"expected a folder to write to (DIPLONEWS_VAR), found: {found}\n" in done.stderr


def test_a_read_only_file_system_is_told(crawl: Crawl) -> None:
    if os.geteuid():
        pytest.skip("mounting needs root")
    crawl.var.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", crawl.var], check=True)
    try:
        done = crawl.call("crawl", "security")
    finally:
        subprocess.run(["umount", crawl.var], check=True)

    assert done.returncode == 4
    assert "(DIPLONEWS_VAR), found: Read-only file system" in done.stderr
