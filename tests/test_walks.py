"""A walk comes to an end, takes only what is the category's, and reads articles meanwhile."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diplonews.archive import Archive
from diplonews.demo.machine_answers import Answer
from tests.support.crawling import Crawl, Crawled
from tests.support.truth import by_post_id
from tests.support.twisted_replica import TwistedReplica, article, found, listing, missing, moved

MADE = re.compile(r"/made-(\d+)/$")  # articles of the attacker's
FIRST_MADE = 900_000
LIMITS = {
    "DIPLONEWS_WALK_PAGES": "6", "DIPLONEWS_WALK_STRETCH": "2", "DIPLONEWS_LISTING_TEASERS": "300",
    "DIPLONEWS_ARTICLE_PAGES": "5",
}  # fmt: skip


def made(*numbers: int) -> list[str]:
    return [f"/made-{FIRST_MADE + number}/" for number in numbers]


@pytest.fixture
def new_twisted() -> Iterator[Callable[..., TwistedReplica]]:
    started: list[TwistedReplica] = []

    def start(**options: Any) -> TwistedReplica:
        replica = TwistedReplica(**({"articles": 60} | options))
        started.append(replica)
        replica.__enter__()
        return replica

    yield start
    for replica in started:
        replica.__exit__(None, None, None)


@pytest.fixture
def twisted(new_twisted: Callable[..., TwistedReplica]) -> TwistedReplica:
    return new_twisted()


@pytest.fixture
def harmed(twisted: TwistedReplica, tmp_path: Path) -> Crawl:
    return Crawl(twisted.origin, tmp_path / "var", LIMITS)


def whys(run: Crawled, part: str) -> list[str]:
    """Return why there was trouble at the addresses that have *part* in them."""
    return [trouble["why"] for trouble in run.report["troubles"] if part in trouble["url"]]


def endless(path: str, honest: Callable[[], Answer]) -> Answer | None:
    """Answer with a listing of Security that has always one more page, of new articles."""
    page = re.match(r"^/category/security/(?:page/(\d+)/)?$", path)
    if page:
        number = int(page[1] or 1)
        members = made(*range(10 * number, 10 * number + 10))
        following = f"/category/security/page/{number + 1}/"
        return found(listing("security", "Security", members, next_path=following))
    single = MADE.match(path)
    return found(article(int(single[1]), category="security")) if single else None


class TestEndlessListings:
    def test_one_that_always_has_one_more_page_ends_at_the_setting(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        twisted.twist = endless

        run = harmed("security")

        asked = [path for path in twisted.paths() if path.startswith("/category/security/")]
        assert run.status == 3, run.log
        assert len(asked) == len(set(asked)) == 6
        assert "(DIPLONEWS_WALK_PAGES)" in whys(run, "/page/6/")[0]
        assert len(harmed.current("security")) == 60

    def test_articles_are_read_while_the_walk_goes_on(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        twisted.twist = endless

        harmed("security")

        paths = twisted.paths()
        last_page = paths.index("/category/security/page/6/")
        assert sum(bool(MADE.match(path)) for path in paths[:last_page]) >= 20

    @pytest.mark.parametrize(
        ("following", "why"),
        [
            ("/category/security/", "found one read before"),
            ("/category/security/?again=1", "found the articles of one before"),
            ("/category/security/page/2/", "found one read before"),
        ],
        ids=["to the first", "to the first by another address", "to itself"],
    )
    def test_a_ring_is_gone_round_once(
        self, following: str, why: str, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        def ring(path: str, honest: Callable[[], Answer]) -> Answer | None:
            first, second = made(1, 2, 3), made(4, 5, 6)
            if path.startswith("/category/security/page/2/"):
                return found(listing("security", "Security", second, next_path=following))
            if path.startswith("/category/security/"):
                after = "/category/security/page/2/"
                return found(listing("security", "Security", first, next_path=after))
            return endless(path, honest)

        twisted.twist = ring

        run = harmed("security")

        asked = [path for path in twisted.paths() if path.startswith("/category/security/")]
        assert len(asked) <= 3
        assert run.status == 3
        assert why in whys(run, "/category/security/")[0]
        assert len(harmed.current("security")) == 6

    @pytest.mark.parametrize(
        ("count", "taken", "why"),
        [(5_000, 300, "(DIPLONEWS_LISTING_TEASERS)"), (40_000, 0, "tags, found")],
    )
    def test_a_page_of_too_many_teasers_is_cut_or_refused_and_told(
        self, count: int, taken: int, why: str, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        members = made(*range(count))

        def crowd(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/category/security/":
                return found(listing("security", "Security", members))
            return missing() if MADE.match(path) else None

        twisted.twist = crowd

        run = harmed("security", "-s", "CLOSESPIDER_PAGECOUNT=20")

        assert run.report["counts"].get("diplonews/fresh_count", 0) == taken
        assert any(why in told for told in whys(run, ""))
        assert run.status in {3, 4}
        assert "Traceback" not in run.log

    def test_so_many_links_of_the_menus_are_tried_and_no_more(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        items = "".join(
            f'<li class="menu-item-object-category"><a href="/wrong-{n}/">Security</a></li>'
            for n in range(1_000)
        )

        def menus(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/":
                return found(f'<html><body class="home"><ul>{items}</ul></body></html>')
            return None

        twisted.twist = menus

        run = harmed("security")

        assert sum(path.startswith("/wrong-") for path in twisted.paths()) == 10
        assert run.status == 0
        ids = by_post_id(harmed.current("security")).keys()
        assert ids == twisted.truth("security").keys()


class TestSplitArticles:
    def test_one_that_never_ends_is_kept_as_far_as_it_was_read(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        links = {  # of made articles: where each page leads on
            1: lambda path: path,
            2: lambda path: "/made-900002/2/",
            3: lambda path: f"/made-900003/{int(path.strip('/').rpartition('/')[2]) + 1}/"
            if path.count("/") > 2 else "/made-900003/2/",
            4: lambda path: f"{path}?more",
            5: lambda path: "http://elsewhere.invalid/2/",
        }  # fmt: skip

        def split(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/category/security/":
                return found(listing("security", "Security", made(*links)))
            if path == "/made-900002/2/":
                return moved("/made-900002/")
            single = re.match(r"^/made-(\d+)/", path)
            if not single:
                return None
            number = int(single[1])
            following = links[number - FIRST_MADE](path)
            words = f"Words of {path}." if number == FIRST_MADE + 3 else ""
            return found(article(number, category="security", words=words, next_path=following))

        twisted.twist = split

        run = harmed("security")

        asked = [path for path in twisted.paths() if path.startswith("/made-")]
        kept = by_post_id(harmed.current("security"))
        assert (run.status, run.verdict) == (3, "degraded"), run.log
        assert kept.keys() == {FIRST_MADE + number for number in links}
        assert asked.count("/made-900001/") == 1
        assert sum(path.startswith("/made-900002/") for path in asked) <= 3
        assert sum(path.startswith("/made-900003/") for path in asked) == 5
        assert kept[900003]["body"].count("Words of") == 5
        assert sum(path.startswith("/made-900004/") for path in asked) == 2
        assert kept[900004]["body"].count("They spoke") == 1
        assert "(DIPLONEWS_ARTICLE_PAGES)" in whys(run, "/made-900003/")[0]
        for number in (1, 2, 4, 5):
            assert "It is kept as far as it was read" in whys(run, made(number)[0])[0]

        twisted.clear_requests()
        again = harmed("reparse")
        assert sorted(line["post_id"] for line in harmed.changes("security")) == sorted(kept)
        assert again.report["counts"].get("diplonews/updated_count") is None, again.log

    def test_one_whose_further_page_stays_missing_is_kept_in_the_end(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        url = twisted.origin + made(1)[0]

        def split(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/category/security/":
                return found(listing("security", "Security", made(1)))
            whole = article(FIRST_MADE + 1, category="security", next_path=f"{made(1)[0]}2/")
            return found(whole) if path == made(1)[0] else None

        def fail_often(archive: Archive) -> None:
            for _ in range(3):
                archive.pending.note_failure(url, "missing", datetime(2026, 1, 1, tzinfo=UTC))

        twisted.twist = split

        first = harmed("security")
        lines = harmed.current("security")
        with_archive(harmed, fail_often)
        last = harmed("security")

        assert (first.status, lines) == (3, [])
        assert (last.status, last.verdict) == (3, "degraded"), last.log
        assert "found none" in whys(last, made(1)[0])[0]
        assert by_post_id(harmed.current("security")).keys() == {FIRST_MADE + 1}


class TestOwnListing:
    """What is not the category's own listing is not taken for it, though its address is known."""

    @pytest.mark.parametrize(
        "kind", ["another category", "home", "an archive of tags", "an unknown theme"]
    )
    def test_an_address_that_leads_elsewhere_is_refused_and_looked_for_again(
        self, kind: str, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        harmed("security")
        others = {
            "another category": moved("/category/politics/"),
            "home": moved("/"),
            "an archive of tags": found(
                listing("security", "Security", made(1, 2, 3)).replace(
                    "archive category", "archive tag"
                )
            ),
            "an unknown theme": moved("/category/politics/"),
        }

        def away(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path.startswith("/category/security/"):
                return others[kind]
            if path == "/category/politics/" and kind == "an unknown theme":
                urls = [item["url"] for item in twisted.truth().values()]
                named = "".join(f"<p><a href='{url}'>Talks go on still</a></p>" for url in urls)
                return found(f"<html><body><h3>Security</h3>{named}</body></html>")
            single = MADE.match(path)
            return found(article(int(single[1]))) if single else None

        twisted.twist = away
        twisted.publish(["security"])

        run = harmed("security")
        told = whys(run, "")
        twisted.twist = lambda path, honest: None
        healed = harmed("security")

        assert run.status in {3, 4}, run.log
        assert any("expected the listing of 'Security'" in why for why in told) or kind == "home"
        assert any("no listing of 'Security' found" in why for why in told)
        assert healed.status == 0, healed.log
        ids = by_post_id(harmed.current("security")).keys()
        assert ids == twisted.truth("security").keys()

    def test_a_page_of_another_category_in_the_midst_of_a_walk_is_refused(
        self, new_twisted: Callable[..., TwistedReplica], tmp_path: Path
    ) -> None:
        replica = new_twisted(page_size=3)
        crawl = Crawl(replica.origin, tmp_path / "var")
        replica.twist = lambda path, honest: (
            moved("/category/politics/") if path == "/category/security/page/2/" else None
        )

        run = crawl("security")

        assert run.status == 3
        assert "expected the listing of 'Security', found that of 'Politics'" in run.log
        ids = by_post_id(crawl.current("security")).keys()
        assert ids <= replica.truth("security").keys()

    @pytest.mark.parametrize(
        "canonical",
        ["https://elsewhere.example/category/security/", "http://127.0.0.1:1/category/security/",
         "/category/politics/", "/tag/security/"],
    )  # fmt: skip
    def test_what_a_listing_declares_is_not_kept_as_its_address(
        self, canonical: str, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        def declared(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if not path.startswith("/category/security/"):
                return None
            said = re.sub(r'rel="canonical" href="[^"]*"', f'rel="canonical" href="{canonical}"',
                          honest().body.decode())  # fmt: skip
            return found(said)

        twisted.twist = declared

        runs = [harmed("security")]
        kept = address(harmed)
        twisted.publish(["security"])
        runs.append(harmed("security"))

        assert [run.status for run in runs] == [0, 0], runs[-1].log
        assert kept == f"{twisted.origin}/category/security/"
        ids = by_post_id(harmed.current("security")).keys()
        assert ids == twisted.truth("security").keys()

    @pytest.mark.parametrize(
        "kept", ["https://elsewhere.example/category/security/", "http://127.0.0.1:1/x/",
                 "{origin}/category/politics/"]
    )  # fmt: skip
    def test_an_archive_with_such_an_address_is_healed(
        self, kept: str, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        harmed("security")
        wrong = kept.format(origin=twisted.origin)
        with_archive(harmed, lambda of: of.walks.note_address("security", "security", wrong))
        twisted.publish(["security"])

        harmed("security")
        run = harmed("security")

        assert run.status == 0
        assert address(harmed) == f"{twisted.origin}/category/security/"
        ids = by_post_id(harmed.current("security")).keys()
        assert ids == twisted.truth("security").keys()


def with_archive(crawl: Crawl, do: Callable[[Archive], Any]) -> Any:
    archive = Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")
    try:
        return do(archive)
    finally:
        archive.close()


def address(crawl: Crawl) -> str:
    return str(with_archive(crawl, lambda archive: archive.walks.address("security")))


class TestEnds:
    def test_a_next_page_told_to_machines_alone_that_is_missing_is_the_end(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        def one_more(path: str, honest: Callable[[], Answer]) -> Answer | None:
            answer = honest()
            following = b'<link rel="next" href="/category/security/page/99/">'
            if path.startswith("/category/security/") and answer.status == 200:
                answer.body = answer.body.replace(b"</head>", following + b"</head>")
                return answer
            return None

        twisted.twist = one_more

        run = harmed("security")

        assert (run.status, run.verdict) == (0, "ok"), run.log
        assert "/category/security/page/99/" in twisted.paths()

    def test_a_link_to_a_page_that_is_missing_twice_is_the_end(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        def one_more(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/category/security/":
                paths = made(1, 2, 3)
                return found(listing("security", "Security", paths, next_path="/category/x/"))
            return endless(path, honest)

        twisted.twist = one_more

        runs = [harmed("security") for _ in range(3)]

        assert [run.status for run in runs] == [3, 0, 0], runs[1].log

    def test_a_page_that_the_listing_counts_is_not_the_end_though_it_is_missing(
        self, new_twisted: Callable[..., TwistedReplica], tmp_path: Path
    ) -> None:
        replica = new_twisted(page_size=3)
        crawl = Crawl(replica.origin, tmp_path / "var")

        def without_links(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path.startswith("/category/security/page/2/"):
                return missing()
            if path.startswith("/category/security/"):
                return found(
                    re.sub(r'<a class="page_nav next".*?</a>', "", honest().body.decode())
                )
            return None

        replica.twist = without_links

        run = crawl("security")

        assert run.status == 3, run.log
        assert "found 404" in whys(run, "/page/2/")[0]


def without_navigation(path: str, honest: Callable[[], Answer]) -> Answer | None:
    """Answer with a builder's template that prints no links to further pages."""
    answer = honest()
    if not path.startswith("/category/") or answer.status != 200:
        return None
    text = answer.body.decode()
    return found(re.sub(r'<div class="jeg_navigation.*?</div>', "", text, flags=re.DOTALL))


class TestBuildersTemplates:
    @pytest.mark.parametrize("end", ["missing", "home", "the first page", "the theme's 404 page"])
    def test_one_without_links_to_further_pages_is_walked_to_its_end(
        self, end: str, new_twisted: Callable[..., TwistedReplica], tmp_path: Path
    ) -> None:
        replica = new_twisted(theme="jnews-elementor", page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var")

        def twist(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path.startswith("/category/security/") and honest().status == 404:
                return {
                    "missing": missing(),
                    "home": moved("/"),
                    "the first page": moved("/category/security/"),
                    "the theme's 404 page": found(honest().body.decode()),
                }[end]
            return without_navigation(path, honest)

        replica.twist = twist

        run = crawl("security")

        assert run.status == 0, run.log
        ids = by_post_id(crawl.current("security")).keys()
        assert ids == replica.truth("security").keys()

    def test_one_that_shows_the_same_on_every_page_is_told(
        self, new_twisted: Callable[..., TwistedReplica], tmp_path: Path
    ) -> None:
        replica = new_twisted(theme="jnews-elementor", page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var")

        def twist(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/category/security/page/2/":
                first = "/category/security/"
                return without_navigation(first, lambda: honest_answer(replica, first))
            return without_navigation(path, honest)

        replica.twist = twist

        run = crawl("security")

        assert run.status == 3, run.log
        assert "found the articles of one before" in whys(run, "/page/2/")[0]
        ids = by_post_id(crawl.current("security")).keys()
        assert ids
        assert ids <= replica.truth("security").keys()

    def test_a_block_that_stands_on_two_pages_is_not_the_list(
        self, new_twisted: Callable[..., TwistedReplica], tmp_path: Path
    ) -> None:
        replica = new_twisted(theme="jnews-elementor", page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var")
        strangers = [1, 2, 3, 4]

        def twist(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path.startswith("/category/security/") and honest().status == 200:
                inner = re.search("<article.*</article>", listing("x", "X", made(*strangers)))
                assert inner is not None
                block = f'<div class="jeg_postblock_7 jeg_postblock">{inner[0]}</div>'
                text = honest().body.decode()
                sidebar = '<div class="jeg_sidebar'
                return found(text.replace(sidebar, block + sidebar, 1))
            single = MADE.match(path)
            return found(article(int(single[1]))) if single else None

        replica.twist = twist

        runs = [crawl("security")]
        for number in range(2):  # the block shows what is new on the site, and so does the list
            strangers.insert(0, 10 + number)
            replica.publish(["security"])
            runs.append(crawl("security"))

        assert [run.status for run in runs] == [0, 0, 0], runs[-1].log
        ids = by_post_id(crawl.current("security")).keys()
        assert ids == replica.truth("security").keys()
        assert not any(MADE.match(path) for path in replica.paths())


class TestWhatThePageSays:
    def test_an_article_that_names_its_category_is_not_filed_by_the_listing(
        self, twisted: TwistedReplica, harmed: Crawl
    ) -> None:
        def twist(path: str, honest: Callable[[], Answer]) -> Answer | None:
            if path == "/category/security/":
                return found(listing("security", "Security", made(1, 2)))
            single = MADE.match(path)
            if not single:
                return None
            number = int(single[1])
            named = "politics" if number == FIRST_MADE + 1 else ""
            return found(article(number, category=named))

        twisted.twist = twist

        run = harmed("security")

        assert run.status == 0, run.log
        assert by_post_id(harmed.current("security")).keys() == {FIRST_MADE + 2}
        assert run.report["counts"]["diplonews/created_count"] == 2  # the other is archived too


class TestNeighbouringPages:
    def test_an_article_on_two_pages_makes_the_walk_look_again_and_asks_for_a_recheck(
        self, new_twisted: Callable[..., TwistedReplica], tmp_path: Path
    ) -> None:
        replica = new_twisted(page_size=4)
        crawl = Crawl(replica.origin, tmp_path / "var")
        asked: list[str] = []

        def twist(path: str, honest: Callable[[], Answer]) -> Answer | None:
            # Two of one second: the last of page 1 is the first of page 2 too, the first time.
            text = honest().body.decode(errors="replace")
            if path == "/category/security/page/2/" and not asked:
                asked.append(path)
                first = members(replica, path)[0]
                last = members(replica, "/category/security/")[-1]
                return found(text.replace(first, last))
            return None

        replica.twist = twist
        crawl("recheck")

        run = crawl("security")
        whole_at = with_archive(crawl, lambda archive: archive.surfaces.find("rest").whole_at)
        recheck = crawl("recheck")

        assert run.status == 0, run.log
        assert run.report["counts"]["diplonews/recheck_wanted_count"] == 1
        assert "the next recheck goes through all" in run.log
        assert replica.paths().count("/category/security/") == 2
        assert whole_at is None
        assert recheck.status == 0
        ids = by_post_id(crawl.current("security")).keys()
        assert ids == replica.truth("security").keys()


def honest_answer(replica: TwistedReplica, path: str) -> Answer:
    return super(TwistedReplica, replica)._honest(path, {})


def members(replica: TwistedReplica, path: str) -> list[str]:
    """Return what the list on an honest listing page links to."""
    text = honest_answer(replica, path).body.decode()
    wrapper = text.partition("jnews_category_content_wrapper")[2].partition("jeg_sidebar")[0]
    return re.findall(r'<h3 class="jeg_post_title"><a href="([^"]+)"', wrapper)


def test_forty_thousand_links_are_asked_of_the_archive(archive: Archive) -> None:
    urls = [f"https://site.example/{number}/" for number in range(40_000)]

    assert archive.walks.known_articles(urls) == set()
