"""`scrapy browse` shows the archive to browsers on this machine, by real HTTP."""

import asyncio
import csv
import io
import json
import re
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest
from lxml import html

from diplonews.archive import Archive
from diplonews.browse.canned_queries import CANNED_QUERIES
from diplonews.browse.csv_answers import RowChanger
from diplonews.browse.metadata import metadata
from diplonews.browse.serving import make_app
from diplonews.commands.browse import update_database
from diplonews.exports import typed_names
from diplonews.exports.cells import cut, disarmed
from diplonews.exports.display_names import country_name
from diplonews.items import CategoryName, CountryMention
from tests.support.articles import NOW, SITE, article, begin
from tests.support.crawling import Crawl
from tests.support.exporting import feed_lines
from tests.support.forks import Forked

Page = html.HtmlElement
TRICK = "<script>document.title='hostile'</script>"
BOM = b"\xef\xbb\xbf"
ARTICLES = "/diplonews/articles"
FACETS = ("sections", "countries", "organisations", "categories", "agency", "language")
FACETS += ("status", "month")


@dataclass
class Browsed:
    """A `scrapy browse` that answers, and what it shows."""

    site: Crawl
    port: int

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()

    def page(self, path: str) -> Page:
        answer, body = self.get(path)
        assert answer.status == 200, path
        return html.document_fromstring(body)

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer, body = self.get(path)
        assert answer.status == 200, path
        rows: list[dict[str, Any]] = json.loads(body)
        return rows


@pytest.fixture(scope="module")
def browsed(edited_site: Crawl) -> Iterator[Browsed]:
    """Return what is shown of a crawled site; Ctrl-C ends it in peace."""
    log = edited_site.var / "browse.log"
    log.touch()
    running = Forked(("browse", "--port", "0"), edited_site.variables(), log)
    try:
        Crawl.wait_for(lambda: "until Ctrl-C" in log.read_text() or running.poll() is not None)
        port = urlsplit(log.read_text().split(" at ")[1].split()[0]).port
        assert port is not None
        yield Browsed(edited_site, port)
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
        said = log.read_text().splitlines()[1:]
        wrong_queries = [line for line in said if line.startswith("ERROR: conn=")]
        assert [line for line in said if line not in wrong_queries] == ["Ended."]
    finally:
        running.kill()


@pytest.fixture(scope="module")
def lines(browsed: Browsed) -> list[dict[str, Any]]:
    return feed_lines(browsed.site, "current")


def links(page: Page, address: str = "/") -> set[str]:
    addresses = (urldefrag(urljoin(address, link))[0] for link in page.xpath("//a/@href"))
    return {link for link in addresses if link.startswith("/")}


def test_the_front_page_has_the_sections_and_leads_to_pages_that_answer(
    browsed: Browsed, lines: list[dict[str, Any]]
) -> None:
    page = browsed.page("/")

    fronts = page.xpath("//div[@class='fronts']/section")
    counts = [front.xpath("string(h2/small)") for front in fronts]
    sections = ("ecowas", "international", "security")
    assert counts == [str(sum(name in line["sections"] for line in lines)) for name in sections]
    assert all(link in links(page) for link in (f"/diplonews/{q.name}" for q in CANNED_QUERIES))
    for link in sorted(links(page)):
        browsed.page(link)


def test_each_facet_counts_the_articles(browsed: Browsed, lines: list[dict[str, Any]]) -> None:
    page = browsed.page(ARTICLES)
    titles = page.xpath("//details[@class='facet']/summary/text()")
    names = [title.lower() for title in titles]
    assert names == [name for name in FACETS if name in names]
    assert set(names) >= {*FACETS} - {"organisations"}  # which the replica may not name

    agencies = Counter(line["agency"] for line in lines if line["agency"])
    shown = page.xpath("//details[summary='Agency']//li")
    counts = {li.xpath("string(.//bdi)"): int(li.xpath("string(span)")) for li in shown}
    assert {name: counts[name] for name in agencies} == agencies

    (link,) = page.xpath("//details[summary='Sections']//a[bdi='Security']/@href")
    narrowed = browsed.page(link.partition(str(browsed.port))[2])
    count = sum("security" in line["sections"] for line in lines)
    assert narrowed.xpath("string(//p[@class='count']/strong)") == str(count)


def test_words_are_searched(browsed: Browsed) -> None:
    phrase = quote('"Talks end"')
    page = browsed.page(f"{ARTICLES}?_search={phrase}")

    assert page.xpath("//article//h2//bdi/text()") == ["Talks end"]


@pytest.mark.parametrize("text", ['"', "AND", "*", "(", "a:b", 'x"y', "NEAR(", "\0", "-"])
def test_signs_of_a_search_are_text(text: str, browsed: Browsed) -> None:
    assert browsed.get(f"{ARTICLES}?_search={quote(text)}")[0].status == 200


def test_a_country_is_asked_by_name_or_code(browsed: Browsed) -> None:
    path = "/diplonews/newest-of-a-country.json?_shape=array&country="
    expected = browsed.rows(f"{path}GH")

    assert len({row["number"] for row in expected}) == len(expected) > 1
    assert browsed.rows(f"{path}ghana") == browsed.rows(f"{path}Ghana") == expected


@pytest.mark.parametrize(
    "name",
    ["sénégal", "SENEGAL", "Côte d'Ivoire", "Côte d’Ivoire", "Cote d'Ivoire", "Ivory Coast", "ci"],
)
def test_a_country_is_asked_by_each_of_its_names(
    name: str, file_archive: Archive, tmp_path: Path
) -> None:
    code = "SN" if name.lower()[0] == "s" else "CI"
    mention = CountryMention(code=code, where="headline", reason="name", printed="x")
    archive_one(file_archive, countries=[mention])
    shown = shown_of(file_archive, tmp_path)

    path = f"/diplonews/newest-of-a-country.json?_shape=array&country={quote(name)}"

    assert [row["number"] for row in shown(path).json()] == [1]


def test_organisations_and_agencies_are_asked_by_their_names(
    file_archive: Archive, tmp_path: Path
) -> None:
    archive_one(file_archive)
    sql = "select country_code('Mali') a, organisation_code('cedeao') b, agency_name('afp') c"
    answer = shown_of(file_archive, tmp_path)(f"/diplonews.json?_shape=array&sql={quote(sql)}")

    assert answer.json() == [{"a": "ML", "b": "ECOWAS", "c": "AFP"}]


def test_every_name_that_we_show_is_known() -> None:
    names = [(code, country_name(code)) for code in set(typed_names.countries().values())]
    known = typed_names.countries()

    assert [code for code, name in names if known[typed_names.key_of(name)] != code] == []


@pytest.mark.parametrize("kind", ["", ".json", ".csv"])
def test_a_country_that_nobody_knows_is_told_with_the_nearest(kind: str, browsed: Browsed) -> None:
    path = f"/diplonews/newest-of-a-country{kind}?_shape=array&country="
    answer, body = browsed.get(f"{path}Senegaal")
    text = html.fromstring(body).text_content()

    assert answer.status == (400 if kind else 200)
    assert "expected a code or a name that is known, found 'Senegaal'; did you mean SN" in text
    assert "found 'Atlantis'" in html.fromstring(browsed.get(f"{path}Atlantis")[1]).text_content()


def test_no_answer_says_why(browsed: Browsed) -> None:
    page = browsed.page("/diplonews/what-changed?article=zzz")
    assert "No article has this number" in page.xpath("string(//*[@role='status'])")
    page = browsed.page("/diplonews/edits?article=999999")
    assert "scrapy crawl recheck" in page.xpath("string(//*[@role='status'])")


def test_an_article_is_shown_as_it_is(browsed: Browsed, lines: list[dict[str, Any]]) -> None:
    line = next(line for line in lines if line["standfirst"] and line["agency"])
    page = browsed.page(f"{ARTICLES}/{line['post_id']}")

    shown = page.xpath("//*[@class='body']/*")
    paragraphs = [" ".join(element.text_content().split()) for element in shown]
    dateline = f"{line['dateline_raw']} – " if line["dateline_raw"] else ""
    expected = [" ".join(text.split()) for text in line["body"].split("\n\n")]
    assert paragraphs == [f"{dateline}{expected[0]}", *expected[1:]]
    assert page.xpath("string(//h1)").strip() == line["headline"]
    assert page.xpath("string(//*[@class='standfirst'])") == line["standfirst"]
    assert page.xpath("//aside//a[text()='On the site']/@href") == [line["url"]]


def test_two_revisions_are_side_by_side(browsed: Browsed) -> None:
    (edit,) = browsed.rows("/diplonews/edits.json?_shape=array")

    page = browsed.page(f"/-/compare/{edit['article']}")

    rows = page.xpath("//table[@class='compare']//tr[@class='changed']")
    marked = {kind: " ".join(page.xpath(f"//{kind}/text()")) for kind in ("ins", "del")}
    assert len(rows) >= 2
    assert {"Talks", "end", "One", "more."} <= set(marked["ins"].split())
    assert "West Africa" in marked["del"]
    same = browsed.page(f"/-/compare/{edit['article']}?left={edit['seq']}&right={edit['seq']}")
    assert same.xpath("//*[@class='notice']/text()") == ["The words are the same."]


def test_a_withdrawn_article_says_so(browsed: Browsed) -> None:
    (gone,) = browsed.rows("/diplonews/withdrawn.json?_shape=array")

    page = browsed.page(f"{ARTICLES}/{gone['number']}")
    assert "no longer serves" in page.text_content()
    assert f"Was at {gone['url']}" in page.text_content()
    assert gone["url"] not in page.xpath("//@href")
    buttons = page.xpath("//a[text()='Revisions side by side']")
    (last,) = browsed.rows(f"/diplonews/articles.json?_shape=array&number={gone['number']}")
    assert (buttons, last["revision"]) == ([], 1)


@pytest.mark.parametrize("question", CANNED_QUERIES, ids=lambda question: question.name)
def test_each_question_is_answered_as_page_csv_and_json(question: Any, browsed: Browsed) -> None:
    path = f"/diplonews/{question.name}"
    page = browsed.page(path)
    _, table = browsed.get(f"{path}.csv")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))

    assert page.xpath("string(//h1)") == question.title
    assert len(page.xpath("//tbody/tr")) == len(rows)
    assert len(browsed.rows(f"{path}.json?_shape=array")) == len(rows)


def test_answers_are_those_of_the_feeds(browsed: Browsed, lines: list[dict[str, Any]]) -> None:
    def answer(name: str, query: str = "") -> list[dict[str, Any]]:
        return browsed.rows(f"/diplonews/{name}.json?_shape=array{query}")

    agencies = Counter(line["agency"] or "" for line in lines)
    assert {row["agency"]: row["articles"] for row in answer("whose-copy")} == agencies
    gone = [line["id"] for line in lines if line["withdrawn_at"]]
    assert len(answer("withdrawn-now")) == len(gone) == 1
    ghana = [line for line in lines if "GH" in [one["code"] for one in line["countries"]]]
    live = {line["post_id"] for line in ghana if not line["withdrawn_at"]}
    assert {row["number"] for row in answer("newest-of-a-country")} == live
    edited = next(line for line in lines if line["headline"] == "Talks end")
    events = answer("what-changed", f"&article={quote(edited['url'], safe='')}")
    assert [event["event"] for event in events] == ["updated", "created"]


def test_a_number_in_an_answer_leads_to_the_article(browsed: Browsed) -> None:
    page = browsed.page("/diplonews/withdrawn-now")

    (link,) = page.xpath("//td[@class='col-headline']/a/@href")
    assert len(browsed.page(link).xpath("//article")) == 1
    (shown,) = page.xpath("//td[@class='col-withdrawn_at']/time/text()")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", shown)
    page = browsed.page("/diplonews/what-changed")
    browsed.page(page.xpath("//td[starts-with(@class, 'col-article')]/a/@href")[0])


def test_shares_are_percents_and_numbers_stand_below_one_another(browsed: Browsed) -> None:
    rows = browsed.rows("/diplonews/whose-copy.json?_shape=array")
    page = browsed.page("/diplonews/whose-copy")

    shown = [[cell.text_content() for cell in row] for row in page.xpath("//tbody/tr")]
    assert shown == [
        [row["agency"] or "–", str(row["articles"]), f"{100 * row['share']:.1f}\xa0%"]
        for row in rows
    ]
    assert "–" in [cells[0] for cells in shown]  # nobody is credited
    kinds = page.xpath("//thead/tr/th/@class"), page.xpath("//tbody/tr[1]/td/@class")
    assert kinds == (["int", "int"], ["col-agency", "col-articles int", "col-share int"])


def test_an_edit_leads_to_both_its_texts(browsed: Browsed) -> None:
    (edit,) = browsed.rows("/diplonews/edits.json?_shape=array")
    page = browsed.page("/diplonews/edits")

    (link,) = page.xpath("//td[contains(@class, 'col-diff')]/a/@href")
    (changed,) = page.xpath("//td[contains(@class, 'col-changed')]/text()")
    assert browsed.page(link).xpath("//ins")
    assert link == f"/-/compare/{edit['article']}?right={edit['seq']}"
    assert changed == ", ".join(n for n in json.loads(edit["changed"]) if n[:8] != "modified")
    compared = browsed.page(link)
    fields = compared.xpath("//tr[@class='field']/th/text()")
    assert fields == ["Headline", "Body"]
    assert "The same on both sides: " in compared.xpath("string(//main)")


def test_one_is_said_as_one(browsed: Browsed) -> None:
    assert "1 edit," in " ".join(browsed.page("/").xpath("string(//p[@class='lead'])").split())
    count = browsed.page("/diplonews/edits").xpath("string(//p[@class='count'])")
    assert count.split() == ["1", "edit"]


def test_what_is_internal_is_not_shown(browsed: Browsed) -> None:
    names = browsed.page("/diplonews").xpath("//dl[@class='tables']/dt/a/text()")

    assert {"articles", "revisions", "runs", "countries", "edits"} <= set(names)
    assert [name for name in names if "fts" in name or name in {"about", "_internal"}] == []


def test_nothing_can_be_written(browsed: Browsed) -> None:
    answer, _ = browsed.get(f"/diplonews.json?sql={quote('delete from articles')}")
    assert answer.status == 400

    path = browsed.site.var / "browse" / "diplonews.sqlite"
    before = path.read_bytes()
    browsed.get(f"/diplonews.json?sql={quote('pragma user_version = 7')}")
    assert path.read_bytes() == before


def test_no_page_runs_anything(browsed: Browsed) -> None:
    for path in ("/", "/diplonews", ARTICLES, "/diplonews/runs", "/diplonews/whose-copy",
                 "/diplonews?sql=select+1"):  # fmt: skip
        answer, body = browsed.get(path)
        page = html.document_fromstring(body)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert page.xpath("//script | //iframe | //img") == []
        assert page.xpath("//link[@rel='stylesheet']/@href") == ["/assets/browse.css"]
    assert browsed.get("/assets/browse.css")[0].status == 200


def test_another_host_is_not_answered(browsed: Browsed) -> None:
    """Else a page of the internet whose name leads to 127.0.0.1 could read along."""
    answer, body = browsed.get("/", Host="evil.example")

    assert (answer.status, b"Diplomatic" in body) == (421, False)
    assert browsed.get("/", Host=f"localhost:{browsed.port}")[0].status == 200


def test_a_wrong_address_is_a_page_and_a_wrong_query_a_sentence(browsed: Browsed) -> None:
    for path, status in (("/-/compare/999999", 404), (f"{ARTICLES}/999999", 404)):
        answer, body = browsed.get(path)
        assert (answer.status, b"To the front page" in body) == (status, True)
    answer, body = browsed.get("/diplonews?sql=select+nonsense")
    assert (answer.status, b"no such column: nonsense" in body) == (400, True)


def test_a_port_in_use_is_said(browsed: Browsed) -> None:
    done = browsed.site.call("browse", "--port", str(browsed.port))

    assert done.returncode == 2
    assert f"found that {browsed.port} is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_this_machine_is_answered(browsed: Browsed) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as other:
        other.settimeout(2)
        # Another address of this machine: whoever listens on all of them would answer.
        assert other.connect_ex(("127.0.0.2", browsed.port)) != 0


def test_wrong_arguments_are_refused(browsed: Browsed) -> None:
    for arguments in (("--port", "x"), ("--port", "99999"), ("word",)):
        assert browsed.site.call("browse", *arguments).returncode == 2


def test_every_column_is_described(browsed: Browsed) -> None:
    tables = metadata()["databases"]["diplonews"]["tables"]
    with closing(sqlite3.connect(browsed.site.var / "browse" / "diplonews.sqlite")) as database:
        for name, description in tables.items():
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            assert columns
            assert description["description"]
            if "columns" in description:
                assert list(description["columns"]) == columns


@pytest.fixture
def file_archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    yield opened
    opened.close()


def archive_one(archive: Archive, **values: object) -> None:
    archive.articles.note(article(1, **values), begin(archive), ["security"])
    archive.feeds.number("folder", [], f"{NOW:%Y-%m-%d}")


def shown_of(archive: Archive, folder: Path) -> Callable[[str], Any]:
    """Return what answers an address, for an archive as it is now."""
    path = folder / "browse" / "diplonews.sqlite"
    update_database(archive, path)
    shown = make_app(path)
    return lambda address: asyncio.run(shown.client.get(address))


@pytest.mark.parametrize(
    "address",
    [
        f"{ARTICLES}.csv",
        f"{ARTICLES}.csv?_size=max",
        f"{ARTICLES}.csv?_stream=on&_dl=1",
        "/diplonews/last-seven-days.csv",
        "/diplonews.csv?sql=select+headline,+byline_raw,+body,+-5+as+word_count+from+articles",
    ],
)
def test_csv_opens_in_a_spreadsheet_without_harm(
    address: str, file_archive: Archive, tmp_path: Path
) -> None:
    body = 'A "quote"\r\n,=1\n\n' + "é" * 200_000
    archive_one(
        file_archive, headline="=2+2", byline_raw="@SUM(1)", body=body,
        published_at=datetime.now(UTC).replace(microsecond=0),
    )  # fmt: skip
    answer = shown_of(file_archive, tmp_path)(address)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert ("content-disposition" in answer.headers) == ("_dl" in address)
    assert answer.content.startswith(BOM)
    assert answer.content.count(BOM) == 1
    csv.field_size_limit(10_000_000)
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert row["headline"] == "'=2+2"
    assert row.get("byline_raw", "'@SUM(1)") == "'@SUM(1)"
    assert not row["word_count"].startswith("'")
    if "body" in row:
        assert row["body"] == cut(body)


def test_all_rows_are_in_csv_and_errors_are_no_table(browsed: Browsed) -> None:
    answer, body = browsed.get(f"{ARTICLES}.csv?_size=2&_stream=on&_dl=1")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    listed = browsed.rows(f"{ARTICLES}.json?_shape=array&_size=max")

    assert len(rows) == len(listed) > 2
    assert {row["headline"] for row in rows} == {disarmed(row["headline"]) for row in listed}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="articles.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    for address, status in (
        ("/diplonews/nonsense.csv", 404),
        ("/diplonews.csv?sql=select+nonsense", 400),
        ("/diplonews.csv?sql=select+nonsense&_stream=on&_dl=1", 400),
    ):
        answer, body = browsed.get(address)
        assert (answer.status, body[:3] == BOM) == (status, False)
    assert b"query failed" in body
    assert browsed.get("/diplonews.csv?sql=select+1+as+a+where+0")[1] == BOM + b"a\r\n"


def test_rows_in_pieces_are_whole_rows() -> None:
    text = 'a,b\r\n"one ""=2""\r\n","=é"\r\n'.encode()
    whole = RowChanger().change(text, is_last=True)
    changer = RowChanger()
    pieces = [changer.change(text[at : at + 1], is_last=False) for at in range(len(text))]

    assert b"".join(pieces) + changer.change(b"", is_last=True) == whole
    assert whole.decode() == '\ufeffa,b\r\n"one ""=2""\r\n",\'=é\r\n'


def test_a_hostile_article_is_text(file_archive: Archive, tmp_path: Path) -> None:
    archive_one(
        file_archive, headline=f"{TRICK}\u202e مرحبا", standfirst=TRICK, byline_raw=TRICK,
        body=f"{TRICK}\n\n{'five ' * 1_000_000}", url="javascript:alert(1)", agency=TRICK,
        categories=[CategoryName(slug=f"x{TRICK}", title=TRICK)], image_caption=TRICK,
        image_url="javascript:alert(2)", sections=["security"],
    )  # fmt: skip
    path = tmp_path / "browse" / "diplonews.sqlite"
    update_database(file_archive, path)
    shown = make_app(path)

    async def answers() -> list[str]:
        addresses = ("/", ARTICLES, f"{ARTICLES}/1", "/-/compare/1", "/diplonews/revisions")
        return [(await shown.client.get(address)).text for address in addresses]

    started = time.monotonic()
    pages = asyncio.run(answers())

    assert "These are the first 200,000 of 5,000,0" in pages[2]
    assert len(pages[2]) < 1_000_000
    for text in pages:
        page = html.document_fromstring(text)
        assert page.xpath("//script") == []
        assert [link for link in page.xpath("//@href") if "javascript:" in link] == []
        assert "&lt;script&gt;" in text
    assert time.monotonic() - started < 30


def test_the_database_is_brought_up_to_date_and_made_again_where_it_is_anothers(
    file_archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "browse" / "diplonews.sqlite"
    archive_one(file_archive)
    assert update_database(file_archive, path) == 1
    made = path.stat().st_ino

    file_archive.articles.note(article(2), begin(file_archive), ["security"])
    file_archive.feeds.number("folder", [], f"{NOW:%Y-%m-%d}")
    assert (update_database(file_archive, path), path.stat().st_ino) == (2, made)

    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE about SET value = 'older' WHERE name = 'schema'")
    assert update_database(file_archive, path) == 2
    assert SITE in make_text(path)


def make_text(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        (url,) = database.execute("SELECT url FROM articles").fetchone()
    return str(url)
