"""An archive, a backup and feeds of an earlier schema: brought up to today's, and followed.

``tests/archives/schema-6.tar.xz`` was made on 2026-11-28 by the last code of schema 6 (the commit
before "The archive keeps a list of what was forgotten"), with the code of ``scrapy backup`` put
beside it. That crawled Security and ECOWAS of ``old_site()``, wrote ``before.tar``, saw the
editors' changes in two rechecks and another crawl, and left ``var``.
"""

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diplonews import site
from diplonews.archive.tables import SCHEMA
from diplonews.backups.backup_file import open_backup
from diplonews.demo import Replica
from tests.support.crawling import AT_ONCE, Crawl
from tests.support.following import recipe
from tests.support.tars import unpack
from tests.support.truth import without_nulls

FILE = Path(__file__).parent / "archives" / "schema-6.tar.xz"
PORT = 18606  # of the site that was crawled


def old_site() -> Replica:
    return Replica(articles=24, seed=6, now=datetime(2026, 11, 28, 6, tzinfo=UTC), port=PORT)


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """Yield the site as the old code saw it last, and one article more."""
    with old_site() as replica:
        first, second, third, *_ = sorted(replica.truth("security"))
        replica.edit(first, headline="Talks end")
        replica.rename(second)
        replica.withdraw(third)
        replica.publish(["security", "ghana"])
        yield replica


@pytest.fixture
def old(replica: Replica, tmp_path: Path) -> Crawl:
    """Return what the old code left: archive and feeds in ``var``, and a backup from before."""
    unpack(FILE, tmp_path)
    return Crawl(replica.origin, tmp_path / "var", dict(AT_ONCE))


def follow_all(crawl: Crawl, mine: dict[str, Any]) -> dict[str, Any]:
    follow = recipe()
    return {
        section: follow(crawl.var / "feeds", section, deepcopy(mine.get(section, {})))
        for section in site.SECTIONS
    }


def assert_followed(crawl: Crawl, mine: dict[str, Any], replica: Replica) -> None:
    """Assert that a crawl is fine, and that who followed until now has what feeds say then."""
    crawled = [crawl(spider).verdict for spider in ("security", "ecowas", "recheck")]

    after, current = follow_all(crawl, mine), follow_all(crawl, {})
    assert set(crawled) <= {"ok", "unchanged"}
    assert crawl.call("verify").stdout.strip().endswith("0 differences")
    for section in site.SECTIONS:
        assert after[section]["feed_id"] == mine[section]["feed_id"]
        assert after[section]["seq"] > mine[section]["seq"]
        articles, wanted = after[section]["articles"], current[section]["articles"]
        assert articles.keys() == wanted.keys()
        for name, line in wanted.items():  # a line of changes has more keys
            mine_of_it = {key: articles[name].get(key) for key in line}
            assert without_nulls(mine_of_it) == without_nulls(line)
    numbers = {line["post_id"] for line in after["security"]["articles"].values()}
    assert numbers == replica.truth("security").keys()


def test_an_archive_is_upgraded_in_its_place_and_its_feeds_are_followed_on(
    old: Crawl, replica: Replica
) -> None:
    mine = follow_all(old, {})

    first = old.call("verify")

    assert first.returncode == 0, first.stdout
    assert_followed(old, mine, replica)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_backup_is_restored_beside_newer_feeds_which_are_followed_on(
    database: str, old: Crawl, replica: Replica, request: pytest.FixtureRequest
) -> None:
    (old.var / "archive.sqlite").unlink()
    if database == "postgresql":
        url = request.getfixturevalue("cluster").new_database()
        old.environment["DIPLONEWS_ARCHIVE"] = url
    mine, lines = follow_all(old, {}), old.changes("security")
    backup = old.var.with_name("before.tar")
    with open_backup(backup) as reader:
        assert reader.header.schema == 6 < SCHEMA

    done = old.call("restore", str(backup))

    assert done.returncode == 0, done.stderr
    assert "2 events taken from the feeds" in done.stdout
    again = old.changes("security")
    assert [without_nulls(line) for line in again] == [without_nulls(line) for line in lines]
    assert_followed(old, mine, replica)
