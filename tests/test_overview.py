"""`scrapy overview` writes one page that needs nothing else, and its figures are the feeds'."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from diplonews import clock
from diplonews.archive import Archive
from diplonews.commands.overview import write_overview
from diplonews.errors import SettingError
from diplonews.exports.display_names import country_name
from diplonews.exports.selection import Selection
from diplonews.extras import check_package
from diplonews.items import CategoryName, CountryMention
from tests.support.articles import NOW, SITE, article, begin
from tests.support.browser import needs_chromium, shown_document
from tests.support.crawling import Crawl
from tests.support.exporting import feed_lines

Page = html.HtmlElement
TRICK = "<script>document.title='hostile'</script>"
MAIN = {"category", "dateline", "headline"}


@pytest.fixture(scope="module")
def site(edited_site: Crawl) -> Crawl:
    return edited_site


@pytest.fixture(scope="module")
def page(site: Crawl) -> Page:
    path = site.var / "overview.html"
    done = site.call("overview", "-o", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    return html.document_fromstring(path.read_bytes())


@pytest.fixture
def file_archive(tmp_path: Path) -> Iterator[Archive]:
    opened = Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    yield opened
    opened.close()


def table_of(page: Page, section: str, place: int = 0) -> dict[str, list[str]]:
    """Return the cells of a section's table by the names of its rows."""
    rows = page.xpath(f"(//*[@id='{section}']//table)[{place + 1}]/tbody/tr")
    cells = [[cell.text_content().replace("\xa0", " ") for cell in row] for row in rows]
    return {name: values for name, *values in cells}


def text_of(page: Page, section: str) -> str:
    return " ".join(page.xpath(f"//*[@id='{section}']")[0].text_content().split())


def countries_in(lines: list[dict[str, Any]]) -> dict[str, list[str]]:
    named = Counter(one["code"] for line in lines for one in line["countries"])
    main = Counter(
        one["code"] for line in lines for one in line["countries"] if one["where"] in MAIN
    )
    return {
        country_name(code): [str(count), f"{100 * count / len(lines):.0f} %", str(main[code])]
        for code, count in named.items()
    }


def test_attention_has_the_numbers_of_the_feeds_and_their_share_of_all(
    site: Crawl, page: Page
) -> None:
    lines = feed_lines(site, "current")
    expected = countries_in(lines)

    shown = table_of(page, "countries")
    shown |= table_of(page, "countries", 1) if len(expected) > 15 else {}

    assert len(shown) > 5
    assert shown == expected
    security = sum("security" in line["sections"] for line in lines)
    row = table_of(page, "time")["Security"]
    assert row == [str(security), f"{100 * security / len(lines):.0f} %"]


def test_each_week_has_its_denominator(site: Crawl, page: Page) -> None:
    days = [datetime.fromisoformat(line["published_at"]) for line in feed_lines(site, "current")]
    weeks = Counter(f"{d - timedelta(d.weekday()):%d %b %Y}".removeprefix("0") for d in days)

    shown = table_of(page, "time", 1)

    newest = next(iter(shown))
    assert shown[newest][0] == str(weeks[newest.removesuffix(", in part")])
    assert re.fullmatch(r"\d+ \(\d+ %\)|0", shown[newest][1])


def test_edits_and_withdrawals_are_the_sites(page: Page) -> None:
    shown = text_of(page, "changes")
    assert "1 edit, 1 withdrawal and 0 restorations of the site’s; 1 of " in shown
    assert "articles is withdrawn now. How soon edits come: too few to say, 1 edit." in shown
    assert "of these 1 withdrawn" in page.xpath("string(//header)")
    assert " articles, of these 1 withdrawn, published from" in text_of(page, "time")
    assert list(table_of(page, "changes", 1))[:2] == ["headline", "body"]
    assert "Talks end" in text_of(page, "changes")


def test_runs_are_counted_by_verdict(page: Page) -> None:
    head = page.xpath("//*[@id='runs']//thead//th/text()")

    assert head == ["runs of", "ok", "all"]
    assert table_of(page, "runs")["recheck"] == ["2", "2"]


def test_coverage_counts_what_has_a_value(site: Crawl, page: Page) -> None:
    lines = feed_lines(site, "current")
    shown = table_of(page, "coverage")

    for key in ("headline", "standfirst", "agency", "image_caption"):
        assert shown[key][0] == str(sum(bool(line[key]) for line in lines))


def test_a_page_runs_nothing_and_loads_nothing(page: Page) -> None:
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = page.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert page.xpath("//script | //img | //link | //iframe | //*[@src or @style]") == []
    assert [name for name in page.xpath("//@*") if getattr(name, "attrname", "")[:2] == "on"] == []
    assert re.findall(r"url\(|@import", style) == []


def test_plots_can_be_read_without_seeing_them(page: Page) -> None:
    plots = page.xpath("//svg")
    ids = page.xpath("//@id")

    assert len(plots) > 5
    assert len(ids) == len(set(ids))
    for plot in plots:
        named = [page.get_element_by_id(name) for name in plot.get("aria-labelledby").split()]
        assert [element.tag for element in named] == ["title", "desc"]
        assert all(element.text for element in named)
        assert plot.xpath("ancestor::section//table")
        assert plot.xpath(".//text")  # letters, which can be searched and copied


def test_colours_are_the_pages(page: Page) -> None:
    """So that they follow light, dark and print."""
    drawn = page.xpath("//svg//@fill | //svg//@stroke")

    assert set(drawn) <= {"none", "currentColor"}
    (style,) = page.xpath("//style/text()")
    classes = {name for names in page.xpath("//svg//@class") for name in names.split()}
    assert {name for name in classes if f".{name} " not in style} == set()


def test_a_filter_is_said_and_chooses(site: Crawl, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    done = site.call("overview", "-o", str(path), "--section", "international")
    shown = html.document_fromstring(path.read_bytes())

    wanted = [x for x in feed_lines(site, "current") if "international" in x["sections"]]
    assert f"{len(wanted)} articles" in done.stdout
    assert "Section International" in shown.xpath("string(//header)")


def test_a_wrong_filter_and_a_folder_are_refused(site: Crawl, tmp_path: Path) -> None:
    assert site.call("overview", "--section", "sport").returncode == 2
    assert site.call("overview", "-o", str(tmp_path)).returncode == 2


def test_a_name_that_promises_another_kind_is_refused(site: Crawl, tmp_path: Path) -> None:
    for name in ("page.pdf", "page"):
        done = site.call("overview", "-o", str(tmp_path / name))
        assert (done.returncode, "print the page from the browser" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_without_its_package_the_command_to_type_is_said() -> None:
    with pytest.raises(SettingError, match=r"pip install 'diplonews\[overview\]'.*make analysis"):
        check_package("overview", "no_such_package", "overview")


def written(
    archive: Archive, folder: Path, name: str = "page.html", selection: Selection | None = None
) -> Page:
    with clock.other_time(lambda: NOW):
        archive.feeds.number("folder", [], f"{NOW:%Y-%m-%d}")
        write_overview(archive, selection or Selection(), folder / name)
    return html.document_fromstring((folder / name).read_bytes())


def test_an_empty_archive_reads_well(file_archive: Archive, tmp_path: Path) -> None:
    page = written(file_archive, tmp_path)

    assert "no such article yet" in page.xpath("string(//main)")
    assert page.xpath("//svg") == []


def test_one_article_reads_well(archive: Archive, tmp_path: Path) -> None:
    archive.articles.note(article(1, sections=["security"]), begin(archive), ["security"])

    page = written(archive, tmp_path)

    assert text_of(page, "time").count("1 article,") == 1
    assert "No article names a country." in text_of(page, "countries")
    assert page.xpath("//*[@id='newest']//a/@href") == [f"{SITE}/talks-1/"]


def test_the_same_archive_at_the_same_time_makes_the_same_bytes(
    file_archive: Archive, tmp_path: Path
) -> None:
    mention = CountryMention(code="ML", where="headline", reason="name", printed="Mali")
    archived = article(1, sections=["security"], countries=[mention], agency="AFP")
    file_archive.articles.note(archived, begin(file_archive), ["security"])

    written(file_archive, tmp_path, "one.html")
    written(file_archive, tmp_path, "two.html")

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_ten_years_are_shown_by_month_and_one_outlier_is_no_decade(
    file_archive: Archive, tmp_path: Path
) -> None:
    run = begin(file_archive)
    for number in range(240):
        published_at = NOW - timedelta(days=15 * number)
        file_archive.articles.note(
            article(number, published_at=published_at, digest=f"{number:064}"), run, ["security"]
        )

    page = written(file_archive, tmp_path)
    assert len(table_of(page, "time", 1)) == 14
    assert page.xpath("//*[@id='time']//thead/tr/th[1]/text()")[1] == "month"

    for number in range(1, 240):
        near = NOW - timedelta(hours=number)
        moved = article(number, published_at=near, digest=f"{number + 500:064}")
        file_archive.articles.note(moved, run, ["security"])
    old = article(1, published_at=NOW - timedelta(days=3_600), digest=f"{999:064}")
    file_archive.articles.note(old, run, ["security"])

    page = written(file_archive, tmp_path)
    assert page.xpath("//*[@id='time']//thead/tr/th[1]/text()")[1] == "week from"
    assert "begin on 2026-11-09; they leave out 1 older article." in text_of(page, "time")


def week_labels(page: Page) -> list[str]:
    return list(table_of(page, "time", 1))


def points_of_line(page: Page) -> int:
    """Return how many points the line of the first section has; its mark in the legend has few."""
    lines = page.xpath("//*[@id='time']//svg//path[contains(@class, 'stroke-one')]/@d")
    return max(len(line.split("L")) for line in lines)


def test_a_week_that_is_not_over_is_no_fall(file_archive: Archive, tmp_path: Path) -> None:
    """NOW is a Monday."""
    run = begin(file_archive)
    for number in range(60):
        code = ("ML", "NE", "BF", "TG", "BJ")[number % 5]
        named = article(
            number, published_at=NOW - timedelta(hours=12 * number), sections=["security"],
            countries=[CountryMention(code=code, where="headline", reason="name", printed="x")],
        )  # fmt: skip
        file_archive.articles.note(named, run, ["security"])
    file_archive.runs.end(run, "ok", {}, NOW)

    page = written(file_archive, tmp_path)

    weeks = week_labels(page)
    assert [week.endswith(", in part") for week in weeks] == [True, *[False] * (len(weeks) - 1)]
    assert f"counted up to {NOW:%Y-%m-%d %H:%M} UTC" in text_of(page, "time")
    assert page.xpath("//*[@id='time']//*[local-name()='svg']//*[@stroke-dasharray]")
    assert points_of_line(page) == len(weeks) - 1
    (newest,) = page.xpath("//*[@id='countries']//table[@class='heat']/thead/tr/th[2]/text()[1]")
    assert newest == weeks[0]
    small = page.xpath("//*[@id='countries']//svg")[1]
    assert f"{NOW.day} " not in small.xpath("string(.)")  # the shares end before it, too
    since = NOW - timedelta(days=16)
    page = written(file_archive, tmp_path, selection=Selection(since=since))
    weeks = week_labels(page)
    assert [week.endswith(", in part") for week in weeks] == [True, False, False, True]
    assert f"counted from {since:%Y-%m-%d %H:%M} UTC up to" in text_of(page, "time")


def test_what_came_after_the_last_run_is_not_counted_as_none(
    file_archive: Archive, tmp_path: Path
) -> None:
    last_run_at = NOW - timedelta(days=30)
    run, _ = file_archive.runs.begin("security", {}, last_run_at)
    file_archive.articles.note(article(1, published_at=last_run_at), run, ["security"])
    file_archive.runs.end(run, "ok", {}, last_run_at)

    page = written(file_archive, tmp_path)

    assert [week[-9:] for week in week_labels(page)] == [", in part"]


def test_delays_are_from_publication_to_the_end_of_the_run(
    file_archive: Archive, tmp_path: Path
) -> None:
    run = begin(file_archive)
    published_at = NOW + timedelta(minutes=10)
    fetched_at = published_at + timedelta(minutes=5)
    file_archive.articles.note(
        article(1, published_at=published_at, fetched_at=fetched_at, published_precision="second"),
        run,
        ["security"],
    )
    file_archive.articles.note(article(2), run, ["security"])  # from before the first run
    file_archive.runs.end(run, "ok", {}, published_at + timedelta(minutes=20))

    page = written(file_archive, tmp_path)

    assert table_of(page, "delay")["15 to 30 minutes"] == ["1", "100 %"]
    assert "Too few to say: 1 article was published since" in text_of(page, "delay")
    assert "Half of" not in text_of(page, "delay")
    assert "in the median" not in page.xpath("string(//header)")


def test_what_was_forgotten_is_not_counted(file_archive: Archive, tmp_path: Path) -> None:
    run = begin(file_archive)
    for number in (1, 2):
        file_archive.articles.note(article(number, headline=f"Talks {number}"), run, ["security"])
    written(file_archive, tmp_path)

    entry = file_archive.erasing.forget(f"{SITE}/talks-1/", "a court's order", NOW)
    assert entry is not None
    file_archive.erasing.erase(entry.number, NOW)

    page = written(file_archive, tmp_path)
    assert "1 article," in text_of(page, "time")
    assert "Talks 1" not in page.text_content()


@pytest.fixture
def hostile_page(file_archive: Archive, tmp_path: Path) -> Path:
    names = [CategoryName(slug="mali", title=TRICK)]
    mention = CountryMention(code=f"ML{TRICK}$x$", where="headline", reason="name", printed="x")
    hostile = article(
        1, headline=f"{TRICK}]]>\x00\u202eevil 🕊️ مرحبا </title></style>", body="five " * 1_000_000,
        url="javascript:document.title='hostile'", canonical_url=f"{SITE}/x/", categories=names,
        countries=[mention], agency=f"中{TRICK}", sections=["security", TRICK], language=TRICK,
    )  # fmt: skip
    file_archive.articles.note(hostile, begin(file_archive, f"security{TRICK}"), ["security"])
    written(file_archive, tmp_path)
    return tmp_path / "page.html"


def test_a_hostile_article_is_text(hostile_page: Path) -> None:
    page = html.document_fromstring(hostile_page.read_bytes())

    assert hostile_page.stat().st_size < 300_000
    assert page.xpath("//script") == []
    assert [link for link in page.xpath("//@href") if link.startswith("javascript")] == []
    (headline,) = page.xpath("//*[@id='newest']//bdi")
    assert headline.text == f"{TRICK}]]>\ufffd\ufffdevil 🕊️ مرحبا </title></style>"


@needs_chromium
def test_a_browser_runs_nothing_of_it(hostile_page: Path, tmp_path: Path) -> None:
    shown = shown_document(hostile_page.as_uri(), tmp_path / "profile")

    assert "<title>Diplomatic Info: overview</title>" in shown
    assert "hostile" in shown  # as text
