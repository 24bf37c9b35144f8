"""A hold is for a site that does not answer; a page that fails backs off alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from diplonews.demo import Replica
from diplonews.middlewares.challenges import is_challenge, is_ordinary
from diplonews.middlewares.evidence import Evidence
from tests.support.asked import paths
from tests.support.crawling import Crawl
from tests.support.hostile import Hostile, Said
from tests.support.truth import by_post_id


@pytest.fixture
def small(new_replica: Callable[..., Replica]) -> Replica:
    return new_replica(articles=30)


@pytest.fixture
def crawl(small: Replica, tmp_path: Path) -> Crawl:
    return Crawl(small.origin, tmp_path / "var")


class TestOnePage:
    @pytest.mark.parametrize("retry_after", ["3600", "99999999", "Fri, 01 Jan 2100 00:00:00 GMT"])
    def test_an_article_that_wants_a_pause_has_it_alone(
        self, retry_after: str, crawl: Crawl, small: Replica
    ) -> None:
        truth = small.truth("security")
        _, article = truth.popitem()
        path = article["url"].removeprefix(small.origin)
        small.fail(path=f"^{path}$", status=503, retry_after=retry_after)

        first = crawl("security")
        small.clear_requests()
        second = crawl("security")

        assert (first.status, first.verdict) == (3, "degraded")
        assert by_post_id(crawl.current("security")).keys() == truth.keys()
        assert (second.status, second.verdict) == (0, "unchanged")
        assert path not in paths(small)  # it asked for a pause of a day or more

    @pytest.mark.parametrize("path", ["/feed/", "/category/security/", "/"])
    def test_whichever_page_it_is_the_site_is_not_held(
        self, path: str, crawl: Crawl, small: Replica
    ) -> None:
        crawl("security")
        small.publish(["security"])
        small.fail(path=f"^{path}$", status=503, retry_after="3600")

        runs = [crawl("security") for _ in range(3)]
        small.heal()

        assert all("Nothing is asked before" not in run.log for run in runs)
        if path != "/category/security/":
            assert by_post_id(crawl.current("security")).keys() == small.truth("security").keys()

    def test_one_that_is_always_503_never_holds_the_rest(
        self, crawl: Crawl, small: Replica
    ) -> None:
        truth = small.truth("security")
        _, article = truth.popitem()
        small.fail(path=f"^{article['url'].removeprefix(small.origin)}$", status=503)

        runs = [crawl("security") for _ in range(4)]

        assert {run.verdict for run in runs[:2]} <= {"degraded", "broken"}
        assert all("Nothing is asked before" not in run.log for run in runs)
        assert by_post_id(crawl.current("security")).keys() == truth.keys()


CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
)


class TestChallenge:
    @pytest.mark.parametrize(
        "said",
        [
            Said(CHALLENGE, 403, {"cf-mitigated": "challenge"}),
            Said(b"Forbidden", 403),
            Said(CHALLENGE, 503),
            Said(b"<script src='/.well-known/sgcaptcha/?r=/'></script>", 202),
            Said(b"<html><title>Making sure you&#39;re not a bot!</title></html>", 200),
        ],
        ids=["Cloudflare", "plain 403", "503", "SiteGround", "Anubis"],
    )
    def test_it_costs_a_few_requests_and_then_none(self, said: Said, tmp_path: Path) -> None:
        def answer(path: str) -> Said | None:
            return None if path == "/robots.txt" else said

        with Hostile(answer) as hostile:
            crawl = Crawl(hostile.origin, tmp_path / "var")
            first = crawl("ecowas")
            asked = len(hostile.paths)
            second = crawl("ecowas")

        assert (first.verdict, second.verdict) == ("broken", "broken")
        assert asked <= 5
        assert len(hostile.paths) == asked
        assert "Nothing is asked before" in second.log

    def test_a_feed_that_is_open_to_machines_does_not_hide_it(
        self, crawl: Crawl, small: Replica
    ) -> None:
        crawl("ecowas")
        small.publish(["ghana", "mali"])
        small.clear_requests()
        small.fail(path="^/(?!feed|robots)", status=403)

        crawl("ecowas", "-a", "backfill=yes")

        assert len(small.requests) <= 7

    def test_articles_for_members_only_are_their_own_fault(
        self, crawl: Crawl, small: Replica
    ) -> None:
        small.fail(path="^/(?!category|feed|robots|wp-)[a-z0-9]", status=403)

        run = crawl("security")

        assert "Nothing is asked before" not in run.log

    def test_rest_and_sitemaps_that_are_closed_are_none(
        self, crawl: Crawl, small: Replica
    ) -> None:
        crawl("security")
        small.fail(path=r"^/wp-json|\.xml", status=403)

        run = crawl("recheck")

        assert (run.status, "Nothing is asked before" in run.log) == (0, False)

    @pytest.mark.parametrize(
        ("status", "headers", "body"),
        [
            (403, {"cf-mitigated": "challenge"}, b""),
            (202, {"x-amzn-waf-action": "challenge"}, b""),
            (503, {}, b"<title>Just a moment...</title>"),
            (200, {}, b"<head>\n<title>\n  Just a moment...</title>"),
            (403, {}, b"<div id=main><script src=/_Incapsula_Resource?x></script>"),
            (429, {}, b"<p>Enable JavaScript and cookies to continue</p>"),
            (503, {}, b"<p>Generated by Wordfence at Fri</p>"),
        ],
    )
    def test_guards_are_known(self, status: int, headers: dict[str, str], body: bytes) -> None:
        assert is_challenge(status, lambda name: headers.get(name, ""), body)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b"<title>Just a minute: talks reopen</title>"),
            (200, b"<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>"),
            (200, b"<p>Enable JavaScript and cookies to continue</p><div class=g-recaptcha>"),
            (503, b"<h1>Briefly unavailable for scheduled maintenance</h1>"),
            (404, b"<title>Page not found</title>"),
            (304, b""),
        ],
    )
    def test_honest_pages_are_no_challenge(self, status: int, body: bytes) -> None:
        assert not is_challenge(status, lambda _: "", body)

    def test_what_many_a_site_closes_says_nothing_of_it(self) -> None:
        assert is_ordinary("https://site.example/category/mali/page/2/")
        assert not is_ordinary("https://site.example/wp-json/wp/v2/posts?per_page=100")
        assert not is_ordinary("https://site.example/sitemap.xml.gz")


class TestWaiting:
    def test_nothing_at_all_is_asked_meanwhile(self, crawl: Crawl, small: Replica) -> None:
        small.fail(path="^/category/security/$", status=429, retry_after="3", times=1)

        run = crawl("security")

        times = [request.at for request in small.requests]
        refused = next(item.at for item in small.requests if item.status == 429)
        assert (run.status, run.verdict) == (0, "ok")
        assert min((at - refused).total_seconds() for at in times if at > refused) >= 2.9

    def test_it_is_bounded_however_many_pages_want_it(self, crawl: Crawl, small: Replica) -> None:
        small.fail(path="^/(?!category|feed|robots|wp-)[a-z0-9]", status=503, retry_after="1")

        run = crawl("security")

        assert run.log.count(": waiting") <= 10
        assert run.status in {3, 4}


class TestEvidence:
    def test_one_page_is_none_however_often_it_fails(self) -> None:
        evidence = Evidence()
        for _ in range(100):
            evidence.note_failure("https://site.example/talks/")

        assert not evidence.is_of_site(is_clear=True, is_again=True)
        assert not evidence.is_of_silent_site()

    def test_several_are_sooner_where_nothing_answered(self) -> None:
        evidence = Evidence()
        told = []
        for number in range(5):
            evidence.note_failure(f"https://site.example/{number}/")
            told.append(evidence.is_of_site(is_clear=True, is_again=False))
        evidence.note_answer()
        for number in range(5):
            evidence.note_failure(f"https://site.example/{number}/")
            told.append(evidence.is_of_site(is_clear=True, is_again=False))

        assert told == [False, False, True, True, True, False, False, False, False, True]

    def test_an_answer_between_them_is_evidence_against(self) -> None:
        evidence = Evidence()
        for number in range(50):
            evidence.note_failure(f"https://site.example/{number}/")
            evidence.note_failure(f"https://site.example/{number}/again/")
            evidence.note_answer()

            assert not evidence.is_of_site(is_clear=True, is_again=True)
