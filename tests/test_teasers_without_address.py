"""A teaser whose link leads nowhere is told, and a recheck finds its article elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.forging import Forger


@pytest.mark.parametrize("link", ["http://[", "#", "javascript:void(0)", "http://a:99999999/"])
def test_it_is_told_and_the_next_recheck_finds_the_article(
    link: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=4)
    replica.publish(["security"])
    post = replica.publish(["security"])
    forger = Forger(replica)
    forger.alter("^/category/security/", f'href="[^"]*/{forger.slug(post)}/"', f'href="{link}"')
    watch = Crawl(replica.origin, tmp_path / "var")

    run = watch("security")
    listed = {line["post_id"] for line in watch.current("security")}
    forger.altered.clear()
    watch("recheck")

    headline = replica.truth("security")[post]["headline"]
    (trouble,) = run.report["troubles"]
    assert run.verdict == "degraded"
    assert trouble["kind"] == "rejected"
    assert trouble["url"] == f"{replica.origin}/category/security/"
    assert trouble["why"] == f"expected a link to the article {headline!r}, found {link!r}"
    assert post not in listed
    assert post in {line["post_id"] for line in watch.current("security")}


def test_it_is_told_where_no_layout_fits_too(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=20, theme="plain")
    watch = Crawl(replica.origin, tmp_path / "var")
    watch("security")
    post = replica.publish(["security"])
    forger = Forger(replica)
    forger.alter("^/category/security/", f'href="[^"]*/{forger.slug(post)}/"', 'href="#"')

    run = watch("security")

    headline = replica.truth("security")[post]["headline"]
    told = {trouble["why"] for trouble in run.report["troubles"]}
    assert f"expected a link to the article {headline!r}, found '#'" in told
