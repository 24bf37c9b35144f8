"""`scrapy why` and `scrapy savepage`, and the pages that were saved."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from diplonews.pages.read import read_article, read_listing_by_layout
from diplonews.pages.select import Page
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT

PAGES = PROJECT / "tests" / "pages"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAVED = sorted(path.parent for path in PAGES.glob("*/*/page.html"))


class TestWhy:
    @pytest.fixture
    def site(self, new_replica: Callable[..., Replica]) -> Replica:
        return new_replica(articles=60)

    def test_an_article_is_explained_by_any_of_its_addresses(
        self, site: Replica, tmp_path: Path
    ) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security")
        line = crawl.current("security")[0]

        for asked in (line["url"], line["url"].rstrip("/"), line["id"]):
            done = crawl.call("why", asked)

            assert done.returncode == 0, done.stderr
            assert f"{line['id']} is live, revision 1: {line['headline']}" in done.stdout
            assert f"in {crawl.var}/feeds/current/security/" in done.stdout
            assert "shown by the listing of security" in done.stdout
            (from_theme,) = (
                said.partition(": ")[2].split(", ")
                for said in done.stdout.splitlines()
                if said.startswith("read from theme: ")
            )
            assert {"headline", "body"} <= set(from_theme)
            assert ": created, revision 1, by " in done.stdout
            assert "newest capture: 2" in done.stdout

    def test_what_is_unread_or_unknown_is_told_with_the_reason(
        self, site: Replica, tmp_path: Path
    ) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        number = next(iter(site.truth("security")))
        path = site.truth()[number]["url"].removeprefix(site.origin)
        site.fail(path, status=500)
        crawl("security")

        waiting = crawl.call("why", site.origin + path)
        unknown = crawl.call("why", f"{site.origin}/never-heard-of/")

        assert waiting.returncode == unknown.returncode == 3
        assert "pending since" in waiting.stdout
        assert "found 500" in waiting.stdout
        assert "is its category crawled?" in unknown.stdout

    def test_all_of_it_is_there_as_json(self, site: Replica, tmp_path: Path) -> None:
        crawl = Crawl(site.origin, tmp_path / "var")
        crawl("security")

        line = crawl.current("security")[0]
        done = crawl.call("why", "--json", line["url"])

        assert "security" in json.loads(done.stdout)["feeds"]

    def test_without_an_archive_nothing_is_known(self, tmp_path: Path) -> None:
        done = Crawl("http://127.0.0.1:9", tmp_path / "var").call("why", "http://127.0.0.1:9/a/")

        assert done.returncode == 3
        assert "archive.sqlite" in done.stderr


class TestSavePage:
    @pytest.fixture
    def kept(self) -> Any:
        folder = PAGES / "article" / "saved-by-a-test"
        yield folder
        shutil.rmtree(folder, ignore_errors=True)

    def test_a_page_is_kept_for_a_person_to_fill_in(
        self, kept: Path, replica: Replica, tmp_path: Path
    ) -> None:
        fact = next(iter(replica.truth().values()))
        url = fact["url"]
        crawl = Crawl(replica.origin, tmp_path / "var")

        done = crawl.call("savepage", url, "article/saved-by-a-test")
        again = crawl.call("savepage", url, "article/saved-by-a-test")

        assert done.returncode == 0, done.stderr
        assert json.loads((kept / "page.json").read_text())["url"] == url
        assert json.loads((kept / "expected.json").read_text())["to fill in"] is True
        page = read_article(Page(url, (kept / "page.html").read_bytes()))
        assert page.headline == fact["headline"]
        assert (again.returncode, "is there: take another name" in again.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("url", "name", "told"),
        [
            ("{}/x/", "article/../../x", "expected article/<reason>"),
            ("{}/x/", "poem/x", "expected article/<reason>"),
            ("https://elsewhere.example/", "article/x", "expected a page of"),
        ],
    )
    def test_a_wrong_argument_is_told(
        self, url: str, name: str, told: str, replica: Replica, tmp_path: Path
    ) -> None:
        crawl = Crawl(replica.origin, tmp_path / "var")

        done = crawl.call("savepage", url.format(replica.origin), name)

        assert (done.returncode, told in done.stderr) == (2, True)

    def test_a_page_that_is_not_there_is_not_kept(self, replica: Replica, tmp_path: Path) -> None:
        crawl = Crawl(replica.origin, tmp_path / "var")

        done = crawl.call("savepage", f"{replica.origin}/nothing-here/", "article/nothing")

        assert done.returncode == 4
        assert "no page was kept: expected an answer with status 200, found 404" in done.stderr
        assert not (PAGES / "article" / "nothing").exists()


def test_twenty_saved_pages_show_what_the_theme_prints() -> None:
    """Adding a case is adding a folder; taking one away is a decision."""
    kinds = Counter(folder.parent.name for folder in SAVED)

    assert kinds["article"] >= 10
    assert kinds["listing"] >= 10


@pytest.mark.parametrize("folder", SAVED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_saved_pages_are_read_as_a_person_filled_in(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text())
    page = Page(
        json.loads((folder / "page.json").read_text())["url"], (folder / "page.html").read_bytes()
    )
    assert "to fill in" not in expected, f"{folder}: fill in expected.json first"

    if folder.parent.name == "listing":
        listing = read_listing_by_layout(page)
        found: dict[str, Any] = {
            "urls": [teaser.url for teaser in listing.teasers],
            "next_url": listing.next_url,
        }
    else:
        article = read_article(page).to_item(url=page.url, fetched_at=NOW, found_in="")
        found = {
            "headline": article.headline,
            "standfirst": article.standfirst,
            "authors": [author.name for author in article.authors],
            "published_raw": article.published_raw,
            "categories": [category.slug for category in article.categories],
            "body": article.body,
        }
        found |= {"layout": article.layout} if "layout" in expected else {}

    assert found == expected
