"""Whatever raises, wherever and whenever: the run says so, and the next one heals it.

Hypothesis picks the component and the call. ``DIPLONEWS_EXAMPLES=100`` tries so many.
"""

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diplonews.demo import Replica
from tests.support.crawling import Crawl, Crawled
from tests.support.mishaps import crash_at
from tests.support.truth import by_post_id

# What a crawl consists of, ours and Scrapy's.
COMPONENTS = [
    "diplonews.archive.runs:Runs.begin",
    "diplonews.crawling.run_spider:RunSpider.__init__",
    "diplonews.extensions.progress:Progress.__init__",
    "diplonews.crawling.probe:Probe.ask",
    "diplonews.crawling.walk:Walk.parse",
    "diplonews.crawling.reading:PendingArticles.parse",
    "diplonews.crawling.reading:PendingArticles.next_requests",
    "diplonews.crawling.run_spider:RunSpider.read_on",
    "diplonews.crawling.run_spider:RunSpider.open_pending_articles",
    "diplonews.crawling.section_spider:SectionSpider.keep_look",
    "diplonews.crawling.tickets:KeepAccount.scheduled",
    "diplonews.pipelines:Normalise.process_item",
    "diplonews.pipelines:Date.process_item",
    "diplonews.pipelines:Identify.process_item",
    "diplonews.pipelines:Enrich.process_item",
    "diplonews.pipelines:Check.process_item",
    "diplonews.pipelines:ArchiveArticle.process_item",
    "diplonews.extensions.progress:Progress.opened",
    "diplonews.extensions.progress:Progress.closed",
    "diplonews.archive.articles:Articles.note",
    "diplonews.archive.walks:Walks.note_listing",
    "diplonews.feeds.publisher:Publisher.publish",
    "diplonews.runs.run:write_report",
    "scrapy.downloadermiddlewares.useragent:UserAgentMiddleware.process_request",
    "scrapy.downloadermiddlewares.redirect:RedirectMiddleware.process_response",
    "scrapy.spidermiddlewares.referer:RefererMiddleware.get_processed_request",
    "scrapy.core.scheduler:Scheduler.enqueue_request",
    "scrapy.core.scheduler:Scheduler.next_request",
]
# What a recheck has besides.
OF_RECHECKS = [
    "diplonews.crawling.asking:Asker.ask",
    "diplonews.crawling.rest_and_sitemap:Rest._is_over",
    "diplonews.crawling.rest_and_sitemap:_read_rest",
    "diplonews.spiders.recheck:RecheckSpider._want_unknown",
    "diplonews.spiders.recheck:RecheckSpider._want_directly",
    "diplonews.archive.surfaces:Surfaces.note_page",
    "diplonews.archive.surfaces:Surfaces.note_terms",
    "diplonews.pages.article:ArticlePage.to_item",
]
TARGETS = [("security", item) for item in COMPONENTS] + [
    ("recheck", recheck) for recheck in OF_RECHECKS
]
EXAMPLES = os.environ.get("DIPLONEWS_EXAMPLES", "")


def assert_it_was_told(run: Crawled) -> None:
    """Hold a run in which an exception was raised to its verdict and its report."""
    assert run.status in {3, 4}, run.log
    if run.report:  # that which raises while the report is written is in the log alone
        assert run.verdict == {3: "degraded", 4: "broken"}[run.status]
        told = [
            trouble["traceback"]
            for trouble in run.report["troubles"]
            if trouble["kind"] == "crash"
        ]
        assert any("InjectedError" in traceback for traceback in told), run.report["troubles"]
    else:
        assert "InjectedError" in run.log


@given(
    target=st.sampled_from(TARGETS),
    number=st.integers(1, 12),
    moment=st.sampled_from(["before", "after"]),
)
@settings(
    max_examples=int(EXAMPLES or 4),
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=bool(EXAMPLES),
    suppress_health_check=[HealthCheck.too_slow],
)
def test_an_exception_anywhere_is_told_and_healed(
    target: tuple[str, str], number: int, moment: str
) -> None:
    spider, component = target
    with Replica(articles=30, page_size=4) as replica, tempfile.TemporaryDirectory() as folder:
        crawl = Crawl(replica.origin, Path(folder) / "var", {"DIPLONEWS_HOLD_SECONDS": "0"})
        mark = Path(folder) / "struck"

        during = crawl(spider, arrange=partial(crash_at, component, number, moment, mark))
        after = crawl(spider)

        if mark.exists():
            assert_it_was_told(during)
        else:
            assert during.status == 0, during.log
        assert after.status == 0, after.log
        if spider != "security":
            assert crawl("security").status == 0
        truth = replica.truth("security")
        assert by_post_id(crawl.current("security")).keys() == truth.keys()


def always(target: str) -> Callable[[], None]:
    """Return what arranges that every call of *target* raises."""
    return partial(crash_at, target, None, "before", Path(os.devnull))


@pytest.fixture
def site(new_replica: Callable[..., Replica], tmp_path: Path) -> tuple[Replica, Crawl]:
    replica = new_replica(articles=30, page_size=4)
    return replica, Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_HOLD_SECONDS": "0"})


def test_what_scrapy_catches_and_does_not_name_is_told_too(site: tuple[Replica, Crawl]) -> None:
    _, crawl = site

    run = crawl("security", arrange=always("scrapy.statscollectors:StatsCollector.close_spider"))

    assert (run.status, run.verdict) == (3, "degraded")
    (crash,) = run.report["troubles"]
    assert "Stats close failure" in crash["why"]


@pytest.mark.parametrize(
    "target",
    [
        "diplonews.crawling.reading:PendingArticles.parse",
        "diplonews.pipelines:Identify.process_item",
    ],
)
def test_a_page_that_always_crashes_backs_off(target: str, site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site

    runs = [crawl("security", arrange=always(target)) for _ in range(3)]
    replica.clear_requests()
    left = crawl("security", arrange=always(target))

    assert {(run.status, run.verdict) for run in runs} == {(4, "broken")}
    assert left.report["account"]["requests"] <= 2
    for run in runs:
        kinds = {trouble["kind"] for trouble in run.report["troubles"]}
        assert {"article", "crash"} <= kinds
        assert run.report["account"]["failed"] >= 1
        assert all(trouble["url"] for trouble in run.report["troubles"])


def test_an_article_whose_value_cannot_be_worked_out_is_kept_without_it(
    site: tuple[Replica, Crawl],
) -> None:
    replica, crawl = site

    run = crawl("security", arrange=always("diplonews.inferring:language_of"))

    assert (run.status, run.verdict) == (3, "degraded")
    lines = crawl.current("security")
    assert by_post_id(lines).keys() == replica.truth("security").keys()
    assert {line["language"] for line in lines} == {None}
    assert {trouble["kind"] for trouble in run.report["troubles"]} == {"value"}
    assert "InjectedError" in run.report["troubles"][0]["traceback"]
