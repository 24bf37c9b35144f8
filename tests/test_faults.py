"""Whatever the site does, a run ends by itself, says what it met, and the next one heals it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from tests.support.crawling import EXIT_STATUS, Crawl, Crawled
from tests.support.truth import by_post_id

OTHER_HOST = "http://elsewhere.invalid/"
PRIVATE = "http://169.254.169.254/latest/meta-data/"

# Each fault, and whether a reader of every page would be none the wiser for it.
HARMLESS, HARMFUL = True, False
FAULTS: dict[str, tuple[dict[str, Any], bool]] = {
    "403": ({"status": 403}, HARMFUL),
    "404": ({"status": 404}, HARMFUL),
    "410": ({"status": 410}, HARMFUL),
    "429": ({"status": 429}, HARMFUL),
    "429 with Retry-After": ({"status": 429, "retry_after": "3600"}, HARMFUL),
    "500": ({"status": 500}, HARMFUL),
    "503": ({"status": 503}, HARMFUL),
    "503 with Retry-After": ({"status": 503, "retry_after": "3600"}, HARMFUL),
    "reset": ({"kind": "reset"}, HARMFUL),
    "truncate": ({"kind": "truncate"}, HARMFUL),
    "slow": ({"kind": "slow", "seconds": 3}, HARMFUL),
    "redirect to another host": ({"kind": "redirect", "location": OTHER_HOST}, HARMFUL),
    "redirect to a private address": ({"kind": "redirect", "location": PRIVATE}, HARMFUL),
    "redirect loop": ({"kind": "redirect_loop"}, HARMFUL),
    "login": ({"kind": "login"}, HARMFUL),
    "database": ({"kind": "database"}, HARMFUL),
    "challenge": ({"kind": "challenge"}, HARMFUL),
    "empty": ({"kind": "empty"}, HARMFUL),
    "gzip bomb": ({"kind": "gzip_bomb"}, HARMFUL),
    "huge": ({"kind": "huge"}, HARMFUL),
    "half a page": ({"kind": "broken_html"}, HARMFUL),
    "hostile XML": ({"kind": "hostile_xml"}, HARMFUL),
    "charset": ({"kind": "charset"}, HARMLESS),
    "NUL": ({"kind": "nul"}, HARMLESS),
}
QUICK = {"RETRY_TIMES": "1", "DOWNLOAD_TIMEOUT": "1"}
MOST_MEMORY = 300 * 2**20  # bytes; a crawl takes some 110 MiB


def crawl_quickly(crawl: Crawl) -> Crawled:
    """Crawl Security, whose faults are not waited for long."""
    settings = [part for name, value in QUICK.items() for part in ("-s", f"{name}={value}")]
    memory = ["-s", "MEMUSAGE_ENABLED=True", "-s", f"MEMUSAGE_LIMIT_MB={MOST_MEMORY // 2**20}"]
    return crawl("security", *settings, *memory)


@pytest.fixture
def site(new_replica: Callable[..., Replica], tmp_path: Path) -> tuple[Replica, Crawl]:
    replica = new_replica(articles=30, page_size=4)
    own = {"DIPLONEWS_HOLD_SECONDS": "0"}
    return replica, Crawl(replica.origin, tmp_path / "var", own)


@pytest.mark.parametrize("rate", [0.3, 1.0], ids=["30%", "100%"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_healed(name: str, rate: float, site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site
    how, is_harmless = FAULTS[name]
    fault = replica.fail(path="^/(?!robots)", rate=rate, **how)

    during = crawl_quickly(crawl)
    struck = fault.struck
    replica.heal()
    after = crawl_quickly(crawl)

    assert struck > 0
    assert during.status == EXIT_STATUS[during.verdict]
    if rate == 1.0:
        assert during.verdict == ("ok" if is_harmless else "broken")
    assert "Traceback" not in during.log
    assert "elsewhere.invalid/" not in during.log or "found a redirect to" in during.log
    assert during.report["counts"].get("memusage/limit_reached") is None
    assert (after.status, after.verdict in {"ok", "unchanged"}) == (0, True), after.log
    assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


def test_no_text_is_lost_to_a_wrong_charset(site: tuple[Replica, Crawl]) -> None:
    replica, crawl = site
    replica.fail(path="", kind="charset")

    crawl("security")

    told = {line["post_id"]: line["headline"] for line in crawl.current("security")}
    assert told == {
        number: of["headline"].strip() for number, of in replica.truth("security").items()
    }
