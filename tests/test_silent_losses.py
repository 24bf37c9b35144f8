"""Sites that show less than they have, or another page than was asked for: it is told."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.crawling import AT_ONCE, Crawl, Crawled
from tests.support.hostile import Hostile, Said
from tests.support.twisted_replica import article, listing

PER_PAGE, PAGES = 3, 3
FIRST = "/category/security/"
LISTING = re.compile(r"^/category/security/(?:page/(\d+)/)?$")
ARTICLE = re.compile(r"^/talks-(\d+)/")
Twist = Callable[[str, str], Said | None]  # of the origin and a path
Attack = Callable[[Twist], tuple[Hostile, Crawl]]


def page(text: str, status: int = 200, **headers: str) -> Said:
    return Said(text.encode(), status, headers)


def rss(origin: str, numbers: range, category: str = "Security") -> Said:
    named = f"<category>{category}</category>" if category else ""
    items = "".join(
        f"<item><title>Talks {n}</title><link>{origin}/talks-{n}/</link>{named}</item>"
        for n in numbers
    )
    return page(f'<rss version="2.0"><channel>{items}</channel></rss>')


def plain(path: str) -> Said | None:
    """Answer as an honest site of three pages with three articles each."""
    if single := ARTICLE.match(path):
        return page(article(int(single[1]), category="security"))
    if (listed := LISTING.match(path)) is None:
        return None
    number = int(listed[1] or 1)
    if number > PAGES:
        return None
    numbers = range((number - 1) * PER_PAGE + 1, number * PER_PAGE + 1)
    following = f"/category/security/page/{number + 1}/" if number < PAGES else ""
    paths = [f"/talks-{n}/" for n in numbers]
    return page(listing("security", "Security", paths, next_path=following))


@pytest.fixture
def attack(tmp_path: Path) -> Iterator[Attack]:
    """Return a function that starts a site, honest but for what the test's function answers."""
    started: list[Hostile] = []

    def start(twist: Twist) -> tuple[Hostile, Crawl]:
        site = Hostile(lambda path: twist(site.origin, path) or plain(path))
        started.append(site.__enter__())
        return site, Crawl(
            site.origin, tmp_path / "var", AT_ONCE | {"DIPLONEWS_HOLD_SECONDS": "0"}
        )

    yield start
    for site in started:
        site.__exit__()


def numbers_of(crawl: Crawl) -> set[int]:
    return {line["post_id"] for line in crawl.current("security")}


def told(run: Crawled) -> str:
    return "\n".join(f"{of['kind']} {of['url']} {of['why']}" for of in run.report["troubles"])


def changed(path: str, old: str, new: str) -> Said:
    honest = plain(path)
    assert honest is not None
    text = honest.body.decode()
    assert old in text
    return page(text.replace(old, new))


class TestListings:
    @pytest.mark.parametrize("way", ["a link", "a redirect"])
    def test_a_page_that_is_left_out_is_told(self, way: str, attack: Attack) -> None:
        def skip(origin: str, path: str) -> Said | None:
            if way == "a redirect" and path == "/category/security/page/2/":
                return page("", 302, Location=f"{origin}/category/security/page/3/")
            if way == "a link" and path == "/category/security/":
                return changed(path, "/page/2/", "/page/3/")
            return None

        _, crawl = attack(skip)

        run = crawl("security")

        assert run.status == 3, run.log
        assert "expected page 2 of the listing, found 3" in told(run)
        assert numbers_of(crawl) == {1, 2, 3, 7, 8, 9}

    def test_a_first_page_that_leads_to_a_later_one_is_not_the_listing(
        self, attack: Attack
    ) -> None:
        is_twisted = True

        def later(origin: str, path: str) -> Said | None:
            if is_twisted and path == "/category/security/":
                return page("", 302, Location=f"{origin}/category/security/page/2/")
            return None

        _, crawl = attack(later)

        twisted = crawl("security")
        is_twisted = False
        healed = crawl("security")

        assert twisted.status in {3, 4}, twisted.log
        assert healed.status == 0, healed.log
        assert numbers_of(crawl) == set(range(1, 10))

    def test_an_empty_page_in_the_midst_is_missed_once(self, attack: Attack) -> None:
        is_empty = True
        word = '<div class="jeg_empty_module">No Content Available</div>'

        def empty(_: str, path: str) -> Said | None:
            if is_empty and path == "/category/security/page/2/":
                text = listing("security", "Security", [])
                return page(text.replace('<div class="jeg_postblock', f'{word}<div class="x'))
            return None

        _, crawl = attack(empty)

        run = crawl("security")
        is_empty = False
        crawl("security")

        assert run.status == 3, run.log
        assert "/page/2/ expected articles, found none" in told(run)
        assert numbers_of(crawl) == set(range(1, 10))

    def test_a_page_without_links_is_no_end_where_the_one_before_counts_more(
        self, attack: Attack
    ) -> None:
        def cut(_: str, path: str) -> Said | None:
            if path == "/category/security/":
                bar = '<div class="jeg_navigation">'
                return changed(path, bar, f'{bar}<span class="page_info">Page 1 of 3</span>')
            if path == "/category/security/page/2/":
                return page(listing("security", "Security", [f"/talks-{n}/" for n in (4, 5, 6)]))
            return None

        _, crawl = attack(cut)

        crawl("security")

        assert numbers_of(crawl) == set(range(1, 10))

    @pytest.mark.parametrize("host", ["http://new.example", "https://127.0.0.1"])
    def test_a_listing_of_links_to_elsewhere_is_no_empty_one(
        self, host: str, attack: Attack
    ) -> None:
        def elsewhere(_: str, path: str) -> Said | None:
            return changed(path, 'href="/t', f'href="{host}/t') if LISTING.match(path) else None

        _, crawl = attack(elsewhere)

        run = crawl("security")

        assert run.status == 3, run.log
        assert "found that most are elsewhere" in told(run)

    def test_a_soft_404_that_a_link_leads_to_is_missed_once(self, attack: Attack) -> None:
        def soft(_: str, path: str) -> Said | None:
            if path == "/category/security/page/3/":
                return page('<html><body class="error404"><h1>Nothing</h1></body></html>')
            return None

        _, crawl = attack(soft)

        runs = [crawl("security"), crawl("security")]

        assert [run.status for run in runs] == [3, 0], runs[1].log


class TestArticles:
    def test_a_networks_parameter_makes_no_search_of_an_article(self, attack: Attack) -> None:
        def shared(_: str, path: str) -> Said | None:
            return changed(path, "/talks-2/", "/talks-2/?s=20") if path == FIRST else None

        _, crawl = attack(shared)

        runs = [crawl("security"), crawl("recheck"), crawl("recheck")]

        assert [run.status for run in runs] == [0, 0, 0], [told(run) for run in runs]
        assert numbers_of(crawl) == set(range(1, 10))

    @pytest.mark.parametrize("places", [(2,), (1, 2, 3, 4, 5, 6, 7, 8)])
    def test_words_of_another_article_at_an_address_are_not_taken(
        self, places: tuple[int, ...], attack: Attack
    ) -> None:
        is_twisted = False

        def mix(_: str, path: str) -> Said | None:
            single = ARTICLE.match(path)
            if single is None:
                return None
            is_other = is_twisted and int(single[1]) in places
            number = 9 if is_other else int(single[1])
            words = " ".join(
                f"Envoy{number} met party{number * n} in hall {n}." for n in range(40)
            )
            text = article(number, category="security", words=words)
            return page(text.replace(f" postid-{number}", "") if is_other else text)

        _, crawl = attack(mix)
        crawl("security")
        before = {line["post_id"]: line["body"] for line in crawl.current("security")}
        is_twisted = True

        run = crawl("recheck")

        assert run.status == 3, run.log
        assert "/talks-2/ conflict: " in told(run)
        after = {line["post_id"]: line["body"] for line in crawl.current("security")}
        assert after == before

    @pytest.mark.parametrize("kind", ["archive", "search home"])
    def test_a_page_that_lost_its_classes_is_not_taken_for_gone(
        self, kind: str, attack: Attack
    ) -> None:
        is_twisted = False

        def strip(_: str, path: str) -> Said | None:
            if is_twisted and path == "/talks-2/":
                return changed(path, "single single-post", kind)
            return None

        _, crawl = attack(strip)
        crawl("security")
        is_twisted = True

        runs = [crawl("recheck"), crawl("recheck")]

        assert [run.status for run in runs] == [3, 3], runs[1].log
        assert "/talks-2/ expected an article, found a page of class" in told(runs[1])
        assert numbers_of(crawl) == set(range(1, 10))

    def test_a_part_of_a_page_is_not_taken_for_the_article(self, attack: Attack) -> None:
        def part(_: str, path: str) -> Said | None:
            return page(article(2), 206) if path == "/talks-2/" else None

        _, crawl = attack(part)

        run = crawl("security")

        assert run.status == 3, run.log
        assert "/talks-2/ expected a whole page, found a part" in told(run)

    @pytest.mark.parametrize("length", ["-1", "5\r\nContent-Length: 900"])
    def test_a_broken_answer_is_no_crash_of_ours(self, length: str, attack: Attack) -> None:
        def broken(_: str, path: str) -> Said | None:
            return page("", 200, **{"Content-Length": length}) if path == "/talks-2/" else None

        _, crawl = attack(broken)

        run = crawl("security")

        assert (run.status, run.report["outcome"]["crashes"]) == (3, 0), told(run)
        assert told(run).startswith("article ")


class TestMachineFiles:
    def test_not_modified_without_a_condition_is_no_reason_to_read_nothing(
        self, attack: Attack
    ) -> None:
        _, crawl = attack(lambda _, path: page("", 304) if path == "/feed/" else None)

        run = crawl("security")

        assert (run.status, run.verdict) == (0, "ok"), run.log
        assert numbers_of(crawl) == set(range(1, 10))

    def test_an_entry_that_names_no_category_may_be_of_any(self, attack: Attack) -> None:
        first = 1

        def silent(origin: str, path: str) -> Said | None:
            if path == "/feed/":
                return rss(origin, range(first, 6), "" if first < 1 else "Security")
            if path == "/category/security/" and first < 1:
                return changed(path, 'href="/talks-1/', 'href="/talks-10/')
            return None

        _, crawl = attack(silent)
        crawl("security")
        first = 0

        run = crawl("security")

        assert 10 in numbers_of(crawl), run.log

    @pytest.mark.parametrize(
        ("most", "pages", "status"), [(10, 9, 0), (100, 1, 3)], ids=["few a page", "one page"]
    )
    def test_rest_is_gone_through_when_it_has_listed_what_it_counts(
        self, most: int, pages: int, status: int, attack: Attack
    ) -> None:
        total = 30 if most == 10 else 250

        def rest(origin: str, path: str) -> Said | None:
            if "/wp/v2/categories" in path:
                return page('[{"id": 7, "slug": "security", "name": "Security", "parent": 0}]')
            if "/wp/v2/posts" not in path:
                return None
            number = int(re.findall(r"[?&]page=(\d+)", path)[0])
            listed = range((number - 1) * most + 1, min(number * most, total) + 1)
            if number > pages or not listed:
                return page("{}", 400)
            made = [{"id": n, "link": f"{origin}/talks-{n}/", "categories": [7]} for n in listed]
            return page(json.dumps(made), **{"X-WP-Total": str(total)})

        _, crawl = attack(rest)
        crawl("security")

        run = crawl("recheck")

        assert run.status == status, run.log
        if status == 0:
            assert numbers_of(crawl) == set(range(1, total + 1))
        else:
            assert "expected further posts of 250, found none after 100" in told(run)


SAME = '<link rel="canonical" href="/same/">'
NO_NUMBER = re.compile(r" postid-\d+")


def say_week_ago(crawl: Crawl) -> None:
    """Let what was rejected have been rejected a week ago."""
    with closing(sqlite3.connect(crawl.var / "archive.sqlite")) as archive, archive:
        archive.execute("UPDATE rejected SET at = '2020-01-01 00:00:00.000000'")


@pytest.mark.parametrize("fault", ["one address", "no headline", "a date of 1970"])
def test_a_fault_of_all_pages_loses_no_article_once_it_is_mended(
    fault: str, attack: Attack
) -> None:
    is_ill = True

    def twist(_: str, path: str) -> Said | None:
        single = ARTICLE.match(path)
        if not single:
            return None
        text = NO_NUMBER.sub("", article(int(single[1]), words=f"Word {single[1]}. " * 30))
        if is_ill and fault == "one address":
            text = text.replace("<head>", f"<head>{SAME}")
        elif is_ill and fault == "no headline":
            text = re.sub("<h1.*?</h1>", '<h1 class="jeg_post_title">\u200b</h1>', text)
        elif is_ill:
            text = text.replace("2026-03-02T", "1980-03-02T")
        return page(text)

    _, crawl = attack(twist)
    ill = crawl("security")
    is_ill = False
    soon = [crawl(spider) for spider in ("security", "recheck")][-1]
    before = len(crawl.current("security"))
    say_week_ago(crawl)
    later = crawl("recheck")

    assert ill.status in {3, 4}, ill.log
    assert before < PER_PAGE * PAGES, soon.log
    assert {line["headline"] for line in crawl.current("security")} == {
        f"Talks {n}" for n in range(1, PER_PAGE * PAGES + 1)
    }, later.log
    assert {line["found_in"] for line in crawl.current("security")} == {"security"}


def test_what_was_dismissed_or_given_up_is_not_asked_for_again(attack: Attack) -> None:
    def twist(_: str, path: str) -> Said | None:
        single = ARTICLE.match(path)
        return page(article(1, category="security")) if single else None

    site, crawl = attack(twist)
    crawl("security")
    listed = [line for line in crawl.call("rejected").stdout.split() if "/talks-" in line]
    for url in listed:
        crawl.call("rejected", "--dismiss", url)
    say_week_ago(crawl)
    site.paths.clear()
    crawl("recheck")

    assert listed
    assert not {urlsplit(url).path for url in listed} & set(site.paths)
