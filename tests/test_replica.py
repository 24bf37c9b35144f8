"""The replica answers as WordPress with JNews was measured to, and fails when told to."""

import gzip
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from http.client import IncompleteRead
from time import monotonic
from typing import Any

import pytest

from diplonews.demo import Replica


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(replica: Replica, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(replica.origin + path, headers=sent)
    try:
        with OPENER.open(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def path_of(replica: Replica, post_id: int) -> str:
    return str(replica.truth()[post_id]["url"]).removeprefix(replica.origin)


def newest(replica: Replica) -> int:
    return next(iter(replica.truth("security")))


class TestStamps:
    def test_every_feed_has_the_sites_stamp(self, replica: Replica) -> None:
        site = ask(replica, "/feed/")[1]["Last-Modified"]

        paths = ("/category/ghana/feed/", "/category/cabo-verde/feed/", "/feed/?paged=99")
        assert {ask(replica, path)[1]["Last-Modified"] for path in paths} == {site}

    def test_pages_have_no_validators(self, replica: Replica) -> None:
        headers = ask(replica, "/category/ghana/")[1]

        assert not {"Last-Modified", "ETag"} & set(headers)

    @pytest.mark.parametrize("act", ["publish", "edit", "touch", "rename", "recategorise"])
    def test_what_editors_do_moves_the_stamp(self, replica: Replica, act: str) -> None:
        before = ask(replica, "/feed/")[1]["Last-Modified"]
        do: dict[str, Callable[[], object]] = {
            "publish": lambda: replica.publish(["ghana"]),
            "edit": lambda: replica.edit(newest(replica), headline="Other"),
            "touch": lambda: replica.touch(newest(replica)),
            "rename": lambda: replica.rename(newest(replica)),
            "recategorise": lambda: replica.recategorise(newest(replica), ["mali"]),
        }

        do[act]()

        assert ask(replica, "/feed/", If_Modified_Since=before)[0] == 200

    def test_trashing_the_newest_post_moves_the_stamp_back_and_is_not_seen(
        self, replica: Replica
    ) -> None:
        number = replica.publish(["security"])
        before = ask(replica, "/feed/")[1]["Last-Modified"]

        replica.withdraw(number)

        status, headers, _ = ask(replica, "/feed/", If_Modified_Since=before)
        assert status == 304
        assert headers["Last-Modified"] != before

    def test_both_validators_must_match_and_a_weak_tag_never_does(self, replica: Replica) -> None:
        headers = ask(replica, "/feed/")[1]
        stamp, tag = headers["Last-Modified"], headers["ETag"]

        statuses = [
            ask(replica, "/feed/", If_Modified_Since=stamp)[0],
            ask(replica, "/feed/", If_None_Match=tag)[0],
            ask(replica, "/feed/", If_Modified_Since=stamp, If_None_Match=tag)[0],
            ask(replica, "/feed/", If_Modified_Since=stamp, If_None_Match=f"W/{tag}")[0],
        ]

        assert statuses == [304, 304, 304, 200]


class TestListings:
    def test_the_hero_is_repeated_on_every_page(self, new_replica: Callable[..., Replica]) -> None:
        replica = new_replica(articles=200)

        heroes = [
            re.findall(
                rb'jeg_hero_item_\d format.*?<a href="([^"]+)"', ask(replica, path)[2], re.S
            )
            for path in ("/category/security/", "/category/security/page/2/")
        ]

        assert len(heroes[0]) == 4
        assert heroes[0] == heroes[1]

    def test_past_the_last_page_is_the_404_page_with_ten_teasers(self, replica: Replica) -> None:
        status, _, body = ask(replica, "/category/security/page/99/")

        assert status == 404
        assert body.count(b"<article class=") == 10

    def test_wordpress_counts_a_page_more_than_the_theme(
        self, new_replica: Callable[..., Replica]
    ) -> None:
        replica = new_replica(articles=60)
        count = len(replica.truth("international"))
        while count % 10 not in {1, 2, 3, 4}:
            replica.publish(["international"])
            count += 1

        status, _, body = ask(replica, f"/category/international/page/{-(-count // 10)}/")

        assert status == 200
        assert b"jeg_empty_module" in body

    def test_an_empty_category_says_so(self, replica: Replica) -> None:
        status, _, body = ask(replica, "/category/ecowas/cabo-verde/")

        assert (status, b"jeg_empty_module" in body) == (200, True)
        assert body.count(b"jeg_hero_empty") == 4

    def test_a_parents_listing_has_its_childrens_articles(
        self, new_replica: Callable[..., Replica]
    ) -> None:
        nested, flat = new_replica(articles=100), new_replica(articles=100, nested=False)

        counts = [len(item.wordpress.public("ecowas")) for item in (nested, flat)]

        assert counts[0] > counts[1]


class TestAddresses:
    def test_what_is_not_the_permalink_leads_to_it(self, replica: Replica) -> None:
        number = newest(replica)
        old = path_of(replica, number)
        replica.rename(number, "a-new-slug")

        for path in (f"/?p={number}", old, "/a-new/"):
            status, headers, _ = ask(replica, path)
            assert (status, headers["Location"]) == (301, f"{replica.origin}/a-new-slug/")

    def test_a_withdrawn_post_is_not_found_until_it_is_restored(self, replica: Replica) -> None:
        number = newest(replica)
        path = path_of(replica, number)

        replica.withdraw(number)
        gone = ask(replica, path)[0]
        replica.restore(number)

        assert (gone, ask(replica, path)[0]) == (404, 200)

    def test_rest_answers_as_wordpress_does(self, replica: Replica) -> None:
        posts = "/wp-json/wp/v2/posts"
        status, headers, body = ask(replica, f"{posts}?per_page=5&_fields=id,link")
        first = json.loads(body)[0]
        replica.withdraw(first["id"])

        assert (status, headers["X-WP-Total"]) == (200, "60")
        assert set(first) == {"id", "link"}
        assert ask(replica, f"{posts}?per_page=101")[0] == 400
        assert ask(replica, f"{posts}?page=99")[0] == 400
        assert ask(replica, f"{posts}/{first['id']}")[0] == 401

    def test_modified_after_is_strict(self, replica: Replica) -> None:
        number = newest(replica)
        replica.edit(number, headline="Other")
        at = replica.truth()[number]["modified_at"]

        since = [(at - timedelta(seconds=1)), at]
        found = [
            json.loads(
                ask(replica, f"/wp-json/wp/v2/posts?modified_after={of:%Y-%m-%dT%H:%M:%S}Z")[2]
            )
            for of in since
        ]

        assert [[post["id"] for post in posts] for posts in found] == [[number], []]

    def test_surfaces_can_be_switched_off(self, replica: Replica) -> None:
        replica.feed_open = replica.rest_open = replica.sitemap_open = False

        paths = ("/feed/", "/wp-json/wp/v2/posts", "/wp-sitemap.xml")
        assert [ask(replica, path)[0] for path in paths] == [404, 401, 404]


class TestFaults:
    @pytest.mark.parametrize("kind", ["login", "database", "challenge", "empty"])
    def test_a_page_that_is_no_article_answers_200(self, replica: Replica, kind: str) -> None:
        replica.fail(path="^/category/", kind=kind)

        status, _, body = ask(replica, "/category/ghana/")

        assert status == 200
        assert b"jeg_post" not in body

    def test_a_status_may_say_when_to_come_back(self, replica: Replica) -> None:
        replica.fail(status=429, retry_after="120")

        status, headers, _ = ask(replica, "/")

        assert (status, headers["Retry-After"]) == (429, "120")

    def test_a_reset_is_no_answer(self, replica: Replica) -> None:
        replica.fail(kind="reset")

        with pytest.raises((ConnectionResetError, urllib.error.URLError)):
            ask(replica, "/")

    def test_a_truncated_body_is_shorter_than_it_says(self, replica: Replica) -> None:
        replica.fail(kind="truncate")

        with pytest.raises(IncompleteRead):
            ask(replica, "/")

    def test_a_bomb_is_small_and_unpacks_to_more_than_fifty_megabytes(
        self, replica: Replica
    ) -> None:
        replica.fail(kind="gzip_bomb")

        body = ask(replica, "/")[2]

        assert len(body) < 500_000
        assert len(gzip.decompress(body)) > 50 * 2**20

    def test_a_huge_page_is_over_ten_megabytes(self, replica: Replica) -> None:
        replica.fail(kind="huge")

        assert len(ask(replica, "/")[2]) > 10 * 2**20

    def test_a_fault_strikes_by_path_rate_and_number_of_times(self, replica: Replica) -> None:
        replica.fail(path="^/feed/", times=2)
        replica.fail(path="^/category/", rate=0.3)

        feeds = [ask(replica, "/feed/")[0] for _ in range(4)]
        pages = [ask(replica, "/category/ghana/")[0] for _ in range(60)]

        assert feeds == [503, 503, 200, 200]
        assert 8 <= pages.count(503) <= 30

    def test_a_healed_site_answers_again(self, replica: Replica) -> None:
        replica.fail()
        replica.heal()

        assert ask(replica, "/")[0] == 200


class TestContent:
    def test_the_same_seed_is_the_same_site(self, new_replica: Callable[..., Replica]) -> None:
        one, two, other = (new_replica(articles=50, seed=seed) for seed in (3, 3, 4))

        bodies = [
            [line.get("body") for line in item.truth().values()] for item in (one, two, other)
        ]

        assert bodies[0] == bodies[1]
        assert bodies[0] != bodies[2]

    @pytest.mark.parametrize("theme", ["jnews", "jnews-elementor", "plain"])
    def test_pages_weigh_what_real_ones_do(
        self, theme: str, new_replica: Callable[..., Replica]
    ) -> None:
        replica = new_replica(articles=100, theme=theme)

        sizes = [len(ask(replica, path_of(replica, n))[2]) for n in list(replica.truth())[:20]]

        assert 75_000 < min(sizes) <= max(sizes) < 200_000

    def test_a_page_differs_at_every_rendering(self, replica: Replica) -> None:
        path = path_of(replica, newest(replica))

        assert ask(replica, path)[2] != ask(replica, path)[2]

    def test_ten_thousand_articles_are_there_at_once(
        self, new_replica: Callable[..., Replica]
    ) -> None:
        before = monotonic()

        replica = new_replica(articles=10_000)

        assert monotonic() - before < 10
        assert len(replica.wordpress.public()) == 10_000

    def test_the_model_post_has_the_facts_of_the_one_page_known(self, replica: Replica) -> None:
        line = next(
            item for item in replica.truth().values() if item["headline"].startswith("Putin, Xi")
        )

        assert [category["slug"] for category in line["categories"]] == [
            "international",
            "security",
        ]
        assert line["dateline_raw"] == "MOSCOW"
        assert line["agency"] == "Anadolu"
        assert line["crossheads"] == ["China welcomes the contacts"]
