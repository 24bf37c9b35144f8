"""Scrapy's own export (`-O`, `-o`): our keys in every format; a word where it is not all."""

import csv
import io
import json
import marshal
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from diplonews import exporters
from diplonews.demo import Replica
from diplonews.exports.cells import CELL_KEYS
from diplonews.items import Article, Author, CategoryName, CountryMention, Embed, Image
from diplonews.lines import as_keys
from tests.support.crawling import Crawl

WARNING = "this gets only the articles that this run reads"
ARTICLE = Article(
    id="diplomaticinfo:post:1",
    url="https://site.example/talks/",
    headline='=2+2 & "sums"; talks, reopened',
    authors=[Author(name="Ama Boateng"), Author(name="Rui Évora", url="https://site.example/r/")],
    published_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    categories=[CategoryName(slug="mali", title="Mali"), CategoryName(slug="security")],
    body="One.\n\nTwo, “three”.",
    tags=["border", "trade"],
    images=[Image(url="https://site.example/1.jpg", caption="A hall")],
    embeds=[Embed(kind="x", url="https://x.example/1")],
    countries=[CountryMention(code="ML", where="body", reason="name", printed="Mali")],
    read_from={"body": "theme", "headline": "meta"},
    is_syndicated=True,
    word_count=3,
)


def exported(name: str, *articles: Article) -> bytes:
    file = io.BytesIO()
    exporter = getattr(exporters, name)(file)
    exporter.start_exporting()
    for article in articles:
        exporter.export_item(article)
    exporter.finish_exporting()
    return file.getvalue()


class TestCsv:
    @pytest.fixture
    def row(self) -> dict[str, str]:
        (row,) = csv.DictReader(io.StringIO(exported("CsvExporter", ARTICLE).decode(), newline=""))
        return row

    def test_there_is_a_column_for_each_key_in_order(self, row: dict[str, str]) -> None:
        assert list(row) == [key.name for key in fields(Article)]

    def test_a_cell_holds_one_text(self, row: dict[str, str]) -> None:
        values = {name: value for name, value in row.items() if value}

        assert values == {
            "id": ARTICLE.id,
            "url": ARTICLE.url,
            "headline": f"'{ARTICLE.headline}",  # no formula
            "authors": "Ama Boateng; Rui Évora",
            "published_at": "2026-11-01T09:30:00Z",
            "categories": "mali; security",
            "body": ARTICLE.body,
            "tags": "border; trade",
            "images": "https://site.example/1.jpg",
            "embeds": "https://x.example/1",
            "countries": "ML",
            "read_from": "headline: meta; body: theme",
            "is_syndicated": "true",
            "word_count": "3",
            "reader": str(ARTICLE.reader),
        } | {name: "false" for name, value in row.items() if value == "false"}

    def test_every_list_of_objects_has_a_key_for_its_cells(self) -> None:
        lists = {
            key.name
            for key in fields(Article)
            if str(key.type).startswith("list[") and "[str]" not in str(key.type)
        }

        assert lists == set(CELL_KEYS)

    def test_columns_can_be_chosen(self) -> None:
        file = io.BytesIO()
        exporter = exporters.CsvExporter(file, fields_to_export=["headline", "authors"])
        exporter.export_item(ARTICLE)
        exporter.finish_exporting()

        rows = list(csv.reader(io.StringIO(file.getvalue().decode(), newline="")))
        assert rows == [
            ["headline", "authors"],
            [f"'{ARTICLE.headline}", "Ama Boateng; Rui Évora"],
        ]


def test_json_lines_json_and_marshal_have_the_keys_and_values_of_the_feeds() -> None:
    keys = as_keys(ARTICLE)

    assert json.loads(exported("LineExporter", ARTICLE)) == keys
    assert json.loads(exported("JsonExporter", ARTICLE, ARTICLE)) == [keys, keys]
    assert marshal.loads(exported("MarshalExporter", ARTICLE)) == keys


def test_xml_has_the_same_keys_and_times() -> None:
    item = ElementTree.fromstring(exported("XmlExporter", ARTICLE))[0]

    assert {element.tag for element in item} == set(as_keys(ARTICLE))
    assert item.findtext("published_at") == "2026-11-01T09:30:00Z"
    assert item.findtext("authors/value/name") == "Ama Boateng"


def rows_of(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("option", ["-O", "-o"])
def test_an_export_that_is_not_all_says_so(
    option: str, new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=24)
    crawl = Crawl(replica.origin, tmp_path / "var")
    out = tmp_path / "out.csv"
    first = crawl("security", option, str(out))
    total = len(rows_of(out))
    number = replica.publish(["security"])

    out.unlink()
    second = crawl("security", option, str(out))

    assert WARNING not in first.log
    assert total == len(replica.truth("security")) - 1
    assert f"{out}: {WARNING}" in second.log
    assert f"All of them are in {crawl.var}/feeds/current\n" in second.log
    assert [row["post_id"] for row in rows_of(out)] == [str(number)]


def test_a_table_that_grows_has_one_line_of_headings(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=12)
    crawl = Crawl(replica.origin, tmp_path / "var")
    out = tmp_path / "out.csv"
    crawl("security", "-o", str(out))
    number = replica.publish(["security"])

    crawl("security", "-o", str(out))

    rows = rows_of(out)
    assert len(rows) == len(replica.truth("security"))
    assert rows[-1]["post_id"] == str(number)


def test_a_crawl_without_an_export_warns_of_nothing(crawl: Crawl) -> None:
    crawl("security")

    assert WARNING not in crawl("security", "-a", "backfill=yes").log
