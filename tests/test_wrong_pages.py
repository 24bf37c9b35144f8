"""A wrong page at an article's address, or after it, neither withdraws nor alters the article."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from diplonews.demo.machine_answers import Answer
from tests.support.crawling import Crawl, Crawled
from tests.support.forging import Forger

NO_WAITS = {
    "DIPLONEWS_WITHDRAW_SECONDS": "0",
    "DIPLONEWS_RECHECK_SECONDS": "0",
    "DIPLONEWS_AUDIT_SECONDS": "0",
}
PROSE = "".join(f"<p>Our engineers are at work on room {n} of the house.</p>" for n in range(30))


@pytest.fixture
def small(new_replica: Callable[..., Replica]) -> Replica:
    replica = new_replica(articles=4)
    for _ in range(8):
        replica.publish(["security"])
    return replica


@pytest.fixture
def forger(small: Replica) -> Forger:
    return Forger(small)


@pytest.fixture
def watch(small: Replica, forger: Forger, tmp_path: Path) -> Crawl:
    crawl = Crawl(small.origin, tmp_path / "var", dict(NO_WAITS))
    assert crawl("security").status == 0
    return crawl


def last_posts(replica: Replica, count: int) -> list[int]:
    return list(replica.truth("security"))[-count:]


def assert_untouched(watch: Crawl, before: list[dict[str, Any]], runs: list[Crawled]) -> None:
    """Assert that the feed is as it was, and that each run says that something is wrong."""
    assert watch.current("security") == before
    assert {run.verdict for run in runs} <= {"degraded", "broken"}


def why_of(run: Crawled, url: str) -> str:
    """Return what a run's report says of an address."""
    return "; ".join(
        trouble["why"]
        for trouble in run.report["troubles"]
        if trouble["url"].lower() == url.lower()
    )


def notice(html_class: str = "", head: str = "") -> Answer:
    """Return a page of prose that says to machines that it is an article, and is none of ours."""
    page = (
        f'<!DOCTYPE html><html><head><meta property="og:type" content="article">{head}'
        f"<title>Under construction</title></head><body class='{html_class}'>"
        f"<div><h1>Under construction</h1>{PROSE}</div></body></html>"
    )
    return Answer(200, page.encode())


class TestAPageThatShowsNothingOfTheArticle:
    """It has no number, no layout that fits, another headline and other words."""

    @pytest.mark.parametrize(
        "page",
        [notice(), notice("maintenance-mode"), notice(head='<meta name="robots" content="x">')],
        ids=["a notice", "a plugin's page", "a page for machines"],
    )
    def test_changes_nothing_and_is_told(
        self, page: Answer, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        (post,) = last_posts(small, 1)
        before = watch.current("security")
        forger.answer(f"^/{forger.slug(post)}/", page)
        small.edit(post, headline="Edited since")

        run = watch("recheck", DIPLONEWS_HOLD_SECONDS="0")

        assert_untouched(watch, before, [run])
        said = why_of(run, forger.url(post))
        assert f"post:{post}" in said
        assert "found a page without its number, its headline and its words" in said

    def test_is_read_again_until_the_article_is_back(
        self, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        (post,) = last_posts(small, 1)
        forger.answer(f"^/{forger.slug(post)}/", notice())
        small.edit(post, headline="Edited since")
        watch("recheck")
        forger.answers.clear()

        run = watch("security")

        assert run.status == 0
        assert watch.changes("security")[-1]["headline"] == "Edited since"

    def test_of_another_address_is_asked_for_there(
        self, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        """A cache shows the page of an article that nobody has read yet, and hides its number."""
        (post,) = last_posts(small, 1)
        before = [line for line in watch.current("security") if line["post_id"] == post]
        other = small.publish(["international"])
        page = forger.honest(f"/{forger.slug(other)}/", {})
        text = page.body.decode().replace(f"postid-{other}", "").replace(f"?p={other}", "")
        forger.answer(f"^/{forger.slug(post)}/", Answer(200, text.encode()))
        small.edit(post, headline="Edited since")

        run = watch("recheck")

        assert [line for line in watch.current("security") if line["post_id"] == post] == before
        assert run.verdict == "degraded"
        known = watch.call("why", forger.url(other)).stdout
        assert f"post:{other} is live" in known

    @pytest.mark.parametrize("kept", ["headline", "words"])
    def test_but_with_its_headline_or_words_it_is_the_article(
        self, kept: str, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        """The theme changed to one without numbers, and the editors changed the article."""
        (post,) = last_posts(small, 1)
        line = next(item for item in watch.current("security") if item["post_id"] == post)
        headline = line["headline"] if kept == "headline" else "Another headline now"
        words = line["body"] if kept == "words" else "Other words. " * 80
        body = "".join(f"<p>{paragraph}</p>" for paragraph in words.split("\n"))
        page = notice().body.decode().replace(PROSE, body)
        page = page.replace("Under construction", headline)
        forger.answer(f"^/{forger.slug(post)}/", Answer(200, page.encode()))
        small.edit(post, headline="Edited since")

        run = watch("recheck")

        assert "found a page without its number" not in run.log
        now = next(item for item in watch.current("security") if item["post_id"] == post)
        assert now["headline"] == headline
        assert now["body"].split()[:20] == words.split()[:20]


class TestAnotherPageAtTheArticlesOwnAddress:
    @pytest.mark.parametrize("kind", ["home blog", "home", "archive category", "search"])
    def test_withdraws_nothing_however_few_they_are(
        self, kind: str, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        posts = last_posts(small, 3)
        before = watch.current("security")
        for post in posts:
            body = f'<html><body class="{kind}"><p>{"Much else. " * 99}</p></body></html>'
            forger.answer(f"^/{forger.slug(post)}/", Answer(200, body.encode()))
            small.edit(post, headline=f"Edited since {post}")

        runs = [watch("recheck") for _ in range(2)]

        assert_untouched(watch, before, runs)
        for post in posts:
            assert "expected an article, found" in why_of(runs[0], forger.url(post))

    def test_is_never_given_up_where_it_was_never_read(
        self, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        post = small.publish(["security"])
        body = f'<html><body class="home blog"><p>{"Much else. " * 99}</p></body></html>'
        forger.answer(f"^/{forger.slug(post)}/", Answer(200, body.encode()))
        for _ in range(2):
            watch("security")
        known = watch.call("why", forger.url(post)).stdout

        assert "pending since" in known
        assert "rejected" not in known


class TestARedirectToAPageThatIsNotThere:
    @pytest.mark.parametrize("status", [301, 302, 308])
    @pytest.mark.parametrize("place", ["/moved-to-nowhere/", "/2026/11/moved-to-nowhere/"])
    def test_does_not_withdraw_the_article(
        self, status: int, place: str, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        posts = last_posts(small, 2)
        before = watch.current("security")
        for post in posts:
            answer = Answer(status, headers={"Location": place})
            forger.answer(f"^/{forger.slug(post)}/", answer)
            small.edit(post, headline=f"Edited since {post}")

        runs = [watch("recheck") for _ in range(2)]

        assert_untouched(watch, before, runs)
        assert runs[0].report["account"]["gone"] == 0
        said = why_of(runs[0], forger.url(posts[0]))
        assert f"found a redirect to {small.origin}{place}, which answers 404" in said

    def test_but_one_to_a_form_of_its_own_address_does(
        self, watch: Crawl, small: Replica, forger: Forger
    ) -> None:
        (post,) = last_posts(small, 1)
        small.withdraw(post)
        slug = forger.slug(post)
        forger.answer(f"^/{slug}/$", Answer(301, headers={"Location": f"/{slug}"}))
        forger.answer(f"^/{slug}$", Answer(404))

        runs = [watch("recheck") for _ in range(2)]

        assert [run.status for run in runs] == [0, 0]
        assert watch.changes("security")[-1]["event"] == "withdrawn"
