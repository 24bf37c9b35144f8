"""Files for machines as sites really serve them: with notices before, packed, unnamed, odd."""

import gzip
import json

import pytest

from diplonews.errors import LayoutError
from diplonews.pages.rest import read_posts, read_terms
from diplonews.pages.rss import read_entries
from diplonews.pages.sitemap import find_unreadable, read_index, read_sitemap, sitemaps_in
from diplonews.pages.xml import MOST_UNPACKED, unpack

URL = "https://site.example/sitemap.xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NOTICE = b"<br />\n<b>Notice</b>: Undefined index: a[] in <b>/x.php</b> on line <b>3</b><br />\n"
ENTRY = (
    "<url><loc>https://site.example/talks/</loc><lastmod>2026-11-01T10:00:00+00:00</lastmod></url>"
)


def sitemap(namespace: str = f' xmlns="{NAMESPACE}"', entries: str = ENTRY) -> bytes:
    return f'<?xml version="1.0"?>\n<urlset{namespace}>{entries}</urlset>'.encode()


def index(*names: str) -> bytes:
    files = "".join(f"<sitemap><loc>https://site.example/{name}</loc></sitemap>" for name in names)
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="{NAMESPACE}">{files}</sitemapindex>'.encode()
    )


AROUND = {
    "blank lines": b"\n\n  \n" + sitemap(),
    "byte order mark": b"\xef\xbb\xbf" + sitemap(),
    "both": b"\n\xef\xbb\xbf\n" + sitemap(),
    "PHP notice": NOTICE + sitemap(),
    "notice after": sitemap() + NOTICE,
    "a comment of a cache": sitemap() + b"\n<!-- cached -->\nWarning: x",
    "https namespace": sitemap(f' xmlns="{NAMESPACE.replace("http:", "https:")}"'),
    "other namespace": sitemap(' xmlns="http://www.google.com/schemas/sitemap/0.84"'),
    "no namespace": sitemap(""),
    "a prefix": sitemap(f' xmlns:s="{NAMESPACE}"').replace(b"<urlset", b"<s:urlset").replace(
        b"</urlset", b"</s:urlset"
    ),
    "an unknown prefix": sitemap(entries=ENTRY.replace("</url>", "<news:x>1</news:x></url>")),
    "UTF-16": sitemap().decode().encode("utf-16"),
    "no declaration": sitemap().partition(b"\n")[2],
    "control character": sitemap().replace(b"<loc>", b"\x08<loc>"),
    "packed": gzip.compress(sitemap()),
    "packed twice": gzip.compress(sitemap()[:40]) + gzip.compress(sitemap()[40:]),
    "packed with a mark": gzip.compress(b"\xef\xbb\xbf\n" + sitemap()),
}  # fmt: skip


class TestSitemap:
    @pytest.mark.parametrize("name", AROUND)
    def test_what_stands_around_it_does_not_hide_it(self, name: str) -> None:
        listed = read_sitemap(URL, AROUND[name])

        assert [item.url for item in listed] == ["https://site.example/talks/"]
        assert listed[0].modified_at is not None

    @pytest.mark.parametrize("name", AROUND)
    def test_a_flat_one_is_its_own_only_file(self, name: str) -> None:
        assert read_index(URL, AROUND[name]) == [URL]

    def test_an_empty_flat_one_is_none(self) -> None:
        with pytest.raises(LayoutError, match="expected an index of sitemaps"):
            read_index(URL, sitemap(entries=""))

    @pytest.mark.parametrize(
        ("named", "wanted"),
        [
            (["sitemap-1.xml", "sitemap-2.xml"], ["sitemap-1.xml", "sitemap-2.xml"]),
            (["sitemap_index1.xml.gz", "sitemap-images.xml"], ["sitemap_index1.xml.gz"]),
            (["post-sitemap.xml.gz", "page-sitemap.xml"], ["post-sitemap.xml.gz"]),
            (["sitemap-pt-post-2026-11.xml", "sitemap-misc.xml"], ["sitemap-pt-post-2026-11.xml"]),
            (["sitemap-tax-category.xml", "sitemap-2026.xml"], ["sitemap-2026.xml"]),
            (["post_tag-sitemap.xml", "author-sitemap.xml", "posts-1.xml"], ["posts-1.xml"]),
            (["wp-sitemap-posts-post-1.xml", "wp-sitemap-users-1.xml", "other.xml"],
             ["wp-sitemap-posts-post-1.xml"]),
        ],
    )  # fmt: skip
    def test_files_of_articles_are_told_by_their_names(
        self, named: list[str], wanted: list[str]
    ) -> None:
        found = read_index(URL, index(*named))

        assert found == [f"https://site.example/{name}" for name in wanted]

    def test_lists_are_no_articles(self) -> None:
        paths = ("talks/", "category/mali/", "tag/talks/", "author/ada/", "page/2/", "")
        entries = "".join(f"<url><loc>https://site.example/{path}</loc></url>" for path in paths)

        listed = read_sitemap(URL, sitemap(entries=entries))

        assert [item.url for item in listed] == ["https://site.example/talks/"]

    @pytest.mark.parametrize("url", ["http://[", "http://a:99999999/", "/talks/", "mailto:a@b"])
    def test_what_is_no_address_is_left_out_and_found(self, url: str) -> None:
        body = sitemap(entries=f"<url><loc>{url}</loc></url>{ENTRY}")

        assert len(read_sitemap(URL, body)) == 1
        assert find_unreadable(URL, body) == [url]
        assert find_unreadable(
            URL, index("x.xml").replace(b"https://site.example/x.xml", url.encode())
        ) == [url]

    @pytest.mark.parametrize(
        "body",
        [b"", b"\x1f\x8b", gzip.compress(sitemap())[:-9], b"\x1f\x8b" + b"x" * 50,
         sitemap()[:-20], NOTICE, b"<html><body>no</body></html>"],
    )  # fmt: skip
    def test_half_a_file_and_no_file_are_told(self, body: bytes) -> None:
        with pytest.raises(LayoutError, match=r"sitemap\.xml: expected"):
            read_sitemap(URL, body)

    def test_a_bomb_is_not_unpacked(self) -> None:
        bomb = gzip.compress(b" " * (MOST_UNPACKED + 1), 9)

        with pytest.raises(LayoutError, match=f"expected {MOST_UNPACKED} bytes at most"):
            unpack(URL, bomb)


RSS = (
    b'<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    b' xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Site</title>'
    b'<item><atom:link href="https://site.example/other/"/><title>Talks</title>'
    b"<link>https://site.example/talks/</link><category>Mali</category>"
    b"<content:encoded>Words</content:encoded></item></channel></rss>"
)


class TestRss:
    @pytest.mark.parametrize(
        "body",
        [
            RSS,
            b"\n\n" + RSS,
            b"\xef\xbb\xbf\n" + RSS,
            NOTICE + RSS,
            RSS + b"\n<!-- 0.2 s -->" + NOTICE,
            RSS.replace(b"http://purl.org", b"https://purl.org"),
            RSS.replace(b' xmlns:content="http://purl.org/rss/1.0/modules/content/"', b""),
            RSS.replace(b"<rss ", b'<rss xmlns="https://site.example/rss" '),
            RSS.replace(b"Talks", b"Ta\x0blks\x1b"),
        ],
    )
    def test_what_stands_around_it_does_not_hide_it(self, body: bytes) -> None:
        entries = read_entries(URL, body)

        assert [(entry.url, entry.categories) for entry in entries] == [
            ("https://site.example/talks/", ("Mali",))
        ]

    def test_its_words_make_the_fingerprint(self) -> None:
        other = RSS.replace(b"Words", b"Other words")

        assert (
            read_entries(URL, RSS)[0].fingerprint == read_entries(URL, NOTICE + RSS)[0].fingerprint
        )
        assert read_entries(URL, RSS)[0].fingerprint != read_entries(URL, other)[0].fingerprint

    @pytest.mark.parametrize(
        "other",
        [
            b'<atom:link href="https://site.example/talks/"/>',
            b"<guid>https://site.example/talks/</guid>",
            b"<link>/talks/</link><guid>https://site.example/talks/</guid>",
        ],
    )
    def test_an_address_may_stand_elsewhere(self, other: bytes) -> None:
        body = RSS.replace(b'<atom:link href="https://site.example/other/"/>', b"")
        body = body.replace(b"<link>https://site.example/talks/</link>", other)

        assert [entry.url for entry in read_entries(URL, body)] == ["https://site.example/talks/"]

    @pytest.mark.parametrize("link", [b"", b"/talks/", b"http://[", b"javascript:x"])
    def test_an_entry_without_an_address_may_be_any_article(self, link: bytes) -> None:
        body = RSS.replace(b'<atom:link href="https://site.example/other/"/>', b"")
        body = body.replace(b"https://site.example/talks/", link)

        with pytest.raises(LayoutError, match="expected the address of an entry, found"):
            read_entries(URL, body)

    def test_half_of_one_is_told(self) -> None:
        with pytest.raises(LayoutError, match="expected RSS"):
            read_entries(URL, RSS[:-30])


POST = {
    "id": 7,
    "link": "https://site.example/talks/",
    "modified_gmt": "2026-11-01T10:00:00",
    "categories": [3, 5],
}


class TestRest:
    @pytest.mark.parametrize(
        "before", [b"", b"\xef\xbb\xbf", b"\n\n", NOTICE, b"[] is empty in x\n"]
    )
    @pytest.mark.parametrize("after", [b"", b"\n", NOTICE])
    def test_what_stands_around_it_does_not_hide_it(self, before: bytes, after: bytes) -> None:
        posts = read_posts(URL, before + json.dumps([POST]).encode() + after)

        assert [(post.url, post.post_id, post.categories) for post in posts] == [
            ("https://site.example/talks/", 7, [3, 5])
        ]

    def test_an_empty_list_after_a_notice_is_empty(self) -> None:
        assert read_posts(URL, NOTICE + b"[]") == []

    @pytest.mark.parametrize(
        "body", [b"", NOTICE, b"{}", b"null", b"[1]", b"9" * 5000, b"[" * 9999]
    )
    def test_what_is_no_list_is_told(self, body: bytes) -> None:
        with pytest.raises(LayoutError, match="expected"):
            read_posts(URL, body)

    @pytest.mark.parametrize(
        ("changed", "post_id", "categories"),
        [
            ({"id": "7", "categories": ["3", "5"]}, 7, [3, 5]),
            ({"id": 7.0, "categories": [5, 3, 5, 3]}, 7, [3, 5]),
            ({"id": 10**12}, 10**12, [3, 5]),
            ({"id": None, "categories": None, "modified_gmt": None}, None, []),
            ({"id": True, "categories": [None, "x", {}, -1, 10**12]}, None, [10**12]),
            ({"id": "9" * 4301, "categories": "3"}, None, []),
        ],
    )
    def test_a_post_is_kept_without_what_cannot_be(
        self, changed: dict[str, object], post_id: int | None, categories: list[int]
    ) -> None:
        post = read_posts(URL, json.dumps([POST | changed]).encode())[0]

        assert (post.post_id, post.categories) == (post_id, categories)
        assert post.url == "https://site.example/talks/"

    def test_a_post_without_a_link_is_asked_for_by_its_number(self) -> None:
        post = read_posts(URL, json.dumps([POST | {"link": None}]).encode())[0]

        assert post.url == "https://site.example/?p=7"

    def test_terms_are_told_once_each_and_as_printed(self) -> None:
        members = [
            {"id": 5, "slug": "a", "name": "Cote d&#8217;Ivoire &amp; all", "parent": "3"},
            {"id": "5", "slug": "b", "name": "Again", "parent": 0},
            {"id": 6, "slug": None, "name": None, "parent": None},
            {"id": None, "slug": "x", "name": "No number"},
            {"id": 8, "slug": "\ud800", "name": "Nul\x00", "parent": 10**12},
        ]

        terms = read_terms(URL, json.dumps(members).encode())

        assert terms == [
            {"number": 5, "slug": "a", "title": "Cote d’Ivoire & all", "parent": 3},
            {"number": 6, "slug": "", "title": "", "parent": 0},
            {"number": 8, "slug": "", "title": "Nul", "parent": 10**12},
        ]


A, B = "https://site.example/a.xml", "https://site.example/b.xml"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"Sitemap : {A}", [A]),
        ("\ufeffSitemap: /a.xml\r\nSITEMAP:/b.xml", [A, B]),
        (f"\tsitemap\t:\t{A} # new\nSitemap: http://[\nSitemap:\nSitemap: {A}\n", [A]),
    ],
)
def test_robots_txt_names_sitemaps_however_it_is_written(text: str, named: list[str]) -> None:
    assert sitemaps_in("https://site.example/robots.txt", text) == named
