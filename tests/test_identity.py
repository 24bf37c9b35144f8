"""Identity: no page takes another article's number or address, in whatever order they come."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import delete, insert, select

from diplonews.archive import Archive, tables
from diplonews.demo import Replica
from diplonews.demo.machine_answers import Answer
from diplonews.normalise.urls import alias_key
from tests.support.crawling import AT_ONCE, Crawl, Crawled
from tests.support.forging import Forger
from tests.support.truth import by_post_id

THEFTS: dict[str, Callable[[Forger, int, int], None]] = {
    "its address": lambda forger, thief, victim: forger.say(thief, canonical=forger.url(victim)),
    "its number": lambda forger, thief, victim: forger.say(thief, number=victim),
    "both": lambda forger, thief, victim: forger.say(
        thief, number=victim, canonical=forger.url(victim)
    ),
    "its address, without a number": lambda forger, thief, victim: forger.say(
        thief, number="none", canonical=forger.url(victim)
    ),
}
URL = r"http://[^\s)]+"
ORDERS = ["victim first", "thief first", "both in one run"]


@pytest.fixture
def small(new_replica: Callable[..., Replica]) -> Replica:
    replica = new_replica(articles=4)
    for _ in range(3):
        replica.publish(["security"])
    return replica


@pytest.fixture
def forger(small: Replica) -> Forger:
    return Forger(small)


@pytest.fixture
def watch(small: Replica, tmp_path: Path) -> Crawl:
    return Crawl(small.origin, tmp_path / "var", dict(AT_ONCE))


def conflicts(run: Crawled) -> list[dict[str, Any]]:
    return [trouble for trouble in run.report["troubles"] if "conflict: " in trouble["why"]]


def assert_none_is_lost(watch: Crawl, replica: Replica, *numbers: int) -> None:
    """Assert that the articles of those numbers are in the feed, with their own words."""
    current, truth = by_post_id(watch.current("security")), replica.truth("security")
    for number in numbers:
        assert current[number]["headline"] == truth[number]["headline"]
        slug = quote(replica.wordpress.posts[number].slug)
        assert current[number]["canonical_url"].lower().endswith(f"/{slug}/".lower())


def publish(replica: Replica, order: str, steal: Callable[[int, int], None], crawl: Crawl) -> Any:
    """Publish a victim and its thief in an order; return both numbers, and the last run."""
    if order == "victim first":
        victim = replica.publish(["security"])
        crawl("security")
        thief = replica.publish(["security"])
        steal(thief, victim)
    else:
        thief, victim = replica.publish(["security"]), replica.publish(["security"])
        steal(thief, victim)
        if order == "thief first":
            replica.withdraw(victim)
            crawl("security")
            replica.restore(victim)
    return victim, thief, crawl("security")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("theft", THEFTS)
def test_no_page_takes_what_is_anothers(
    theft: str, order: str, small: Replica, forger: Forger, watch: Crawl
) -> None:
    def steal(thief: int, victim: int) -> None:
        THEFTS[theft](forger, thief, victim)

    victim, thief, run = publish(small, order, steal, watch)
    after = watch("recheck")

    told = [conflict for done in (run, after) for conflict in conflicts(done)]
    assert_none_is_lost(watch, small, victim)
    assert run.verdict == "degraded"
    said = "\n".join(item["why"] for item in told).lower()
    assert {forger.url(thief).lower(), forger.url(victim).lower()} <= set(re.findall(URL, said))
    assert f"post:{victim}" in said
    if theft == "its address":
        assert_none_is_lost(watch, small, thief)
    else:
        why = watch.call("why", forger.url(thief)).stdout
        assert "conflict: " in why
    assert watch.call("verify").returncode == 0


@pytest.mark.parametrize("theft", ["its address", "both"])
def test_on_both_databases(
    theft: str, archive_url: str, small: Replica, forger: Forger, watch: Crawl
) -> None:
    watch.environment["DIPLONEWS_ARCHIVE"] = archive_url

    def steal(thief: int, victim: int) -> None:
        THEFTS[theft](forger, thief, victim)

    victim, _, run = publish(small, "thief first", steal, watch)

    assert {conflict["kind"] for conflict in conflicts(run)} == {"rejected"}
    assert_none_is_lost(watch, small, victim)


def test_a_renamed_article_is_one_article_and_no_conflict(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    number = small.publish(["security"])
    watch("security")
    small.rename(number, "another-slug")
    small.clear_requests()

    run = watch("security")

    asked = [request.path for request in small.requests]
    assert (run.status, conflicts(run)) == (0, [])
    assert asked.count(f"/?p={number}") == 1
    assert [line["event"] for line in watch.changes("security") if line["post_id"] == number] == [
        "created"
    ]
    known = watch.call("why", f"{small.origin}/another-slug/").stdout
    assert f"post:{number} is live" in known


@pytest.mark.parametrize("blocked", ["robots", "home", "forbidden"])
def test_a_renamed_article_is_one_where_numbers_lead_nowhere(
    blocked: str, small: Replica, forger: Forger, watch: Crawl
) -> None:
    number = small.publish(["security"])
    if blocked == "robots":
        small.robots_txt = "User-agent: *\nDisallow: /?p=\n"
    elif blocked == "home":
        forger.answer(r"^/\?p=", Answer(301, headers={"Location": "/"}))
    else:
        forger.answer(r"^/\?p=", Answer(403, b"<html><body>no</body></html>"))
    watch("security")
    small.rename(number, "another-slug")

    run = watch("security")

    assert (run.status, conflicts(run)) == (0, [])
    assert small.origin in watch.call("why", str(number)).stdout


def test_two_articles_that_swap_their_slugs_stay_what_they_are(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    one, other = small.publish(["security"], slug="one"), small.publish(["security"], slug="two")
    watch("security")
    posts, slugs = small.wordpress.posts, small.wordpress.by_slug
    posts[one].slug, posts[other].slug = "two", "one"
    slugs["two"], slugs["one"] = posts[one], posts[other]
    small.edit(one, headline="One was edited")
    small.edit(other, headline="Two was edited")

    runs = [watch("security"), watch("recheck"), watch("recheck")]

    assert [conflicts(run) for run in runs] == [[], [], []]
    assert_none_is_lost(watch, small, one, other)
    assert {line["event"] for line in watch.changes("security")} == {"created", "updated"}


def test_a_page_that_suddenly_shows_a_number_of_no_post_keeps_its_own(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    number = small.publish(["security"])
    watch("security")
    small.edit(number, headline="Edited since")
    forger.say(number, number=99_999)

    run = watch("security")

    assert (run.verdict, len(conflicts(run))) == ("degraded", 1)
    assert 99_999 not in by_post_id(watch.current("security"))
    assert number in by_post_id(watch.current("security"))


def test_what_wordpress_cannot_say_now_is_decided_later(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    victim = small.publish(["security"])
    watch("security")
    thief = small.publish(["security"])
    forger.say(thief, number=victim)
    forger.answer(r"^/\?p=", Answer(503, b"<html></html>"))

    first = watch("security", DIPLONEWS_HOLD_SECONDS="0")
    forger.answers.clear()
    second = watch("security")

    assert [len(conflicts(run)) for run in (first, second)] == [0, 1]
    assert first.status in {3, 4}
    assert_none_is_lost(watch, small, victim)


def test_a_link_of_rest_to_another_article_withdraws_nothing(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    victim, other = small.publish(["security"]), small.publish(["security"])
    watch("security")
    forger.alter("^/wp-json/wp/v2/posts", forger.slug(victim), forger.slug(other))

    runs = [watch("recheck") for _ in range(3)]

    assert {trouble["kind"] for run in runs for trouble in run.report["troubles"]} <= {"rejected"}
    assert_none_is_lost(watch, small, victim, other)
    assert {line["event"] for line in watch.changes("security")} == {"created"}


@pytest.mark.parametrize("healer", [["security", "-a", "backfill=yes"], ["recheck"]])
@pytest.mark.parametrize("theft", ["its address", "both"])
def test_an_earlier_victim_is_healed(
    theft: str, healer: list[str], small: Replica, forger: Forger, watch: Crawl
) -> None:
    thief, victim = small.publish(["security"]), small.publish(["security"])
    THEFTS[theft](forger, thief, victim)
    forger.answer(f"^/{forger.slug(victim)}/", Answer(404))
    watch("security")
    believe_pages(watch, forger.url(victim), thief if theft == "its address" else victim)
    forger.answers.clear()

    run = watch(*healer)

    assert_none_is_lost(watch, small, victim)
    assert {conflict["kind"] for conflict in conflicts(run)} == {"rejected"}


def believe_pages(watch: Crawl, victim: str, thief: int) -> None:
    """Leave the archive as code did that believed each page: an address leads to the thief.

    The victim is not known, but its address is noted as one more of the thief's.
    """
    archive = Archive.open(f"sqlite:///{watch.var / 'archive.sqlite'}")
    key = alias_key(victim)
    of_thief = select(tables.article.c.id).where(tables.article.c.post_id == thief)
    with archive.write() as connection:
        connection.execute(delete(tables.pending).where(tables.pending.c.url_key == key))
        connection.execute(delete(tables.alias).where(tables.alias.c.url_key == key))
        row = {"url_key": key, "url": victim}
        row["article_id"] = connection.scalar(of_thief)
        connection.execute(insert(tables.alias).values(row))
    archive.close()


@pytest.mark.parametrize(
    "form", ["/?p={id}", "/{slug}", "/{slug}/?utm_source=x", "/{slug}/?replytocom=5", "//{slug}/"]
)
def test_forms_of_one_address_are_no_conflict(
    form: str, small: Replica, forger: Forger, watch: Crawl
) -> None:
    number = small.publish(["security"])
    watch("security")
    slug = forger.slug(number)
    forger.alter("^/category/security/", f'/{slug}/"', form.format(id=number, slug=slug) + '"')
    small.edit(number, headline="Edited since then")

    run = watch("security")

    assert (run.status, conflicts(run)) == (0, [])
    assert by_post_id(watch.current("security"))[number]["headline"] == "Edited since then"


def test_all_pages_that_declare_the_front_page_stay_articles(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    numbers = list(small.truth("security"))
    for number in numbers:
        forger.say(number, number="none", canonical=f"{small.origin}/")

    run = watch("security")

    assert (run.status, conflicts(run)) == (0, [])
    assert len(watch.current("security")) == len(numbers)


def test_captures_are_read_again_by_the_same_rule(
    small: Replica, forger: Forger, watch: Crawl
) -> None:
    victim = small.publish(["security"])
    watch("security")
    thief = small.publish(["security"])
    forger.say(thief, number=victim, canonical=forger.url(victim))
    watch("security")
    before = watch.changes("security")

    run = watch("reparse")

    assert run.status == 0
    assert watch.changes("security") == before
    assert_none_is_lost(watch, small, victim)
