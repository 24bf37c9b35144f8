"""Scrapy's own tools work in the project; they begin no run and keep nothing."""

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl


@pytest.mark.parametrize(
    "command", ["fetch --nolog {url}", "shell -c 1", "parse --spider security {url}", "view {url}"]
)
def test_a_wrong_setting_is_told_by_a_tool_of_scrapys_too(
    command: str, crawl: Crawl, replica: Replica
) -> None:
    done = crawl.call(*command.format(url=replica.origin).split(), "-s", "DIPLONEWS_VAR=~/var")

    assert done.returncode == 2
    assert done.stderr == (
        "DIPLONEWS_VAR: expected the path of a folder, without ~ at its beginning, found '~/var'\n"
    )
    assert replica.requests == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("parse --spider security --pipelines --nolog {url}", "'published_precision': 'second'"),
        ("fetch --nolog {url}", "<h1"),
        ("shell --nolog -c response.status {url}", "200"),
        ("check", "Ran 0 contracts"),
        ("list", "security"),
    ],
    ids=["parse", "fetch", "shell", "check", "list"],
)
def test_a_tool_of_scrapys_works_and_keeps_nothing(
    command: str, told: str, crawl: Crawl, replica: Replica
) -> None:
    url = next(iter(replica.truth("security").values()))["url"]

    done = crawl.call(*command.format(url=url).split())

    assert done.returncode == 0, done.stderr
    assert told in done.stdout + done.stderr
    assert not (crawl.var / "runs").exists()
    assert not (crawl.var / "archive.sqlite").exists()


@pytest.mark.parametrize("name", ["security", "recheck", "reparse"])
def test_a_spider_without_a_run_says_how_to_have_one(
    name: str, crawl: Crawl, replica: Replica
) -> None:
    done = crawl.call("runspider", f"diplonews/spiders/{name}.py")

    assert f"{name}: expected a run, found none" in done.stderr
    assert "Traceback" not in done.stderr
    assert replica.requests == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [("country=zz", "no ECOWAS category for country='zz'"), ("country=", "country: expected a")],
)
def test_a_wrong_argument_is_told_by_parse(arguments: str, told: str, crawl: Crawl) -> None:
    done = crawl.call("parse", "--spider", "ecowas", "-a", arguments, crawl.origin)

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
