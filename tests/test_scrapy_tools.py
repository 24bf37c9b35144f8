"""Scrapy's own tools work in the project; they begin no run and keep nothing."""

import pytest

from diplonews.demo import Replica
from tests.crawling import Crawl


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
