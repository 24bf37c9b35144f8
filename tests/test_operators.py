"""What operators get wrong is told in a sentence: arguments, paths, files, databases."""

import os
from pathlib import Path

import psycopg
import pytest

from diplonews.archive import Archive
from diplonews.errors import ArchiveError
from diplonews.setting_table import FolderPath
from tests.support.crawling import Crawl
from tests.support.postgresql import Cluster


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
