"""The theme changed overnight: all is still found and read, and the run says so."""

from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from diplonews.demo import Replica
from diplonews.errors import LayoutError
from diplonews.normalise.likeness import likeness
from diplonews.pages.listing import ListingPage
from diplonews.pages.read import read_article, read_listing
from diplonews.pages.select import Page
from tests.support.crawling import Crawl

URL = "https://site.example/talks/"
PROSE = "".join(
    f"<p>Delegations from {number} countries met in the capital to compare notes on trade.</p>"
    for number in range(5)
)


def by_url(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return lines by their address: not every page of such a theme says its number."""
    return {line["canonical_url"]: line for line in lines}


def whole(head: str, body: str, kinds: str = "") -> Page:
    return Page(URL, f"<html><head>{head}</head><body class='{kinds}'>{body}</body></html>")


@pytest.mark.parametrize("theme", ["plain", "renamed"])
def test_a_theme_that_changed_overnight_is_read_and_told_of(
    theme: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=70)
    crawl = Crawl(replica.origin, tmp_path / "var")
    crawl("security")
    before = {line["id"]: line for line in crawl.current("security")}
    new = [replica.publish(["security"]) for _ in range(3)]
    edited = next(n for n in replica.truth("security") if n not in new and n % 13)
    replica.edit(edited, paragraph="A sentence that an editor put after the others, on Monday.")
    replica.theme = theme

    changed = crawl("security")
    crawl("recheck")

    lines, truth = by_url(crawl.current("security")), by_url(replica.truth("security").values())
    assert lines.keys() == truth.keys()
    assert (changed.verdict, changed.status) == ("degraded", 3)
    troubles = [trouble for trouble in changed.report["troubles"] if trouble["kind"] == "fallback"]
    assert any("headline" in trouble["why"] and "body" in trouble["why"] for trouble in troubles)
    read = [(lines[url], keys) for url, keys in truth.items() if keys["post_id"] in new]
    assert len(read) == len(new)
    assert mean(likeness(line["body"], keys["body"]) for line, keys in read) >= 0.95
    assert all(line["headline"] == keys["headline"] for line, keys in read)
    assert all(
        line["published_at"][:10] == f"{keys['published_at']:%Y-%m-%d}" for line, keys in read
    )
    # What nobody edited has no revision for being read by another reader.
    known = {line["id"]: line for line in lines.values() if line["id"] in before}
    updated = {n for n, line in known.items() if line["revision"] > before[n]["revision"]}
    others = updated - {f"diplomaticinfo:post:{edited}"}
    assert len(others) <= len(before) // 20  # of three sentences, one more is another text


def test_when_the_reader_is_mended_reparse_makes_the_articles_whole(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=36, theme="renamed")
    crawl = Crawl(replica.origin, tmp_path / "var")
    crawl("security")
    assert {line["layout"] for line in crawl.current("security")} == {"unknown"}
    replica.clear_requests()

    mended = crawl("reparse", DIPLONEWS_THEMES="tests.support.older.WITH_RENAMED")

    assert replica.requests == []
    assert (mended.verdict, mended.status) == ("ok", 0), mended.log
    lines, truth = by_url(crawl.current("security")), by_url(replica.truth("security").values())
    words = ("headline", "standfirst", "body", "crossheads")
    assert {url: [line[word] or None for word in words] for url, line in lines.items()} == {
        url: [keys.get(word) or None for word in words] for url, keys in truth.items()
    }
    assert (
        crawl("reparse", DIPLONEWS_THEMES="tests.support.older.WITH_RENAMED").verdict
        == "unchanged"
    )


def test_what_a_guessed_walk_left_out_is_found_by_the_next_sound_one(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=30, page_size=6)
    crawl = Crawl(replica.origin, tmp_path / "var")
    crawl("security")
    replica.theme = "renamed"
    for _ in range(25):
        replica.publish(["security"])
    crawl("security")

    replica.theme = "jnews"
    replica.publish(["security"])
    crawl("security")

    lines, truth = by_url(crawl.current("security")), by_url(replica.truth("security").values())
    assert lines.keys() == truth.keys()
    assert crawl.call("verify").returncode == 0


class TestWhatIsNoArticle:
    TITLE = '<meta property="og:title" content="Talks - Site"><h1>Talks</h1>'

    @pytest.mark.parametrize(
        ("head", "body", "kinds"),
        [
            ("", PROSE, ""),
            ('<meta property="og:type" content="website">', PROSE, ""),
            ('<meta property="og:type" content="article">', PROSE, "page page-id-2"),
            (
                "",
                '<article itemscope itemtype="https://schema.org/NewsArticle"></article>' * 2,
                "",
            ),
            ("<link rel=shortlink href='/?p=4'>", PROSE, "error404"),
            ("<link rel=shortlink href='/?p=4'>", PROSE, "archive category"),
            ("", "<form class=login><input name=log></form>", "login"),
            ("", "<h1>Checking your browser</h1>" + PROSE, ""),
        ],
    )
    def test_a_page_that_does_not_say_it_is_one_is_refused(
        self, head: str, body: str, kinds: str
    ) -> None:
        with pytest.raises(LayoutError, match=URL):
            read_article(whole(head, f"<h1>Talks</h1>{body}", kinds))


class TestWhatIsRead:
    SAYS = (
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2025-02-25T09:12:00+00:00">'
        '<meta property="og:title" content="Talks reopen in Dakar - Site">'
    )

    def test_the_headline_is_the_heading_that_the_title_begins_with(self) -> None:
        page = whole(self.SAYS, f"<h1>Site</h1><h3>Talks reopen in Dakar</h3><div>{PROSE}</div>")

        read = read_article(page)

        assert read.layout.name == "unknown"
        assert read.headline == "Talks reopen in Dakar"
        assert len(read.blocks) == 5
        assert read.published_raw == "2025-02-25T09:12:00+00:00"
        assert read.read_from["headline"] == read.read_from["body"] == "page"

    @pytest.mark.parametrize(
        ("head", "around"),
        [
            ('<meta property="og:type" content="article">', "div"),
            ("", 'div itemscope itemtype="https://schema.org/NewsArticle"'),
            ('<script type="application/ld+json">{"@type": "Article"}</script>', "div"),
        ],
    )
    def test_what_calls_itself_an_article_is_one(self, head: str, around: str) -> None:
        page = whole(head, f"<{around}><h1>Talks reopen in Dakar</h1>{PROSE}</div>")

        assert len(read_article(page).blocks) == 5

    def test_where_no_heading_says_it_the_cards_do(self) -> None:
        site = '<meta property="og:site_name" content="Site">'
        page = whole(self.SAYS + site, f"<div>{PROSE}</div>")

        assert read_article(page).headline == "Talks reopen in Dakar"

    def test_a_password_form_is_seen(self) -> None:
        form = '<form class="post-password-form"><p>Password: <input type=password></p></form>'

        read = read_article(whole(self.SAYS, f"<h2>Talks reopen in Dakar</h2>{form}"))

        assert (read.content.is_protected, read.blocks) == (True, [])


def card(slug: str, kind: str = "card") -> str:
    return f'<div class="{kind}"><h4><a href="/{slug}/">A headline about {slug}</a></h4></div>'


def listing(body: str, url: str = "https://site.example/category/mali/") -> Page:
    return Page(url, f"<html><body><div class=x>{body}</div></body></html>")


class TestListings:
    @staticmethod
    def confirm(*slugs: str) -> Callable[[Any], set[str]]:
        known = {f"https://site.example/{slug}/" for slug in slugs}
        return lambda urls: known & set(urls)

    def read(self, body: str, *known: str) -> ListingPage:
        found = read_listing(listing(body), self.confirm(*known))
        assert found.is_guessed
        return found

    def slugs(self, found: ListingPage) -> list[str]:
        return [teaser.url.split("/")[3] for teaser in found.teasers]

    def test_what_is_built_like_known_articles_is_a_member(self) -> None:
        found = self.read("".join(map(card, ["new", "old-1", "old-2"])), "old-1", "old-2")

        assert self.slugs(found) == ["new", "old-1", "old-2"]
        assert found.teasers[0].headline == "A headline about new"

    def test_a_sidebar_after_the_list_has_no_members(self) -> None:
        paging = '<div><a href="/category/mali/page/2/">2</a></div>'
        cards = "".join(map(card, ["a", "b", "c"]))
        side = "".join(card(slug, "side") for slug in ["p", "q", "r", "s"])

        found = self.read(f"<div>{cards}{paging}</div><div>{side}</div>", "a", "b", "p", "q", "r")

        assert self.slugs(found) == ["a", "b", "c"]
        assert found.next_url == "https://site.example/category/mali/page/2/"

    def test_a_hero_above_the_list_belongs_to_it(self) -> None:
        hero = "".join(card(slug, "hero") for slug in ["h", "i"])
        paging = '<a href="/category/mali/page/2/">2</a>'
        cards = "".join(map(card, ["a", "b"]))

        found = self.read(f"<div>{hero}</div><div>{cards}{paging}</div>", "h", "i", "a", "b")

        assert self.slugs(found) == ["h", "i", "a", "b"]

    def test_a_page_without_two_known_articles_is_no_listing(self) -> None:
        with pytest.raises(LayoutError, match="fewer than 2 links of one kind"):
            read_listing(
                listing(card("a") + card("b"), "https://site.example/x/"), self.confirm("a")
            )

    def test_a_listing_is_a_categorys_by_its_address(self) -> None:
        found = self.read(card("a") + card("b"), "a", "b")

        assert found.is_of("mali", "Mali")
        assert not found.is_of("niger", "Niger")

    def test_classes_of_each_posts_own_do_not_part_a_list(self) -> None:
        kinds = [
            f"post-{number} post type-post format-{form} category-{name} tag-{name} hentry"
            for number, form, name in ((327, "standard", "mali"), (9, "video", "niger"))
        ]
        cards = "".join(card(f"a{at}", kind) for at, kind in enumerate(kinds * 2))

        assert self.slugs(self.read(cards, "a0", "a1")) == ["a0", "a1", "a2", "a3"]

    @pytest.mark.parametrize(
        "frame",
        [
            '<header><ul class="mega-menu">{}</ul></header>',
            '<ul><li class="menu-item menu-item-type-taxonomy">{}</li></ul>',
            '<div class="site-footer-widgets footer-area">{}</div>',
            '<div id="secondary" class="widget-area">{}</div>',
            "<aside>{}</aside>",
        ],
    )
    def test_what_every_page_repeats_is_no_member(self, frame: str) -> None:
        repeated = frame.format("".join(map(card, ["r", "s", "t"])))
        cards = "".join(map(card, ["a", "b"]))

        for body in (repeated + cards, cards + repeated):
            assert self.slugs(self.read(body, "a", "b", "r", "s")) == ["a", "b"]

    @pytest.mark.parametrize("date", ["March 3, 2025", "3 mars 2025", "2025/03/03", "4 hours ago"])
    def test_a_linked_date_is_no_headline(self, date: str) -> None:
        cards = "".join(
            f'<div><a href="/{slug}/"><span>{date}</span></a>'
            f'<h3><a href="/{slug}/">Interview</a></h3></div>'
            for slug in ("a", "b")
        )

        found = self.read(cards, "a", "b")

        assert [teaser.headline for teaser in found.teasers] == ["Interview", "Interview"]

    @pytest.mark.parametrize(
        "body",
        [
            '<main><h1>Mali</h1><p class="no-results">Nothing found</p></main>'
            f"<div>{card('r')}{card('s')}</div>",
            f"<main><h1>Mali</h1></main><aside>{card('r')}{card('s')}</aside>",
        ],
    )
    def test_an_empty_category_is_empty(self, body: str) -> None:
        page = Page(
            "https://site.example/category/mali/",
            f"<html><body class='archive category'>{body}</body></html>",
        )

        found = read_listing(page, self.confirm("r", "s"))

        assert (found.teasers, found.is_empty) == ([], True)

    def test_members_that_nobody_knows_are_told_by_structure(self) -> None:
        page = Page(
            "https://site.example/category/mali/page/2/",
            f"<html><body class='archive category paged-2'><main><h1>Mali</h1>"
            f"{''.join(map(card, ['a', 'b', 'c']))}</main></body></html>",
        )

        found = read_listing(page, self.confirm())

        assert self.slugs(found) == ["a", "b", "c"]
        assert found.page_number == 2
