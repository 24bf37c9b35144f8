"""What the site lists is compared with the archive once a recheck, and the comparison is kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete, insert, select, update

from diplonews import clock
from diplonews.archive import Archive, tables
from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.filling import NOW, RUNS, SLUGS, fill

RECHECK = RUNS + 1  # by which a filled archive was compared
SIZE = 20


@pytest.fixture
def archive(archive_url: str) -> Iterator[Archive]:
    opened = Archive.open(archive_url)
    fill(opened, SIZE)
    yield opened
    opened.close()


def lose(archive: Archive) -> str:
    """Give one of the listed articles a number that nobody knows; return its mark."""
    with archive.write() as connection:
        mark = connection.scalar(select(tables.listed.c.mark).limit(1))
        is_lost = tables.listed.c.mark == mark
        connection.execute(update(tables.listed).where(is_lost).values(post_id=10**9))
    return str(mark)


def test_the_newest_recheck_is_believed(archive: Archive) -> None:
    lose(archive)

    kept = archive.comparison.find(SLUGS)

    assert kept is not None
    assert (kept.surface, kept.gone_through_at, kept.in_our_categories) == ("rest", NOW, True)
    assert (kept.listed_count, kept.archived_count) == (SIZE, SIZE)


def test_it_is_counted_again_where_a_recheck_has_begun_since(archive: Archive) -> None:
    lose(archive)
    archive.runs.begin("recheck", {}, NOW)

    counted = archive.comparison.find(SLUGS)

    assert counted is not None
    assert (counted.archived_count, counted.missing_count) == (SIZE - 1, 1)


def test_it_is_counted_again_for_other_categories(archive: Archive) -> None:
    lose(archive)

    counted = archive.comparison.find([*SLUGS, "another"])

    assert counted is not None
    assert counted.missing_count == 1


def test_what_nobody_accounts_for_is_counted_again(archive: Archive) -> None:
    mark = lose(archive)
    archive.comparison.note(RECHECK, SLUGS)
    lacking = archive.comparison.find(SLUGS)
    with archive.write() as connection:
        wanted = {"url_key": f"site.example/talks-{mark}", "url": "", "category": ""}
        connection.execute(insert(tables.pending).values(wanted | {"found_at": NOW}))

    found_since = archive.comparison.find(SLUGS)

    assert lacking is not None
    assert found_since is not None
    assert (lacking.missing_count, found_since.missing_count) == (1, 0)


def test_nothing_is_known_before_a_surface_was_gone_through(archive: Archive) -> None:
    with archive.write() as connection:
        connection.execute(update(tables.surface).values(whole_at=None))
        connection.execute(delete(tables.about).where(tables.about.c.name == "completeness"))

    assert archive.comparison.find(SLUGS) is None


def test_each_recheck_keeps_what_it_compared(crawl: Crawl, replica: Replica) -> None:
    crawl("security")
    crawl("recheck")
    archive = Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")
    kept = archive.comparison.find(SLUGS)
    with archive.write() as connection:
        connection.execute(delete(tables.listed))

    as_kept = archive.comparison.find(SLUGS)
    archive.runs.begin("recheck", {}, clock.now())
    counted = archive.comparison.find(SLUGS)
    archive.close()

    assert kept is not None
    assert as_kept == kept
    assert counted == replace(kept, listed_count=0, archived_count=0)
