"""A machine without room, and pages with values that cannot be kept: nothing is lost or silent."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.forging import spoil
from tests.support.mishaps import read_only_but
from tests.support.truth import by_post_id


@pytest.fixture
def site(new_replica: Callable[..., Replica], tmp_path: Path) -> tuple[Replica, Crawl]:
    replica = new_replica(articles=30, page_size=4)
    return replica, Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_HOLD_SECONDS": "0"})


def test_a_run_needs_no_folder_but_its_own(site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site
    for spider in ("security", "recheck"):
        run = crawl(
            spider,
            arrange=partial(read_only_but, crawl.var.resolve()),
            HOME="/nonexistent",
            TMPDIR="/nonexistent",
        )

        assert (run.status, run.verdict) == (0, "ok"), run.log
    lines = crawl.current("security")
    assert by_post_id(lines).keys() == replica.truth("security").keys()
    assert any(line.get("language") for line in lines)


@pytest.mark.parametrize("largest_file", [0, 8_192, 40_000, 150_000, 400_000])
def test_a_limit_of_file_sizes_is_told_and_healed(
    largest_file: int, site: tuple[Replica, Crawl]
) -> None:
    replica, crawl = site

    during = crawl.call("crawl", "security", largest_file=largest_file)
    after = crawl("security")

    complete = replica.truth("security").keys()
    assert during.returncode in {3, 4}, during.stderr
    assert after.status == 0, after.log
    assert by_post_id(crawl.current("security")).keys() == complete


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        (r'"datePublished":"[^"]*"', r'"datePublished":"2026-11-0\\\\ud83d"'),
        (r'"name":"[^"]*"', r'"name":"\\\\udc00 Reporter"'),
        (r"postid-\d+", "postid-" + "9" * 4301),
        (r'"commentCount":\s*\d+', '"commentCount": ' + "9" * 30),
    ],
    ids=["half a character in a date", "in a name", "post id", "count"],
)
def test_an_article_is_kept_without_a_value_that_cannot_be(
    pattern: str, instead: str, site: tuple[Replica, Crawl]
) -> None:
    replica, crawl = site
    spoil(replica, pattern, instead)

    run = crawl("security")

    assert run.status in {0, 3}, run.log
    titles = {line["headline"] for line in crawl.current("security")}
    assert titles == {item["headline"].strip() for item in replica.truth("security").values()}


@pytest.mark.parametrize("name", ["DIPLONEWS_RECHECK_COUNT", "DIPLONEWS_WITHDRAW_SECONDS"])
def test_a_wrong_setting_is_never_silent(name: str, site: tuple[Replica, Crawl]) -> None:
    _, crawl = site

    run = crawl("recheck", "-s", f"{name}=many")

    assert run.status in {2, 3, 4}
    assert "many" in run.log
