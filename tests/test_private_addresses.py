"""The site's name may lead to this machine or its network only where the operator says so."""

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.crawling import Crawl, Crawled
from tests.support.hostile import Hostile
from tests.support.mishaps import lead_names_to

NAME = "news.example"


@pytest.fixture
def other_site() -> Iterator[Hostile]:
    """Return what listens on this machine, and is not the site."""
    with Hostile(lambda _path: None) as site:
        yield site


@pytest.fixture
def crawl(other_site: Hostile, tmp_path: Path) -> Crawl:
    port = other_site.origin.rpartition(":")[2]
    settings = {"DIPLONEWS_CONTACT": "ada@x.example", "DIPLONEWS_HOLD_SECONDS": "0"}
    return Crawl(f"http://{NAME}:{port}", tmp_path / "var", settings)


def crawl_where(crawl: Crawl, spider: str, address: str, **settings: str) -> Crawled:
    """Crawl where the site's name leads to *address*."""
    may_mount = subprocess.run(["unshare", "-m", "true"], capture_output=True)
    if may_mount.returncode:
        pytest.skip("a process cannot have mounts of its own here")
    hosts = crawl.var.with_name("hosts")
    hosts.write_text(f"{address} {NAME} www.{NAME}\n")
    at_once = ("-s", "DOWNLOAD_DELAY=0")
    return crawl(spider, *at_once, arrange=partial(lead_names_to, hosts), **settings)


@pytest.mark.parametrize(
    ("spider", "address"),
    [
        ("security", "127.0.0.1"),
        ("recheck", "0.0.0.0"),
        ("recheck", "10.0.0.1"),
        ("recheck", "169.254.169.254"),
    ],
)
def test_nothing_is_asked_at_an_address_that_is_not_public(
    crawl: Crawl, other_site: Hostile, spider: str, address: str
) -> None:
    run = crawl_where(crawl, spider, address)

    assert (run.status, run.verdict) == (4, "broken")
    assert f"expected {NAME} to lead to a public address, found {address}" in run.log
    assert other_site.paths == []


def test_an_operator_may_say_that_the_site_is_there(crawl: Crawl, other_site: Hostile) -> None:
    run = crawl_where(crawl, "recheck", "127.0.0.1", DIPLONEWS_PRIVATE_SITE="yes")

    assert "/robots.txt" in other_site.paths
    assert "public address" not in run.log


def test_a_proxy_may_be_on_this_machine(crawl: Crawl, other_site: Hostile) -> None:
    crawl_where(crawl, "recheck", "127.0.0.1", http_proxy=other_site.origin)

    assert f"{crawl.origin}/robots.txt" in other_site.paths
