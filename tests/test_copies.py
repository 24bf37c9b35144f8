"""The same copy under two addresses, in whichever order it is read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.items import Article
from diplonews.normalise.likeness import marks
from tests.crawling import Crawl

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
COPY = tuple(
    f"Delegations from {number} countries met in the capital to compare notes on the road, "
    f"and part {number} of the draft was read aloud before the envoys left for the night."
    for number in range(12, 18)
)
OTHER = "An article of other words, though it is about the same road and the same envoys. " * 9


def read(number: int, body: str, day: int, digest: str = "") -> Article:
    return Article(
        id=f"site:post:{number}", url=f"https://site.example/{number}/", post_id=number,
        headline="Talks", body=body, published_at=NOW - timedelta(days=day), fetched_at=NOW,
        digest=digest or f"{number}",
    )  # fmt: skip


@pytest.fixture
def run(archive: Archive) -> int:
    return archive.runs.begin("security", {}, NOW)[0]


def test_the_later_one_names_the_earlier(archive: Archive, run: int) -> None:
    text = "\n\n".join(COPY)

    archive.articles.note(read(1, text, 9), run, {"security"})
    archive.articles.note(read(2, text.replace("aloud", "out"), 8), run, {"security"})
    archive.articles.note(read(3, OTHER, 7), run, {"security"})

    lines = [archive.articles.line(f"site:post:{number}") for number in (1, 2, 3)]
    assert [line.get("same_text_as") for line in lines] == [None, "site:post:1", None]


def test_so_it_does_where_it_was_read_first(archive: Archive, run: int) -> None:
    text = "\n\n".join(COPY)

    archive.articles.note(read(2, text, 8), run, {"security"})
    archive.articles.note(read(1, text, 9), run, {"security"})
    archive.articles.note(read(1, text, 9), run, {"security"})

    line = archive.articles.line("site:post:2")
    assert (line["same_text_as"], line["revision"]) == ("site:post:1", 2)
    assert "same_text_as" not in archive.articles.line("site:post:1")


def test_a_short_text_is_nobodys_copy() -> None:
    assert marks("Photo of the week.") == ()


def test_copies_are_found_by_a_crawl_and_nothing_else_is(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=200)
    first = replica.publish(["security"], given=COPY, published_at=NOW - timedelta(days=2))
    second = replica.publish(["security"], given=(*COPY[:5], COPY[5] + " Later, they said more."))
    crawl = Crawl(replica.origin, tmp_path / "var")

    crawl("security")

    copies = {line["post_id"]: line.get("same_text_as") for line in crawl.current("security")}
    assert {n: of for n, of in copies.items() if of} == {second: f"diplomaticinfo:post:{first}"}
    assert crawl.call("verify").returncode == 0
