"""Recrawls ask the site for almost nothing, and miss nothing for it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diplonews.demo import Replica
from diplonews.errors import LayoutError
from diplonews.pages.rss import read_entries
from tests.support.asked import paths, requests_but_split_pages
from tests.support.crawling import Crawl
from tests.support.truth import SECTIONS, by_post_id

ROUNDS = int(os.environ.get("DIPLONEWS_ROUNDS", "4"))


@pytest.fixture
def crawled(crawl: Crawl, replica: Replica) -> Crawl:
    """Return a crawl whose Security was crawled soundly once; the log of requests is empty."""
    assert crawl("security").verdict == "ok"
    replica.clear_requests()
    return crawl


class TestUnchangedSite:
    def test_three_sections_cost_three_requests(self, crawl: Crawl, replica: Replica) -> None:
        for section in SECTIONS:
            crawl(section)
        replica.clear_requests()

        runs = [crawl(section) for section in SECTIONS]

        assert [run.verdict for run in runs] == ["unchanged"] * 3
        assert paths(replica) == ["/feed/"] * 3

    def test_it_stays_one_request_after_a_proxy_that_weakens_the_etag(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        replica.weaken_etags = True

        crawled("security")
        crawled("security")

        assert [(r.path, r.status) for r in replica.requests] == [("/feed/", 304)] * 2

    def test_the_validator_is_sent_back_as_received_and_alone(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        crawled("security")

        headers = replica.requests[0].headers
        assert "if-modified-since" in headers
        assert "if-none-match" not in headers

    def test_once_in_a_while_it_is_asked_without_a_condition(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        run = crawled("security", DIPLONEWS_LOOK_SECONDS="0")

        assert run.verdict == "unchanged"
        assert [(r.path, r.status) for r in replica.requests] == [("/feed/", 200)]

    def test_with_the_feed_switched_off_each_listing_is_asked_and_the_log_says_why(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        replica.feed_open = False

        run = crawled("security")

        assert run.verdict == "unchanged"
        assert paths(replica) == ["/feed/", "/category/security/"]
        assert "/feed/: expected an answer with status 200, found 404" in run.log

    def test_hostile_xml_in_the_feed_is_walked_around(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        replica.fail(path="^/feed/", kind="hostile_xml")
        replica.publish(["security"])

        run = crawled("security")

        assert (run.status, run.verdict) == (0, "ok")
        assert run.report["counts"]["diplonews/created_count"] == 1


class TestNewArticles:
    def test_a_new_article_costs_the_feed_its_listing_and_itself(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        number = replica.publish(["security"])

        crawled("security")

        link = replica.truth()[number]["url"].removeprefix(replica.origin)
        assert paths(replica) == ["/feed/", "/category/security/", link]

    def test_only_categories_with_something_new_are_walked(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("ecowas")
        replica.publish(["ghana"])
        replica.publish(["togo"])
        replica.clear_requests()

        crawl("ecowas")

        walked = {path for path in paths(replica) if path.startswith("/category/")}
        assert walked == {"/category/ecowas/ghana/", "/category/ecowas/togo/"}

    def test_a_new_article_elsewhere_costs_one_request(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        replica.publish(["politics"])

        run = crawled("security")

        assert run.verdict == "unchanged"
        assert paths(replica) == ["/feed/"]

    @pytest.mark.parametrize(("new", "among"), [(10, ["ghana"]), (100, ["mali", "togo", "ghana"])])
    def test_more_than_the_feed_shows_costs_one_request_more_where_rest_is_known(
        self, new: int, among: list[str], new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=60, page_size=50)
        crawl = Crawl(replica.origin, tmp_path / "var")
        assert (crawl("ecowas").status, crawl("recheck").status) == (0, 0)
        for count in range(new):
            replica.publish([among[count % len(among)]])
        replica.clear_requests()

        crawl("ecowas")

        assert by_post_id(crawl.current("ecowas")).keys() == replica.truth("ecowas").keys()
        assert requests_but_split_pages(replica) == 2 + len(among) + new

    def test_more_than_rest_shows_is_found_by_walking(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        assert (crawl("security").status, crawl("recheck").status) == (0, 0)
        for _ in range(120):
            replica.publish(["security"])

        run = crawl("security")

        assert "changed out of sight" in run.log
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_more_than_the_feed_shows_is_found_by_walking(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        for _ in range(25):
            replica.publish(["security"])

        crawled("security")

        assert by_post_id(crawled.current("security")).keys() == replica.truth("security").keys()

    def test_what_one_section_read_is_new_to_another_section_still(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        for section in ("security", "ecowas"):
            crawl(section)
        replica.publish(["security"])
        for _ in range(9):
            replica.publish(["ghana"])
        crawl("ecowas")
        replica.publish(["ghana"])
        crawl("ecowas")

        crawl("security")

        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


class TestChanges:
    def test_an_edit_that_the_feed_shows_is_read_at_once(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        number = replica.publish(["security"])
        crawled("security")
        replica.edit(number, paragraph="More is known by now.")
        replica.clear_requests()

        crawled("security")

        event = crawled.changes("security")[-1]
        assert (event["post_id"], event["event"], event["changed"]) == (
            number,
            "updated",
            ["modified_raw", "modified_at", "body"],
        )
        assert len(replica.requests) == 2

    def test_an_edit_of_nothing_but_white_space_is_no_event(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        before = crawled.changes("security")
        replica.touch(next(iter(replica.truth("security"))))

        run = crawled("security")

        assert run.status == 0
        assert crawled.changes("security") == before

    def test_a_stamp_that_moved_back_is_no_304(self, crawled: Crawl, replica: Replica) -> None:
        number = replica.publish(["security"])
        crawled("security")
        replica.withdraw(number)
        replica.clear_requests()

        run = crawled("security")

        assert "the site's stamp moved back" in run.log
        assert "/category/security/" in paths(replica)


class TestHoles:
    @pytest.mark.parametrize("page", [3])
    def test_a_first_walk_that_died_is_walked_again(
        self, page: int, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=60, page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var")
        replica.fail(path=f"^/category/.*/page/{page}/", kind="slow", seconds=20)
        process = crawl.start("security")
        crawl.wait_for(lambda: any(f"/page/{page}/" in path for path in paths(replica)))
        process.kill()
        process.wait()
        replica.heal()
        for _ in range(3):
            replica.publish(["security"])

        run = crawl("security")

        assert run.verdict == "ok"
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_a_recrawl_that_died_between_two_pages_is_walked_again(
        self, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=60, page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var")
        crawl("security")
        for _ in range(20):
            replica.publish(["security"])
        replica.fail(path="/page/2/", kind="slow", seconds=20)
        process = crawl.start("security")
        crawl.wait_for(lambda: any("/page/2/" in path for path in paths(replica)[-3:]))
        process.kill()
        process.wait()
        replica.heal()
        for _ in range(3):
            replica.publish(["security"])

        crawl("security")

        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_what_is_published_and_withdrawn_during_a_walk(
        self, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=60, page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_WITHDRAW_SECONDS": "0"})
        replica.fail(path="^/category/.*/page/2/", kind="slow", seconds=2, times=1)
        process = crawl.start("security")
        crawl.wait_for(lambda: any("/page/2/" in path for path in paths(replica)))
        for number in list(replica.truth("security"))[:3]:  # what follows moves up three places
            replica.withdraw(number)
        fleeting = replica.publish(["security"])
        replica.withdraw(fleeting)
        replica.publish(["security"])
        process.wait(60)

        runs = [crawl("security"), crawl("recheck"), crawl("recheck")]

        assert runs[-1].status == 0
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_a_page_that_failed_and_healed_two_runs_later(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        number = replica.publish(["security"], slug="late-talks")
        replica.fail(path="^/late-talks/", status=503)

        runs = [crawled("security"), crawled("security")]
        replica.heal()
        runs.append(crawled("security"))

        assert [run.status for run in runs] == [3, 3, 0]
        assert number in by_post_id(crawled.current("security"))

    def test_the_validator_of_a_run_that_died_is_not_kept(
        self, crawled: Crawl, replica: Replica
    ) -> None:
        number = replica.publish(["security"])
        replica.fail(path="^/category/", kind="slow", seconds=20)
        process = crawled.start("security")
        crawled.wait_for(lambda: "/category/security/" in paths(replica))
        process.kill()
        process.wait()
        replica.heal()

        run = crawled("security")

        assert run.verdict == "ok"
        assert number in by_post_id(crawled.current("security"))

    def test_an_article_of_two_sections_of_which_one_was_crawled_is_in_both(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        number = replica.publish(["international", "security"])

        crawl("security")
        in_one = number in by_post_id(crawl.current("international"))
        crawl("international")

        assert in_one
        lines = [line for line in crawl.changes("international") if line["post_id"] == number]
        assert [line["event"] for line in lines] == ["created"]


def test_three_sections_side_by_side_share_one_archive(crawl: Crawl, replica: Replica) -> None:
    for _ in range(ROUNDS):
        replica.publish(["ghana", "international", "security"])

        assert crawl.side_by_side(*SECTIONS) == [0, 0, 0]
    for section in SECTIONS:
        assert by_post_id(crawl.current(section)).keys() == replica.truth(section).keys()
    assert crawl.call("verify").returncode == 0


class TestRss:
    @pytest.mark.parametrize("body", [b"", b"<html><body>login</body></html>", b"<rss></rss>"])
    def test_what_is_no_rss_is_refused_by_name(self, body: bytes) -> None:
        with pytest.raises(
            LayoutError, match=r"^https://site\.example/feed/: expected RSS, found"
        ):
            read_entries("https://site.example/feed/", body)

    @pytest.mark.parametrize("link", ["http://[bad/", "mailto:x@site.example", ""])
    def test_an_entry_without_an_address_hides_nothing(self, link: str) -> None:
        """The RSS is not believed then, so that the listings are walked."""
        items = (
            f"<item><link>{link}</link></item><item><link>https://site.example/a/</link></item>"
        )

        with pytest.raises(LayoutError, match="expected the address of an entry"):
            read_entries(
                "https://site.example/", f"<rss><channel>{items}</channel></rss>".encode()
            )

    def test_captured_feeds_are_read(self, captures: Path) -> None:
        found = {
            path.parent.name: len(read_entries("https://x.example/feed/", path.read_bytes()))
            for path in captures.glob("*/feed-site.xml")
        }

        assert found == {"7seen.net": 10, "kip-jatim": 3, "retrobowl.me": 10}

    def test_an_entry_with_other_words_has_another_fingerprint(self, replica: Replica) -> None:
        number = next(iter(replica.truth("security")))
        replica.publish(["security"], published_at=datetime.now(UTC))
        fingerprints = []
        for headline in ("One", "Two"):
            replica.edit(number, headline=headline)
            answer = replica._honest("/feed/", {})
            link = replica.truth()[number]["url"]
            entries = {
                e.url: e.fingerprint for e in read_entries("https://x.example/", answer.body)
            }
            fingerprints.append(entries[link])

        assert fingerprints[0] != fingerprints[1]
