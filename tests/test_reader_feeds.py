"""`scrapy export` for feed readers: Atom, RSS and JSON Feed, whatever the articles say."""

import io
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from diplonews.exports.feed_items import IN_MEMORY, Waiting, web_address
from diplonews.exports.formats import FORMATS
from diplonews.exports.texts import with_text
from diplonews.exports.writing import Contents
from diplonews.items import Author, CategoryName, CountryMention, Image
from diplonews.lines import as_keys
from tests.support.articles import article
from tests.support.crawling import Crawl
from tests.support.exporting import crawl_a_site, feed_lines
from tests.support.reader_feeds import (
    ATOM,
    deleted,
    entries,
    html_words,
    read_atom,
    read_json_feed,
)

Keys = dict[str, Any]
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return crawl_a_site(tmp_path_factory.mktemp("readers"))


@pytest.fixture(scope="module")
def current(site: Crawl) -> dict[str, Keys]:
    return {line["id"]: line for line in feed_lines(site, "current")}


def exported(site: Crawl, *options: str) -> bytes:
    done = site.call("export", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.encode()


def live(lines: dict[str, Keys]) -> set[str]:
    return {name for name, line in lines.items() if line["withdrawn_at"] is None}


def gone(lines: dict[str, Keys]) -> dict[str, str]:
    return {name: line["withdrawn_at"] for name, line in lines.items() if line["withdrawn_at"]}


def test_atom_has_each_article_and_says_what_was_withdrawn(
    site: Crawl, current: dict[str, Keys]
) -> None:
    root = read_atom(exported(site, "--format", "atom"))

    assert entries(root).keys() == live(current)
    assert deleted(root) == gone(current) != {}
    for name, entry in entries(root).items():
        line = current[name]
        assert entry["title"] == line["headline"]
        assert entry["updated"] == line["revised_at"]
        assert entry.get("published") == line["published_at"]
        assert "content" not in entry
        words = html_words(entry.get("summary", ""))
        assert len(words) <= len((line["standfirst"] or "").split()) + 60
    assert root.findtext(f"{ATOM}updated") == max(
        line["withdrawn_at"] or line["revised_at"] for line in current.values()
    )


def test_the_whole_text_is_there_if_it_is_asked_for(
    site: Crawl, current: dict[str, Keys], tmp_path: Path
) -> None:
    file = tmp_path / "feed.atom"
    exported(site, "--text", "full", "-o", str(file))

    for name, entry in entries(read_atom(file.read_bytes())).items():
        line = current[name]
        words = [*(line["standfirst"] or "").split(), *(line["body"] or "").split()]
        assert html_words(entry.get("content", "")) == words
        assert "summary" not in entry


def test_a_json_feed_has_them_and_says_what_was_withdrawn(
    site: Crawl, current: dict[str, Keys]
) -> None:
    feed = read_json_feed(exported(site, "--format", "jsonfeed"))

    assert {item["id"] for item in feed["items"]} == live(current)
    assert {row["id"]: row["withdrawn_at"] for row in feed["_diplonews"]["withdrawn"]} == gone(
        current
    )
    for item in feed["items"]:
        line = current[item["id"]]
        assert [item["title"], item["url"]] == [line["headline"], line["url"]]
        assert item["_diplonews"]["revision"] == line["revision"]
        assert item["_diplonews"]["countries"] == [one["code"] for one in line["countries"]]


def test_rss_has_what_is_live(site: Crawl, current: dict[str, Keys]) -> None:
    root = etree.fromstring(exported(site, "--format", "rss"))

    items = {item.findtext("guid"): item for item in root.iterfind("channel/item")}
    assert items.keys() == live(current)
    for name, item in items.items():
        line = current[name]
        assert item.findtext("title") == line["headline"]
        if line["published_at"]:
            moment = parsedate_to_datetime(item.findtext("pubDate"))
            assert moment == datetime.fromisoformat(line["published_at"])


def test_a_feed_of_what_was_chosen_keeps_its_id(site: Crawl) -> None:
    options = ("--format", "atom", "--country", "Nigeria", "--section", "security")
    one, other = (read_atom(exported(site, *options)) for _ in range(2))

    assert one.findtext(f"{ATOM}id") == other.findtext(f"{ATOM}id")
    assert one.findtext(f"{ATOM}title") == "Diplomatic Info: Security, Nigeria"
    assert one.findtext(f"{ATOM}id") != read_atom(exported(site, "--format", "atom")).findtext(
        f"{ATOM}id"
    )


@pytest.mark.parametrize(
    "options", [("--events",), ("--fields", "id"), ("--text", "some")], ids=" ".join
)
def test_what_such_a_feed_cannot_have_is_told(options: tuple[str, ...], site: Crawl) -> None:
    done = site.call("export", "--format", "atom", *options)

    assert done.returncode == 2
    assert options[0] in done.stderr


SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
HOSTILE = (
    "=2+2", "]]>", "a\x00b", "\ud800", "\U0001f469\u200d\U0001f4bb", "\u202eesrever",
    "&amp;lt;b&gt;",
    "<!--", "\ufffe", "\x1b[31m", SCRIPT, "<![CDATA[", "\x85", "%s{0}", "𝔘𝔫𝔦",
)  # fmt: skip


def hostile_line(text: str, **values: Any) -> Keys:
    made = article(
        headline=text, standfirst=text, body=f"{text}\n\n{text} two", tags=[text, text],
        authors=[Author(name=text, url="javascript:alert(1)")], image_caption=text,
        categories=[CategoryName(slug=text, title=text)], image_url="javascript:alert(2)",
        images=[Image(url="data:text/html,x", caption=text)], agency=text, language="en",
        countries=[CountryMention(code="GH", where="body", reason="name", printed=text)],
        **values,
    )  # fmt: skip
    return {"seq": 1, **as_keys(made), "withdrawn_at": None}


def written(name: str, *lines: Keys, text: str = "full") -> bytes:
    file = io.BytesIO()
    writer = FORMATS[name].writer
    assert writer is not None
    feed = writer(
        file, Contents("current", (), "hostile ]]> & <all>", text, "2026-11-28T12:00:00Z")
    )
    for line in lines:
        feed.write(with_text(line, text))
    feed.close()
    return file.getvalue()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_article_is_valid_and_runs_nothing(text: str) -> None:
    line = hostile_line(text)

    (entry,) = entries(read_atom(written("atom", line))).values()
    (item,) = read_json_feed(written("jsonfeed", line))["items"]
    (channel,) = etree.fromstring(written("rss", line)).iterfind("channel/item")

    expected = html_words(item["content_html"])
    assert html_words(entry["content"]) == expected
    assert html_words(channel.findtext("description")) == expected
    if text.isascii() and text.isprintable():
        assert " ".join(expected).count(" ".join(text.split())) == 3
        assert entry["title"] == item["title"] == channel.findtext("title") == text
    for data in (written("atom", line), written("jsonfeed", line), written("rss", line)):
        assert b"javascript:" not in data
        assert b"data:text" not in data


def test_a_body_of_five_megabytes_is_valid_in_every_format() -> None:
    body = "\n\n".join("]]> words, words and “words” & " * 35 for _ in range(5_000))
    line = hostile_line("Talks") | {"body": body}
    assert len(body) > 5_000_000

    atom = read_atom(written("atom", line))
    feed = read_json_feed(written("jsonfeed", line))

    count = len(html_words(feed["items"][0]["content_html"]))
    assert count == len(body.split()) + 1
    assert len(written("rss", line)) > len(body)
    assert entries(atom).keys() == {line["id"]}
    assert len(written("atom", line, text="excerpt")) < 10_000


def test_a_body_that_parsers_of_xml_refuse_is_cut_and_marked() -> None:
    line = hostile_line("Talks") | {"body": "&" * 5_000_000}

    (entry,) = entries(read_atom(written("atom", line))).values()

    assert entry["content"].endswith("&amp;…</p>")
    assert len(entry["content"]) > 5_000_000


def test_a_forgotten_article_is_taken_out_of_feeds() -> None:
    line = {"seq": 3, **as_keys(article(url="", headline="", body="")), "withdrawn_at": None}

    atom = read_atom(written("atom", line))
    feed = read_json_feed(written("jsonfeed", line))

    assert entries(atom) == {}
    assert deleted(atom) == {line["id"]: "2026-11-28T12:00:00Z"}
    assert feed["items"] == []
    assert feed["_diplonews"]["withdrawn"] == [
        {"id": line["id"], "withdrawn_at": None, "is_forgotten": True}
    ]
    assert b"<item>" not in written("rss", line)


def test_the_newest_come_first_and_what_has_no_date_last() -> None:
    times = ["2026-11-02T10:00:00Z", None, "2026-11-27T10:00:00Z", "2026-11-09T10:00:00Z"]
    lines = [
        hostile_line("Talks", id=f"site:post:{number}") | {"published_at": published_at}
        for number, published_at in enumerate(times)
    ]

    channel = etree.fromstring(written("rss", *lines)).iterfind("channel/item")
    feed = read_json_feed(written("jsonfeed", *lines))

    expected = [f"site:post:{number}" for number in (2, 3, 0, 1)]
    assert list(entries(read_atom(written("atom", *lines)))) == expected
    assert [item.findtext("guid") for item in channel] == expected
    assert [item["id"] for item in feed["items"]] == expected


def test_a_feed_of_nothing_is_valid() -> None:
    assert entries(read_atom(written("atom"))) == {}
    assert read_json_feed(written("jsonfeed"))["items"] == []
    assert etree.fromstring(written("rss")).findtext("channel/title")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://site.example/a b", "https://site.example/a%20b"),
        ("https://site.example/%41%zz", "https://site.example/%41%25zz"),
        ("HTTPS://site.example/<x>", "HTTPS://site.example/%3Cx%3E"),
        ("javascript:alert(1)", ""), ("data:text/html,x", ""), ("//site.example", ""),
        ("http://[", ""), ("", ""), (None, ""), ("http:///x", ""),
        ("https://site.example/\x00", "https://site.example/%EF%BF%BD"),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_are_kept(given: str | None, address: str) -> None:
    assert web_address(given) == address


def test_lines_that_wait_take_no_memory_to_speak_of() -> None:
    """All formats wait on the disk once they have more than a megabyte."""
    waiting = Waiting()
    for number in range(2_000):
        waiting.add({"id": number, "body": "x" * 1_000})

    assert waiting.file._rolled  # type: ignore[attr-defined]
    assert IN_MEMORY < 2_000_000
    assert [keys["id"] for keys in waiting] == list(range(2_000))
    waiting.close()
