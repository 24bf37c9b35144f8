"""Crawls go on after a restored archive as if it had never been away."""

from pathlib import Path

import pytest

from diplonews.demo import Replica
from tests.support.crawling import AT_ONCE, Crawl
from tests.support.killing import amiss
from tests.support.postgresql import Cluster

SPIDERS = ("security", "ecowas", "international", "recheck")


def edit(replica: Replica, crawl: Crawl, name: str) -> None:
    """Have editors do everything, and runs see it."""
    first, second, third, *_ = sorted(replica.truth("security"))
    replica.publish(["security", "ghana"])
    replica.edit(first, headline=f"Talks of {name}")
    replica.rename(second)
    replica.withdraw(third)
    for spider in (*SPIDERS, "recheck"):
        assert crawl(spider).status == 0


def remove_archive(crawl: Crawl) -> None:
    for path in crawl.var.glob("archive.sqlite*"):
        path.unlink()


def assert_nothing_amiss(crawl: Crawl, replica: Replica) -> None:
    """Assert that the next runs lose nothing and double nothing, and that all agrees."""
    feed_id = crawl.manifest()["feed_id"]
    edit(replica, crawl, "tomorrow")
    counts = amiss(replica, crawl.var)
    assert {name: counts[name] for name in ("lost", "extra", "doubled")} == dict.fromkeys(
        ("lost", "extra", "doubled"), 0
    )
    done = crawl.call("verify")
    assert done.stdout.strip().endswith("0 differences"), done.stdout
    assert crawl.manifest()["feed_id"] == feed_id


@pytest.fixture
def lived(crawl: Crawl, replica: Replica) -> Path:
    """Return a backup that an archive has gone on since."""
    crawl.environment |= AT_ONCE
    for spider in SPIDERS:
        crawl(spider)
    backup = crawl.var.parent / "backup.tar"
    assert crawl.call("backup", "--captures", str(backup)).returncode == 0
    edit(replica, crawl, "today")
    return backup


def test_of_an_older_backup_beside_newer_feeds(
    lived: Path, crawl: Crawl, replica: Replica
) -> None:
    before, last_seq = crawl.changes("security"), crawl.manifest()["last_seq"]
    refused = crawl.call("restore", str(lived))
    remove_archive(crawl)
    cut = crawl.var.parent / "cut.tar"
    cut.write_bytes(lived.read_bytes()[:-40_000])

    torn = crawl.call("restore", str(cut))
    still_lost = crawl("security")
    done = crawl.call("restore", str(lived))

    assert (refused.returncode, torn.returncode, still_lost.status) == (4, 4, 4)
    assert "--replace takes its place" in refused.stderr
    assert "expected a whole backup" in torn.stderr
    assert done.returncode == 0, done.stderr
    assert "taken from the feeds, which go to seq" in done.stdout
    assert crawl.changes("security") == before
    assert crawl.manifest()["last_seq"] == last_seq
    assert_nothing_amiss(crawl, replica)
    after = crawl.changes("security")
    assert after[: len(before)] == before


def test_of_a_lost_archive_that_is_adopted(lived: Path, crawl: Crawl, replica: Replica) -> None:
    before = crawl.changes("security")
    remove_archive(crawl)

    done = crawl.call("verify", "--adopt")

    assert done.returncode == 0, done.stderr + done.stdout
    assert crawl.changes("security") == before
    assert_nothing_amiss(crawl, replica)


def test_into_postgresql_without_feeds(
    lived: Path, crawl: Crawl, replica: Replica, cluster: Cluster, tmp_path: Path
) -> None:
    settings = AT_ONCE | {"DIPLONEWS_ARCHIVE": cluster.new_database()}
    moved = Crawl(crawl.origin, tmp_path / "moved" / "var", settings)

    done = moved.call("restore", str(lived))

    assert done.returncode == 0, done.stderr
    assert moved.manifest()["feed_id"] != crawl.manifest()["feed_id"]
    names = {path.name for path in (crawl.var / "captures").rglob("*.warc.gz")}
    assert {path.name for path in (moved.var / "captures").rglob("*.warc.gz")} < names
    assert_nothing_amiss(moved, replica)
