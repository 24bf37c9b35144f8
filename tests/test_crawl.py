"""Whole crawls of the replica by the command line: the archive holds what the site says."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from tests.support.crawling import SMALL_SITE, Crawl
from tests.support.sets import THEMES
from tests.support.truth import SECTIONS, by_post_id, differences

REPLICA = SMALL_SITE
# Has each key of the truth, with and without a value, as 400 have.
ARTICLES = int(os.environ.get("DIPLONEWS_ARTICLES", "200"))


@pytest.mark.parametrize("theme", THEMES)
def test_three_sections_read_what_the_site_says_field_by_field(
    theme: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=ARTICLES, theme=theme)
    crawl = Crawl(replica.origin, tmp_path / "var")

    statuses = [crawl(section).status for section in SECTIONS]

    wrong = [
        f"{section}: {difference}"
        for section in SECTIONS
        for difference in differences(crawl.current(section), replica.truth(section))
    ]
    assert wrong[:20] == []
    # Another theme than the site's is read by what all of them print, and the run says so.
    assert statuses == ([3, 3, 3] if theme == "plain" else [0, 0, 0])


@pytest.mark.parametrize(
    "options",
    [
        {"pagination": "loadmore"},
        {"pagination": "nextprev"},
        {"hero": False},
        {"nested": False},
        {"page_size": 7},
    ],
    ids=lambda options: "-".join(f"{name}={value}" for name, value in options.items()),
)
def test_a_listing_is_walked_whole_however_the_theme_is_set(
    options: dict[str, Any], new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(**{"articles": 60, "page_size": 4} | options)  # some five pages
    crawl = Crawl(replica.origin, tmp_path / "var")

    done = crawl("security")

    assert done.status == 0, done.log
    assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


class TestOneCategory:
    def test_a_country_is_crawled_alone(self, crawl: Crawl, replica: Replica) -> None:
        done = crawl("ecowas", "-a", "country=gh")

        walked = {r.path for r in replica.requests if r.path.startswith("/category/")}
        assert (done.status, done.verdict) == (0, "ok")
        assert all("/ghana/" in path for path in walked)

    def test_a_category_of_a_section_can_be_named_too(self, crawl: Crawl) -> None:
        done = crawl("ecowas", "-a", "category=ghana")

        assert {line["found_in"] for line in crawl.current("ecowas")} == {"ghana"}
        assert done.report["section"] == "ecowas"

    def test_an_empty_category_is_read_and_has_nothing(self, crawl: Crawl) -> None:
        done = crawl("ecowas", "-a", "country=cv")

        assert (done.status, done.verdict) == (0, "unchanged")

    def test_any_other_category_of_the_menu_has_a_feed_of_its_own(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        done = crawl("category", "-a", "category=politics")

        expected = {
            number
            for number, line in replica.truth().items()
            if "politics" in {category["slug"] for category in line["categories"]}
        }
        assert done.status == 0
        assert by_post_id(crawl.current("politics")).keys() == expected


class TestRecrawls:
    def test_a_second_run_reads_nothing_again(self, crawl: Crawl, replica: Replica) -> None:
        crawl("security")
        replica.clear_requests()

        second = crawl("security")

        assert (second.status, second.verdict) == (0, "unchanged")
        assert [request.path for request in replica.requests] == ["/feed/"]

    def test_a_second_run_reads_what_is_new_and_what_was_edited(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        edited = next(iter(replica.truth("security")))
        fresh = replica.publish(["security"])
        replica.edit(edited, headline="Talks reopen after the recess", paragraph="More is known.")

        second = crawl("security")

        events = {line["post_id"]: line["event"] for line in crawl.changes("security")[-2:]}
        assert second.verdict == "ok"
        assert events == {fresh: "created", edited: "updated"}

    def test_a_page_that_failed_is_read_by_the_next_run(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        victim = next(iter(replica.truth("security").values()))
        replica.fail(path=victim["url"].removeprefix(replica.origin), status=503)
        first = crawl("security", "-s", "RETRY_ENABLED=0")
        replica.heal()

        second = crawl("security")

        assert (first.status, first.verdict) == (3, "degraded")
        assert [trouble["url"] for trouble in first.report["troubles"]] == [victim["url"]]
        assert (second.status, second.verdict) == (0, "ok")
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_a_walk_that_broke_off_leaves_no_hole(
        self, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=150)
        crawl = Crawl(replica.origin, tmp_path / "var")
        replica.fail(path="/page/3/", status=500)
        broken_off = crawl("security", "-s", "RETRY_ENABLED=0")
        replica.heal()
        for _ in range(3):
            replica.publish(["security"])

        crawl("security")

        assert broken_off.status == 3
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_half_a_listing_is_not_its_end(
        self, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=120)
        crawl = Crawl(replica.origin, tmp_path / "var")
        page = replica._honest("/category/security/page/2/", {}).body
        third_teaser = page.index(b"<article", page.index(b"content_wrapper")) + 4_000
        share = third_teaser / len(page)
        replica.fail(path="^/category/security/page/2/", kind="broken_html", times=1, share=share)

        first, second = crawl("security"), crawl("security")

        assert (first.status, first.verdict) == (3, "degraded")
        assert (second.status, second.verdict) == (0, "ok")
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_an_article_is_one_whatever_its_slug(self, crawl: Crawl, replica: Replica) -> None:
        crawl("security")
        number = next(iter(replica.truth("security")))
        replica.rename(number, "quite-another-slug")

        crawl("security")

        lines = [line for line in crawl.current("security") if line["post_id"] == number]
        assert len(lines) == 1
        assert len([e for e in crawl.changes("security") if e["post_id"] == number]) == 1

    def test_a_listing_that_moved_is_looked_for_again(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        terms = replica.wordpress.terms
        replica.publish(["security"])
        replica.fail(path="^/category/security/$", status=404, times=1)

        second = crawl("security")

        assert terms["security"].slug == "security"
        assert "/" in [request.path for request in replica.requests[-12:]]
        assert (second.status, second.verdict) == (0, "ok")


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("nonsense",), "no spider 'nonsense'; there are category, ecowas"),
            (("ecowas", "-a", "country=fr"), "no ECOWAS category for country='fr'; the"),
            (("ecowas", "-a", "contry=gh"), "unknown argument 'contry'; ecowas takes country"),
            (("category",), "category: expected one of africa, business"),
            (("security", "-a", "backfill=1"), "backfill: expected yes or no, found '1'"),
            (("security", "-s", "DIPLONEWS_SITE=site"), "DIPLONEWS_SITE: expected an origin"),
            (("security", "-s", "DIPLONEWS_ARCHIVE=x:y"), "DIPLONEWS_ARCHIVE: expected sqlite"),
        ],
    )  # fmt: skip
    def test_a_wrong_argument_or_setting_stops_before_the_first_request(
        self, arguments: tuple[str, ...], message: str, crawl: Crawl, replica: Replica
    ) -> None:
        done = crawl(*arguments)

        assert done.status == 2
        assert message in done.log
        assert "Traceback" not in done.log
        assert replica.requests == []

    def test_a_real_site_is_not_crawled_without_a_contact(self, crawl: Crawl) -> None:
        done = crawl("security", DIPLONEWS_SITE="https://site.example", DIPLONEWS_CONTACT="")

        assert done.status == 2
        assert "DIPLONEWS_CONTACT is empty: https://site.example is crawled only with" in done.log

    def test_a_second_run_of_a_section_says_who_holds_it(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        replica.fail(path="^/category/", kind="slow", seconds=3, times=1)
        first = crawl.start("security")
        crawl.wait_for(lambda: any(r.path.startswith("/category/") for r in replica.requests))

        second = crawl("security")
        other = crawl("international")

        assert first.wait(60) == 0
        assert (second.status, other.status) == (75, 0)
        assert "security is being crawled by run 2" in second.log

    def test_a_folder_that_cannot_be_written_is_said_at_once(
        self, crawl: Crawl, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")

        done = crawl("security", DIPLONEWS_VAR=str(tmp_path / "file"))

        assert done.status == 4
        assert "expected a folder to write to (DIPLONEWS_VAR)" in done.log
        assert "Traceback" not in done.log


class TestSafety:
    def test_a_redirect_to_another_host_is_refused(self, crawl: Crawl, replica: Replica) -> None:
        victim = next(iter(replica.truth("security").values()))
        path = victim["url"].removeprefix(replica.origin)
        replica.fail(path=path, kind="redirect", location="http://localhost:1/secret")

        done = crawl("security")

        assert (done.status, done.verdict) == (3, "degraded")
        why = done.report["troubles"][0]["why"]
        assert why == "expected a page of 127.0.0.1, found a redirect to http://localhost:1/secret"

    def test_what_robots_txt_forbids_is_not_asked_for(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        replica.robots_txt = "User-agent: *\nDisallow: /category/\n"

        done = crawl("security")

        assert not [r for r in replica.requests if r.path.startswith("/category/")]
        assert (done.status, done.verdict) == (4, "broken")

    @pytest.mark.parametrize("kind", ["login", "database", "challenge", "empty"])
    def test_a_page_that_is_no_article_leaves_the_url_pending(
        self, kind: str, crawl: Crawl, replica: Replica
    ) -> None:
        victim = next(iter(replica.truth("security").values()))
        fault = replica.fail(path=victim["url"].removeprefix(replica.origin), kind=kind)

        done = crawl("security")

        assert fault.kind == kind
        assert (done.status, done.verdict) == (3, "degraded")
        replica.heal()
        assert crawl("security").verdict == "ok"

    def test_a_site_that_is_down_is_broken_and_loses_nothing(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        before = crawl.current("security")
        replica.fail(status=503)

        done = crawl("security", "-s", "RETRY_ENABLED=0")

        assert (done.status, done.verdict) == (4, "broken")
        assert crawl.current("security") == before


class TestOutput:
    def test_scrapys_own_export_gives_the_same_keys(self, crawl: Crawl, tmp_path: Path) -> None:
        crawl("security", "-O", str(tmp_path / "out.jsonl"))

        lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        current = [
            {name: line[name] for name in line if name not in {"seq", "withdrawn_at"}}
            for line in crawl.current("security")
        ]
        assert by_post_id(lines) == by_post_id(current)

    def test_report_log_and_exit_status_say_the_same(self, crawl: Crawl, replica: Replica) -> None:
        done = crawl("security")

        last = done.log.strip().splitlines()[-1]
        assert f"run {done.report['run']} is ok: {len(replica.requests)} requests" in last
        assert done.report["counts"]["diplonews/article_count"] == len(replica.truth("security"))
        assert datetime.fromisoformat(done.report["started_at"]).tzinfo == UTC

    def test_a_log_in_a_schedule_has_no_bodies_and_no_control_codes(self, crawl: Crawl) -> None:
        done = crawl("security", "-L", "DEBUG")

        assert max(map(len, done.log.splitlines())) < 1_000
        assert "\x1b" not in done.log
