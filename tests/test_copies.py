"""The same copy under two addresses, in whichever order it is read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.items import Article
from diplonews.normalise.copies import copies_among
from diplonews.normalise.likeness import marks
from tests.support.archived import line_of
from tests.support.crawling import Crawl

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

    lines = [line_of(archive, f"site:post:{number}") for number in (1, 2, 3)]
    assert [line.get("same_text_as") for line in lines] == [None, "site:post:1", None]


def test_so_it_does_where_it_was_read_first(archive: Archive, run: int) -> None:
    text = "\n\n".join(COPY)

    archive.articles.note(read(2, text, 8), run, {"security"})
    archive.articles.note(read(1, text, 9), run, {"security"})
    archive.articles.note(read(1, text, 9), run, {"security"})

    line = line_of(archive, "site:post:2")
    assert (line["same_text_as"], line["revision"]) == ("site:post:1", 2)
    assert line_of(archive, "site:post:1")["same_text_as"] is None


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


def article_of(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def prose(word: str, count: int) -> str:
    """Return a paragraph of words that no other one has."""
    return " ".join(f"{word}{number}" for number in range(count)) + "."


BACKGROUND = prose("background", 90)


class TestTwoStories:
    """Texts that share much, and are not one text."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            # Two briefs with a paragraph of background, before or after the news.
            (
                article_of(prose("border", 14), BACKGROUND),
                article_of(prose("bridge", 14), BACKGROUND),
            ),
            (
                article_of(BACKGROUND, prose("border", 12)),
                article_of(BACKGROUND, prose("bridge", 12)),
            ),
            # In one paragraph; and with the background put a little otherwise.
            (
                f"{prose('border', 16)} {BACKGROUND}",
                f"{prose('bridge', 16)} {BACKGROUND.replace('background40', 'once')}",
            ),
        ],
    )
    def test_each_with_news_of_its_own(self, one: str, other: str) -> None:
        assert copies_among(one, (other,)) == (False,)

    def test_though_the_background_that_many_share_is_long(self) -> None:
        background = prose("background", 700)
        stories = [article_of(prose(f"news{n}x", 25), background) for n in range(6)]

        assert copies_among(stories[0], tuple(stories[1:])) == (False,) * 5
        assert copies_among(stories[0], (stories[0], *stories[1:])) == (True, *(False,) * 5)

    def test_so_the_archive_says(self, archive: Archive, run: int) -> None:
        archive.articles.note(read(1, f"{prose('border', 14)}\n\n{BACKGROUND}", 9), run, set())
        archive.articles.note(read(2, f"{prose('bridge', 14)}\n\n{BACKGROUND}", 8), run, set())

        assert line_of(archive, "site:post:2")["same_text_as"] is None


class TestOneText:
    """Texts that differ a little, and are one all the same."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (article_of(*COPY), article_of(*COPY[:-1])),  # a paragraph cut
            (article_of(*COPY), article_of(*COPY, prose("photo", 9))),  # or put after
            (article_of(*COPY), article_of(*COPY).replace("aloud", "out")),  # words edited
            # A long text with a first paragraph of each desk's own.
            (
                article_of(prose("lead", 30), prose("text", 500)),
                article_of(prose("other", 30), prose("text", 500)),
            ),
        ],
    )
    def test_edited_cut_or_with_another_lead(self, one: str, other: str) -> None:
        assert copies_among(one, (other,)) == (True,)
        assert copies_among(other, (one,)) == (True,)
