"""The account: every request of a run ends in exactly one way, and none is dropped silently."""

import json
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scrapy.exceptions import DownloadCancelledError

from diplonews.crawling.answers import why_of
from diplonews.demo import Replica
from diplonews.refusals import name_failure
from diplonews.runs.account import Account, End
from tests.support.crawling import Crawl
from tests.support.forging import spoil
from tests.support.truth import by_post_id


class TestAccount:
    def test_a_request_ends_once(self) -> None:
        account = Account()
        ticket = account.open("https://site.example/talks/")

        account.close(ticket, End.READ)
        account.close(ticket, End.REFUSED)

        assert account.as_counts()["read"] == 1
        assert account.as_counts()["refused"] == 0

    def test_what_was_read_can_turn_out_to_have_failed(self) -> None:
        account = Account()
        ticket = account.open("https://site.example/talks/")
        account.close(ticket, End.READ)

        account.spoil(ticket)
        account.spoil(ticket)

        assert (account.ends[End.READ], account.ends[End.FAILED]) == (0, 1)

    @pytest.mark.parametrize(("was_stopped", "left", "lost"), [(True, 1, 0), (False, 0, 1)])
    def test_what_is_open_at_the_end_was_left_or_is_lost(
        self, was_stopped: bool, left: int, lost: int
    ) -> None:
        account = Account()
        account.open("https://site.example/talks/")

        account.finish(was_stopped=was_stopped)

        assert (account.ends[End.LEFT], len(account.lost)) == (left, lost)


@pytest.fixture
def site(new_replica: Callable[..., Replica], tmp_path: Path) -> tuple[Replica, Crawl]:
    replica = new_replica(articles=30, page_size=4)
    return replica, Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_HOLD_SECONDS": "0"})


def assert_it_adds_up(report: dict[str, object]) -> None:
    account = dict(report["account"])  # type: ignore[call-overload]
    assert account.pop("requests") == sum(account.values())


def drop_articles(how: str) -> None:
    """Arrange that Scrapy drops requests for articles, in one of the ways it has."""
    from scrapy import signals
    from scrapy.core.scheduler import Scheduler
    from scrapy.exceptions import IgnoreRequest

    from diplonews.crawling.run_spider import RunSpider

    def is_article(request: object) -> bool:
        return "wanted" in getattr(request, "cb_kwargs", {})

    enqueue, open_pending_articles = Scheduler.enqueue_request, RunSpider.open_pending_articles
    if how == "scheduler":
        Scheduler.enqueue_request = (  # type: ignore[method-assign]
            lambda self, request: not is_article(request) and enqueue(self, request)
        )
        return

    def refuse(request: object) -> None:
        if is_article(request):
            raise IgnoreRequest

    def open_and_refuse(self: RunSpider) -> None:
        self.refuse = refuse  # type: ignore[attr-defined]
        self.crawler.signals.connect(refuse, signal=signals.request_scheduled)
        open_pending_articles(self)

    RunSpider.open_pending_articles = open_and_refuse  # type: ignore[method-assign]


@pytest.mark.parametrize("how", ["scheduler", "signal"])
def test_a_request_that_scrapy_drops_is_heard_of(how: str, site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site

    during = crawl("security", arrange=partial(drop_articles, how))
    after = crawl("security")

    assert (during.status, during.verdict) == (4, "broken")
    assert during.report["account"]["refused"] == len(replica.truth("security"))
    assert "Scrapy dropped the request" in during.log
    assert_it_adds_up(during.report)
    assert after.status == 0
    assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


def test_a_listings_next_page_that_is_too_long_an_address_is_heard_of(
    site: tuple[Replica, Crawl],
) -> None:
    _, crawl = site

    run = crawl("security", "-s", "URLLENGTH_LIMIT=45")

    assert run.status in {3, 4}
    assert run.report["account"]["refused"] >= 1
    assert_it_adds_up(run.report)


def test_a_next_page_on_another_host_is_heard_of(site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site
    spoil(replica, r'href="[^"]*/category/security/page/2/"', 'href="http://elsewhere.invalid/2/"')

    run = crawl("security")

    assert (run.status, run.verdict) == (3, "degraded")
    assert "elsewhere.invalid" in run.log
    assert {trouble["kind"] for trouble in run.report["troubles"]} == {"listing"}
    assert_it_adds_up(run.report)


@pytest.mark.parametrize(
    "location",
    ["///elsewhere.invalid/", "//elsewhere.invalid/", "http://[", "mailto:us@x.example"],
)
def test_a_redirect_that_leads_nowhere_is_heard_of(
    location: str, site: tuple[Replica, Crawl]
) -> None:
    replica, crawl = site
    url = replica.truth("security")[min(replica.truth("security"))]["url"]
    replica.fail(path=urlsplit(url).path, kind="redirect", location=location)

    during = crawl("security")
    replica.heal()
    after = crawl("security")

    assert (during.status, during.verdict) == (3, "degraded"), during.log
    assert url in {
        trouble["url"] for trouble in during.report["troubles"] if trouble["kind"] == "article"
    }
    assert_it_adds_up(during.report)
    assert after.status == 0
    assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


class TestAwaited:
    """What is asked for step by step, by the probe and by rechecks."""

    def test_what_is_awaited_when_the_run_is_stopped_is_left(
        self, site: tuple[Replica, Crawl]
    ) -> None:
        replica, crawl = site
        fault = replica.fail(path="^/wp-json", kind="slow", seconds=20)

        process = crawl.start("recheck")
        crawl.wait_for(lambda: fault.struck > 0)
        process.send_signal(signal.SIGTERM)
        status = process.wait(60)
        (path,) = (crawl.var / "runs").glob("2*.json")
        report = json.loads(path.read_text())

        assert status == {"degraded": 3, "broken": 4}[report["verdict"]]
        assert report["account"]["left"] == 1
        assert [
            trouble for trouble in report["troubles"] if trouble["kind"] in {"crash", "account"}
        ] == []
        assert_it_adds_up(report)

    @pytest.mark.parametrize(
        ("spider", "path"), [("security", "^/feed/"), ("recheck", "^/wp-json")]
    )
    def test_a_wait_that_the_site_asks_for_is_waited(
        self, spider: str, path: str, site: tuple[Replica, Crawl]
    ) -> None:
        replica, crawl = site
        replica.fail(path=path, status=503, retry_after="2", times=1)

        run = crawl(spider)

        assert run.status == 0, run.log
        asked = [request for request in replica.requests if request.path != "/robots.txt"]
        (refused,) = (n for n, request in enumerate(asked) if request.status == 503)
        assert (asked[refused + 1].at - asked[refused].at).total_seconds() >= 2
        assert_it_adds_up(run.report)


def test_each_end_is_counted(site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site
    gone = replica.truth("security")[min(replica.truth("security"))]["url"]
    replica.fail(path=urlsplit(gone).path, status=404)

    first = crawl("security")
    replica.heal()
    second = crawl("security")
    third = crawl("security")

    assert first.report["account"]["gone"] == 1
    assert third.report["account"]["unchanged"] == 1
    for run in (first, second, third):
        assert_it_adds_up(run.report)


@pytest.mark.parametrize("says", ["", "larger than DOWNLOAD_MAXSIZE in <GET>"])
def test_an_answer_that_is_cut_for_its_size_is_told_as_such(says: str) -> None:
    failed = name_failure(DownloadCancelledError(says))

    assert "larger than DOWNLOAD_MAXSIZE" in failed
    assert why_of(DownloadCancelledError(says)) == f"expected an answer, found {failed}"
