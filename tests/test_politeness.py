"""What the site asks of a crawler is heeded: Retry-After, Crawl-delay, robots.txt, silence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.http import Response

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.middlewares.patience import retry_after
from tests.support.asked import paths
from tests.support.crawling import Crawl
from tests.support.truth import by_post_id

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 12:01:00 -0000", 60),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("99999999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(told: str, seconds: int | None) -> None:
    answer = Response("https://site.example/", headers={"Retry-After": told})

    assert retry_after(answer, NOW) == seconds


def end_hold(crawl: Crawl) -> None:
    """Let the time that a site is left alone be over."""
    archive = Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")
    hold = archive.validators.hold(crawl.origin)
    assert hold is not None
    archive.validators.note_hold(crawl.origin, hold._replace(until=datetime.now(UTC)))
    archive.close()


class TestRetryAfter:
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_short_one_is_waited_for(self, status: int, crawl: Crawl, replica: Replica) -> None:
        replica.fail(path="^/category/", status=status, retry_after="2", times=1)

        run = crawl("security")

        asked = [r.at for r in replica.requests if r.path == "/category/security/"]
        assert (run.status, run.verdict) == (0, "ok")
        assert (asked[1] - asked[0]).total_seconds() >= 2

    def test_a_long_one_ends_the_run_and_the_next_asks_nothing(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        replica.fail(path="^/(?!robots)", status=503, retry_after="7200")

        first = crawl("security")
        asked = len(replica.requests)
        second = crawl("security")

        assert [(run.status, run.verdict) for run in (first, second)] == [(4, "broken")] * 2
        assert "asks to come back after 7200 seconds. Nothing is asked before" in second.log
        assert len(replica.requests) == asked
        assert second.report["requests"] == 0


class TestASiteThatIsDown:
    def test_it_is_asked_rarely_and_then_caught_up_with(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl("security")
        replica.publish(["security"])
        replica.fail(path="", status=500)
        replica.clear_requests()

        down = [crawl("security") for _ in range(3)]
        asked_at_first = len(replica.requests)
        end_hold(crawl)
        still_down = crawl("security")
        asked_later = len(replica.requests) - asked_at_first
        replica.heal()
        end_hold(crawl)
        after = crawl("security")

        assert {run.verdict for run in [*down, still_down]} <= {"broken"}
        assert asked_at_first <= 9
        assert asked_later <= 4  # one page with Scrapy's retries, and another: it is not the page
        assert (after.status, after.verdict) == (0, "ok")
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_what_is_pending_is_not_held_against_it(self, crawl: Crawl, replica: Replica) -> None:
        replica.fail(path="^/(?!category|feed|robots|wp-)[a-z0-9]", status=503)
        crawl("security")
        replica.heal()
        end_hold(crawl)

        run = crawl("security")

        assert (run.status, run.verdict) == (0, "ok")
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


class TestRobots:
    def test_crawl_delay_is_kept_between_requests(
        self, new_replica: Callable[..., Replica], tmp_path: Path
    ) -> None:
        replica = new_replica(articles=12)
        replica.robots_txt = "User-agent: *\nCrawl-delay: 1\n"
        crawl = Crawl(replica.origin, tmp_path / "var")

        run = crawl("international")

        times = [request.at for request in replica.requests[1:]]
        assert run.status == 0
        assert min((b - a).total_seconds() for a, b in pairwise(times)) >= 0.95

    def test_one_that_cannot_be_fetched_forbids_all(self, crawl: Crawl, replica: Replica) -> None:
        replica.fail(path="^/robots.txt", status=500)

        run = crawl("security")

        assert (run.status, run.verdict) == (4, "broken")
        assert set(paths(replica)) == {"/robots.txt"}
        assert "robots.txt could not be fetched" in run.log
        assert "Traceback" not in run.log

    @pytest.mark.parametrize("kind", ["gzip_bomb", "huge"])
    def test_one_that_is_too_large_to_be_read_forbids_all(
        self, kind: str, crawl: Crawl, replica: Replica
    ) -> None:
        replica.fail(path="^/robots.txt", kind=kind)

        during = crawl("security")
        asked = set(paths(replica))
        replica.heal()
        after = crawl("security")

        why = during.report["troubles"][0]["why"]
        assert (during.status, during.verdict) == (4, "broken")
        assert asked == {"/robots.txt"}
        assert "robots.txt could not be fetched: " in why
        assert "larger than download max size" in why or "exceeded DOWNLOAD_MAXSIZE" in why
        assert after.status == 0

    def test_one_that_redirects_on_and_on_is_none(self, crawl: Crawl, replica: Replica) -> None:
        replica.fail(path="^/robots.txt", kind="redirect_loop")

        run = crawl("security")

        assert run.status == 0
        assert "/robots.txt: expected a page, found a redirect after 20 others" in run.log
        assert "taken for none" in run.log
