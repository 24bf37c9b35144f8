"""`scrapy prune`: what is old goes, and never what a reparse still needs."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from diplonews.archive import Archive
from diplonews.archive.captures import Captures
from diplonews.demo import Replica
from tests.support.crawling import AT_ONCE, Crawl

OLD = 100 * 86_400  # seconds


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Yield a crawl of 100 days ago, with an article that was edited and read again since."""
    with Replica(articles=30) as replica:
        crawl = Crawl(replica.origin, tmp_path_factory.mktemp("old") / "var", AT_ONCE)
        crawl("security")
        age(crawl.var)
        first = sorted(replica.truth("security"))[0]
        replica.edit(first, headline="Another headline")
        crawl("recheck")
        yield crawl, replica


def age(var: Path) -> None:
    before = time.time() - OLD
    for path in [*var.glob("captures/*/*/*"), *var.glob("runs/*"), *var.glob("doctor/*")]:
        os.utime(path, (before, before))


def captured(crawl: Crawl) -> list[str]:
    return [capture.url for capture in Captures(crawl.var / "captures").all()]


def sizes(crawl: Crawl) -> dict[str, int]:
    return {
        str(path.relative_to(crawl.var)): path.stat().st_size
        for path in crawl.var.rglob("*")
        if path.is_file() and path.parent.name != "locks" and "archive.sqlite" not in path.name
    }


def test_it_keeps_the_newest_capture_of_each_article(old: tuple[Crawl, Replica]) -> None:
    crawl, replica = old
    before, feeds = captured(crawl), sizes(crawl)

    planned = crawl.call("prune", "--older-than", "90d", "--dry-run")
    assert sizes(crawl) == feeds
    done = crawl.call("prune", "--older-than", "90d")

    assert (planned.returncode, done.returncode) == (0, 0), done.stderr
    assert planned.stdout.replace("would be removed", "removed") == done.stdout
    after = captured(crawl)
    assert len(after) < len(before)
    of_articles = {truth["url"] for truth in replica.truth("security").values()}
    assert of_articles <= set(after)
    assert [url for url in after if "/category/" in url] == []
    assert len(list((crawl.var / "runs").glob("2*.json"))) == 1
    assert (crawl.var / "runs/latest.json").exists()
    is_feed = {name: size for name, size in feeds.items() if name.startswith("feeds/")}
    assert is_feed.items() <= sizes(crawl).items()
    reparse = crawl("reparse")
    assert (reparse.verdict, reparse.report["troubles"]) == ("unchanged", [])
    assert crawl.call("verify").returncode == 0


def test_captures_that_stay_are_read_by_their_index_and_without(
    old: tuple[Crawl, Replica],
) -> None:
    crawl, _ = old
    crawl.call("prune", "--older-than", "90d")
    by_index = captured(crawl)

    for index in crawl.var.glob("captures/*/*/*.cdxj"):
        index.unlink()

    assert captured(crawl) == by_index
    for capture in Captures(crawl.var / "captures").all():
        assert capture.received().url == capture.url


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--older-than", "soon"], "expected days, such as 90d, found 'soon'"),
        (["--kind", "feeds"], "--kind: expected some of captures"),
        (["--kind", "archive"], "--kind: expected some of captures"),
    ],
)
def test_wrong_options_remove_nothing(
    arguments: list[str], sentence: str, old: tuple[Crawl, Replica]
) -> None:
    crawl, _ = old
    before = sizes(crawl)

    done = crawl.call("prune", *arguments)

    assert done.returncode == 2
    assert sentence in done.stderr
    assert sizes(crawl) == before


def test_where_no_captures_are_kept_nothing_of_today_is_removed(
    old: tuple[Crawl, Replica],
) -> None:
    """DIPLONEWS_CAPTURE_DAYS=0 is no age: a nightly `prune` would remove each day's reports."""
    crawl, _ = old
    before = sizes(crawl)

    done = crawl.call("prune", "-s", "DIPLONEWS_CAPTURE_DAYS=0")

    assert done.returncode == 0, done.stderr
    assert sizes(crawl) == before


def test_the_newest_go_too_where_that_is_told(old: tuple[Crawl, Replica]) -> None:
    crawl, _ = old

    done = crawl.call("prune", "--older-than", "0d", "--with-newest", "--kind", "captures,doctor")

    assert done.returncode == 0
    assert captured(crawl) == []
    assert "captures: " in done.stdout
    assert "reports" not in done.stdout
    archive = Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")
    assert not archive.articles.is_empty()
    archive.close()
    assert json.loads((crawl.var / "runs/latest.json").read_text())["verdict"]
