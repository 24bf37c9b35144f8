"""Rechecks: every edit, withdrawal and restoration, wherever in the site, for few requests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from tests.support.asked import paths
from tests.support.crawling import AT_ONCE, Crawl, Crawled
from tests.support.truth import SECTIONS, by_post_id

SURFACES: dict[str, dict[str, Any]] = {
    "rest": {},
    "sitemap": {"rest_open": False},
    "sitemap without dates": {"rest_open": False, "sitemap": "core-6.1"},
    "nothing": {"rest_open": False, "sitemap_open": False},
}


def events_after(crawl: Crawl, feed: str, seq: int) -> dict[int, list[str]]:
    """Return the kinds of the events of *feed* after *seq*, by post id, in their order."""
    told: dict[int, list[str]] = {}
    for line in sorted(crawl.changes(feed), key=lambda line: line["seq"]):
        if line["seq"] > seq:
            told.setdefault(line["post_id"], []).append(line["event"])
    return told


def last_seq(crawl: Crawl) -> int:
    return int(crawl.manifest()["last_seq"])


def old_article(replica: Replica) -> int:
    """Return an article that stands on no first page of a listing and in no RSS."""
    return list(replica.truth("security"))[-3]


@pytest.mark.parametrize("surface", SURFACES)
def test_whatever_editors_do_is_in_the_feeds_after_a_recheck_or_two(
    surface: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=30, page_size=4)
    for name, value in SURFACES[surface].items():
        setattr(replica, name, value)
    crawl = Crawl(replica.origin, tmp_path / "var", dict(AT_ONCE))
    assert (crawl("security").status, crawl("recheck").status) == (0, 0)
    seq = last_seq(crawl)
    known = replica.truth("security").keys() - replica.truth("international").keys()
    edited, gone, renamed, moved, touched = sorted(known)[:5]
    replica.edit(edited, paragraph="More is known by now.")
    replica.withdraw(gone)
    replica.rename(renamed, "another-slug")
    replica.recategorise(moved, ["international"])
    replica.touch(touched)
    long_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(days=300)
    back_dated = replica.publish(["security"], published_at=long_ago)

    after_first = crawl("recheck")
    told = events_after(crawl, "security", seq)
    after_second = crawl("recheck")
    told_later = events_after(crawl, "security", seq)
    replica.restore(gone)
    after_third = crawl("recheck")

    found = {} if surface == "nothing" else {back_dated: ["created"]}
    assert [run.status for run in (after_first, after_second, after_third)] == [0, 0, 0]
    assert told == {edited: ["updated"], moved: ["updated"]} | found
    assert told_later == told | {gone: ["withdrawn"]}
    assert events_after(crawl, "security", seq)[gone] == ["withdrawn", "restored"]
    assert moved in by_post_id(crawl.current("international"))
    missed = {back_dated} - found.keys()
    current = by_post_id(crawl.current("security"))
    assert current.keys() == replica.truth("security").keys() - missed
    assert crawl.call("verify").returncode == 0


class TestWithdrawals:
    def test_a_redirect_to_another_post_is_a_404_for_this_one(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl.environment |= AT_ONCE
        dead = replica.publish(["security"], slug="weekly-diary")
        other = replica.publish(["security"], slug="weekly-diary-2")
        crawl("security")
        replica.withdraw(dead)

        runs = [crawl("recheck"), crawl("recheck")]

        assert [run.status for run in runs] == [0, 0]
        assert crawl.changes("security")[-1]["event"] == "withdrawn"
        current = by_post_id(crawl.current("security"))
        assert dead not in current
        assert current[other]["url"].endswith("/weekly-diary-2/")

    def test_an_address_that_another_post_has_now_is_that_posts(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl.environment |= AT_ONCE
        dead = replica.publish(["security"], slug="weekly-diary")
        crawl("security")
        replica.withdraw(dead)
        replica.wordpress.posts[dead].slug = "weekly-diary__trashed"
        del replica.wordpress.by_slug["weekly-diary"]
        heir = replica.publish(["security"], slug="weekly-diary", headline="Another diary")

        for _ in range(2):
            crawl("security")
            crawl("recheck")

        current = by_post_id(crawl.current("security"))
        assert dead not in current
        assert current[heir]["headline"] == "Another diary"

    def test_less_than_the_wait_apart_withdraws_nothing(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        replica.withdraw(old_article(replica))

        runs = [crawl("recheck"), crawl("recheck")]

        assert [run.status for run in runs] == [0, 0]
        assert {line["event"] for line in crawl.changes("security")} == {"created"}

    def test_a_site_that_says_404_to_everything_has_withdrawn_nothing(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl.environment |= AT_ONCE
        replica.rest_open = replica.sitemap_open = False
        crawl("security")
        replica.fail(path="", kind="status", status=404)

        runs = [crawl("recheck") for _ in range(2)]
        replica.heal()
        after = crawl("recheck")

        assert {run.status for run in runs} == {4}
        assert after.status == 0
        assert {line["event"] for line in crawl.changes("security")} == {"created"}

    def test_a_surface_that_lacks_most_of_what_is_known_is_not_relied_on(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl.environment |= AT_ONCE
        crawl("security")
        kept = replica.wordpress.listings[""][:]
        replica.wordpress.listings[""] = kept[:5]

        run = crawl("recheck")

        assert (run.status, run.verdict) == (3, "degraded")
        assert "none is held for withdrawn" in run.log


class TestAudit:
    def test_what_is_in_no_section_is_not_asked_for_where_rest_tells_categories(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        for section in SECTIONS:
            crawl(section)
        replica.clear_requests()

        crawl("recheck")

        asked = [path.partition("?")[0] for path in paths(replica)]
        assert asked == ["/wp-json/wp/v2/posts", "/wp-json/wp/v2/categories"]


class TestCosts:
    def test_a_recheck_of_an_unchanged_site_is_one_request(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        crawl("recheck")
        replica.clear_requests()

        run = crawl("recheck")

        assert run.verdict == "unchanged"
        assert len(replica.requests) == 1

    def test_a_surface_that_is_not_offered_is_not_asked_for_again(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        replica.rest_open = False
        crawl("security")
        crawl("recheck")
        replica.clear_requests()

        crawl("recheck")

        assert paths(replica) == ["/wp-sitemap.xml", "/wp-sitemap-posts-post-1.xml"]

    def test_a_surface_that_stops_answering_is_replaced_by_the_next(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        crawl("recheck")
        replica.rest_open = False
        number = old_article(replica)
        replica.edit(number, paragraph="More is known by now.")

        run = crawl("recheck")

        assert run.status == 0
        assert crawl.changes("security")[-1]["post_id"] == number


def test_a_recheck_takes_one_argument(crawl: Crawl) -> None:
    done: Crawled | Any = crawl("recheck", "-a", "country=gh")

    assert done.status == 2
    assert "unknown argument 'country'; recheck takes confirm" in done.log
