"""A day with far fewer new articles than usual is told, though each of its runs was sound."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.runs.usual import DAYS, shortfall
from tests.support.articles import article, begin
from tests.support.crawling import Crawl

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counts", "is_strange"),
    [
        ([0, *[12] * DAYS], True),
        ([3, *[12] * DAYS], True),
        ([4, *[12] * DAYS], False),  # a third of the poorest day
        ([0, *[12] * (DAYS - 1)], False),  # not crawled for long enough
        ([0, *[12] * (DAYS - 1), 2], False),  # a day of two: one without is no wonder
        ([0, *[12] * DAYS, 0], True),  # what is earlier does not count
        ([0], False),
    ],
)
def test_a_day_is_strange_against_the_poorest_of_four_weeks(
    counts: Sequence[int], *, is_strange: bool
) -> None:
    assert bool(shortfall(counts)) == is_strange


def age_events(crawl: Crawl, per_day: int) -> None:
    """Let the archive's new articles be older: so many on each day, none on the last one."""
    engine = create_engine(f"sqlite:///{crawl.var / 'archive.sqlite'}")
    with engine.begin() as connection:
        ids = list(connection.scalars(text("SELECT id FROM event ORDER BY id DESC")))
        for number, event_id in enumerate(ids):
            at = datetime.now(UTC) - timedelta(days=1.5 + number // per_day)
            connection.execute(
                text("UPDATE event SET at = :at WHERE id = :id"),
                {"at": f"{at:%Y-%m-%d %H:%M:%S.%f}", "id": event_id},
            )
    engine.dispose()


def test_a_sound_run_of_a_strange_day_is_degraded_until_something_is_new(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=400)
    crawl = Crawl(replica.origin, tmp_path / "var")
    first = crawl("security")
    count = len(crawl.current("security"))
    age_events(crawl, per_day=count // (DAYS + 1))

    strange = crawl("security")
    replica.publish(["security"])
    replica.publish(["security"])
    well = crawl("security")

    assert first.verdict == "ok"
    assert (strange.verdict, strange.status) == ("degraded", 3), strange.log
    (trouble,) = strange.report["troubles"]
    assert trouble["kind"] == "few"
    assert trouble["why"].endswith("found 0")
    assert (well.verdict, well.report["troubles"]) == ("ok", [])


def test_new_articles_are_counted_by_days_that_end_at_this_hour(archive: Archive) -> None:
    assert archive.standing.new_counts("security", NOW, 29) == [0]


def test_what_a_wrong_clock_dated_counts_for_no_day(archive: Archive) -> None:
    """An hour with a clock that is wrong makes the days before it no poorer, nor this day rich."""
    run = begin(archive)
    days = [*range(DAYS, -1, -1), -21, 400, 20_000]  # ago: what is to come was dated wrong too
    for number, day in enumerate(days, start=1):
        at = NOW - timedelta(days=day, hours=1)
        archive.articles.note(article(number, fetched_at=at), run, ["security"])

    assert archive.standing.new_counts("security", NOW, DAYS + 1) == [1] * (DAYS + 1)
