"""REST and sitemaps that count wrong, never end, are closed, or have another shape."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.hostile import POLL_SECONDS

Answer = tuple[int, dict[str, str], bytes]
XML = {"Content-Type": "application/xml"}
JSON = {"Content-Type": "application/json"}
HOME = b'<!DOCTYPE html><html><body class="home blog"><a href="/">Home</a></body></html>'
URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'


class Hostile:
    """A site that answers what a test says, by path; 404 to all else."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Answer | None]) -> None:
        self.answer = answer
        self.asked: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                site.asked.append(self.path)
                found = site.answer(parts.path, dict(parse_qsl(parts.query)))
                if found is None and parts.path == "/":
                    found = (200, {"Content-Type": "text/html"}, HOME)
                status, headers, body = found or (404, {}, b"")
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=[POLL_SECONDS], daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def post(self, number: int) -> dict[str, object]:
        link, modified = f"{self.origin}/talks-{number}/", "2026-11-01T10:00:00"
        return {"id": number, "link": link, "modified_gmt": modified, "categories": [7]}

    def urls(self, numbers: Iterator[int] | range) -> str:
        return "".join(f"<url><loc>{self.origin}/talks-{n}/</loc></url>" for n in numbers)


@pytest.fixture
def hostile() -> Iterator[Callable[..., Hostile]]:
    started: list[Hostile] = []

    def start(answer: Callable[[str, dict[str, str]], Answer | None]) -> Hostile:
        started.append(Hostile(answer))
        return started[-1]

    yield start
    for site in started:
        site.server.shutdown()
        site.server.server_close()


def recheck(site: Hostile, folder: Path, **environment: str) -> Crawl:
    few = {"DIPLONEWS_RECHECK_COUNT": "0", "DIPLONEWS_HOLD_SECONDS": "0"}
    return Crawl(site.origin, folder / "var", few | environment)


def posts(site: Callable[[], Hostile], total: str, pages: int) -> Callable[..., Answer | None]:
    """Return a REST of so many *pages* that counts *total* posts; after them it is empty."""

    def answer(path: str, query: dict[str, str]) -> Answer | None:
        if path != "/wp-json/wp/v2/posts":
            return None
        number = int(query.get("page", "1"))
        first = (number - 1) * 100
        found = [site().post(n) for n in range(first, first + 100)] if number <= pages else []
        return 200, {**JSON, "X-WP-Total": total}, json.dumps(found).encode()

    return answer


class TestRest:
    @pytest.mark.parametrize("total", ["5000", "1000000000000", "9" * 4301, "-1", "²", ""])
    def test_a_count_that_cannot_be_true_is_no_reason_to_ask_for_ever(
        self, total: str, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        site = hostile(posts(lambda: site, total.encode().decode("latin-1"), pages=2))

        run = recheck(site, tmp_path)("recheck")

        assert run.status == (3 if total == "5000" else 0), run.log
        assert len([path for path in site.asked if "/posts" in path]) == 3
        assert all(trouble["kind"] == "listing" for trouble in run.report["troubles"])

    def test_a_list_that_never_ends_ends_at_its_bound(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        site = hostile(posts(lambda: site, "1000000000000", pages=10**9))

        run = recheck(site, tmp_path, DIPLONEWS_SURFACE_PAGES="3")("recheck")

        assert (run.status, run.verdict) == (3, "degraded")
        assert len([path for path in site.asked if "/posts" in path]) == 3
        assert "the bound is DIPLONEWS_SURFACE_PAGES=3" in run.log

    def test_the_same_posts_again_and_again_are_the_end(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        def answer(path: str, query: dict[str, str]) -> Answer | None:
            return rest(path, {**query, "page": "1"})

        rest = posts(lambda: site, "900", pages=1)
        site = hostile(answer)

        run = recheck(site, tmp_path)("recheck")

        assert run.status == 3
        assert "expected further posts of 900, found none after 100" in run.log

    def test_articles_are_read_between_the_pages_of_a_long_one(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        def answer(path: str, query: dict[str, str]) -> Answer | None:
            return posts(lambda: site, str(pages * 100), pages)(path, query)

        pages = 1
        site = hostile(answer)
        recheck(site, tmp_path, DIPLONEWS_RECHECK_COUNT="2")("recheck")
        pages, asked_before = 5, len(site.asked)

        recheck(site, tmp_path)("recheck")

        asked = site.asked[asked_before:]
        articles = [place for place, path in enumerate(asked) if path.startswith("/talks-")]
        listed = [place for place, path in enumerate(asked) if "/posts" in path]
        assert len(listed) == 5
        assert min(articles) < max(listed)

    def test_a_category_that_is_listed_twice_is_one(
        self, crawl: Crawl, replica: Replica, hostile: Callable[..., Hostile]
    ) -> None:
        def answer(path: str, query: dict[str, str]) -> Answer | None:
            if path == "/wp-json/wp/v2/posts":
                found: list[object] = [site.post(n) for n in range(3)]
            elif path == "/wp-json/wp/v2/categories":
                found = [{"id": 7, "slug": "mali", "name": name} for name in ("Mali", "Mali fr")]
            else:
                return None
            return 200, {**JSON, "X-WP-Total": "3"}, json.dumps(found).encode()

        site = hostile(answer)
        run = recheck(site, crawl.var.parent)("recheck")

        assert "UNIQUE" not in run.log
        assert not run.report["outcome"]["unwritten"]


class TestSitemap:
    def test_an_index_of_very_many_files_is_read_to_its_bound(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        def answer(path: str, _: dict[str, str]) -> Answer | None:
            if path == "/wp-sitemap.xml":
                files = (f"{site.origin}/wp-sitemap-posts-post-{n}.xml" for n in range(100_000))
                index = "".join(f"<sitemap><loc>{file}</loc></sitemap>" for file in files)
                return 200, XML, INDEX.format(index).encode()
            if path.startswith("/wp-sitemap-posts"):
                return 200, XML, URLSET.format(site.urls(range(10))).encode()
            return None

        site = hostile(answer)
        run = recheck(site, tmp_path, DIPLONEWS_SURFACE_PAGES="4")("recheck")

        assert (run.status, run.verdict) == (3, "degraded")
        assert len([path for path in site.asked if "posts-post" in path]) == 4
        assert "the bound is DIPLONEWS_SURFACE_PAGES=4" in run.log

    def test_a_file_of_50000_addresses_is_within_its_bound_and_the_next_is_not(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        def answer(path: str, _: dict[str, str]) -> Answer | None:
            if path == "/wp-sitemap.xml":
                files = (f"{site.origin}/wp-sitemap-posts-post-{n}.xml" for n in (1, 2))
                index = "".join(f"<sitemap><loc>{file}</loc></sitemap>" for file in files)
                return 200, XML, INDEX.format(index).encode()
            if path.startswith("/wp-sitemap-posts"):
                return 200, XML, URLSET.format(site.urls(range(3_000))).encode()
            return None

        site = hostile(answer)
        run = recheck(site, tmp_path, DIPLONEWS_SURFACE_ENTRIES="2000")("recheck")

        assert (run.status, run.verdict) == (3, "degraded")
        assert "found 3000 entries on 1 pages, and more to come" in run.log

    def test_an_entry_without_an_address_is_told(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        def answer(path: str, _: dict[str, str]) -> Answer | None:
            broken = "".join(f"<url><loc>/talks-{number}/</loc></url>" for number in range(12))
            flat = URLSET.format(site.urls(range(2)) + broken).encode()
            return (200, XML, flat) if path == "/sitemap.xml" else None

        site = hostile(answer)
        run = recheck(site, tmp_path)("recheck")

        whys = [trouble["why"] for trouble in run.report["troubles"]]
        assert (run.status, run.verdict) == (3, "degraded")
        assert whys[0] == "expected an address in the sitemap, found '/talks-0/'"
        assert whys[10:] == ["expected addresses in the sitemap, found 2 more like these"]

    def test_a_sitemap_of_one_file_is_a_surface(
        self, hostile: Callable[..., Hostile], tmp_path: Path
    ) -> None:
        def answer(path: str, _: dict[str, str]) -> Answer | None:
            flat = URLSET.format(site.urls(range(5))).encode()
            return (200, XML, flat) if path == "/sitemap.xml" else None

        site = hostile(answer)
        run = recheck(site, tmp_path)("recheck")

        assert run.status == 0, run.log
        assert "sitemap: " in run.log
        assert "/sitemap.xml: gone through" in run.log


class TestClosed:
    @pytest.mark.parametrize("closed", ["/wp-json/", "/wp-sitemap", "/feed/"])
    def test_what_robots_txt_forbids_is_not_offered_and_no_failure(
        self, closed: str, crawl: Crawl, replica: Replica
    ) -> None:
        replica.robots_txt = f"User-agent: *\nDisallow: {closed}\n"

        runs = [crawl("security"), crawl("recheck"), crawl("recheck")]

        assert [run.status for run in runs] == [0, 0, 0], [run.log for run in runs]
        assert not any(closed in request.path for request in replica.requests)

    def test_where_all_is_closed_the_longest_unchecked_are_read(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        crawl.environment |= {"DIPLONEWS_RECHECK_SECONDS": "0"}
        replica.robots_txt = "User-agent: *\nDisallow: /wp-json/\nDisallow: /*.xml\n"
        crawl("security")

        run = crawl("recheck")

        assert (run.status, run.verdict) == (0, "unchanged")
        assert run.report["outcome"]["articles"] > 0
        assert run.report["account"]["refused"] > 1

    def test_what_is_edited_is_found_by_the_surface_that_is_open(
        self, crawl: Crawl, replica: Replica
    ) -> None:
        replica.robots_txt = "User-agent: *\nDisallow: /wp-json/\n"
        crawl("security")
        crawl("recheck")
        number = list(replica.truth("security"))[-3]
        replica.edit(number, paragraph="More is known by now.")

        run = crawl("recheck")

        assert run.status == 0
        change = crawl.changes("security")[-1]
        assert (change["post_id"], change["event"]) == (number, "updated")
