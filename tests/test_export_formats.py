"""Each format of an export is what its readers take it for, whatever an article has in it."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from diplonews.archive import Archive
from diplonews.archive.tables import run as run_table
from diplonews.errors import FileError, SettingError
from diplonews.exports import formats
from diplonews.exports.cells import CUT, LONGEST, cell, disarmed
from diplonews.exports.database import Wanted, bring_up_to_date
from diplonews.exports.database_tables import VIEWS, descriptions, tables
from diplonews.exports.export import Order, Result, Source, export, names_of
from diplonews.exports.selection import Selection, read_selection
from diplonews.exports.workbook import WorkbookWriter
from diplonews.exports.writing import Contents
from diplonews.feeds.schema import json_schema
from tests.support.articles import NOW, article, begin
from tests.support.exporting import full_article, publish, withdraw
from tests.support.recipes import duckdb_type

Line = dict[str, Any]

HOSTILE = (
    '=HYPERLINK("http://evil.example","Win")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "  =1+1",
    "＝1+1",
    "\t=1+1",
    "\ufeff=1+1",
    "\u200b\u2060=cmd|' /C calc'!A0",
    "\u200f-2+3+cmd|' /C calc'!A0",
    "﹦1+1",
    "−2+3+cmd|' /C calc'!A0",
    "Talks;\u3000\u200b=1+1",
    "Talks;=1+1",
    "]]> <![CDATA[ & <b>talks</b> &lt;",
    "_x0041_ and _x000D_",
    "flags 🇬🇭🇹🇬 and 👩🏾‍🚀",
    "\u202etalks\u202c \u200e\u200f \u2066x\u2069",
    '<script>alert("caption")</script><img src=x onerror=alert(1)>',
    "quotes \" and ' and \\ and ,;|",
    "2026-01-01",
    "00012345678901234567890",
    "TRUE",
    "https://evil.example/a b",
    "=1+1",
)
NUL = "a\x00b\x0bc\ud800d\uffff"  # nothing of that gets past the pipelines, and if it did?
ALL = Selection()
LONG = "Ẹ́kù ọjọ́ 🇳🇬 " * 180_000


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    archive = Archive.open(f"sqlite:///{tmp_path_factory.mktemp('formats') / 'archive.sqlite'}")
    run = begin(archive)
    for number, text in enumerate(HOSTILE, start=1):
        values = {"headline": text, "body": f"One.\n\n{text}\n\nThree.", "image_caption": text}
        archive.articles.note(full_article(number, **values), run, ["security"])
    archive.articles.note(full_article(90, body=LONG, headline="A long one"), run, ["security"])
    bare = article(91, headline="Nothing but this", body="", published_at=None)
    archive.articles.note(replace(bare, is_empty=True), run, ["security"])
    edited = full_article(1, headline="Calm", digest="e" * 64, fetched_at=NOW + timedelta(hours=3))
    archive.articles.note(edited, run, ["security"])
    withdraw(archive, 2, run, NOW + timedelta(hours=4))
    publish(archive)
    yield archive
    archive.close()


def lines_of(archive: Archive, selection: Selection = ALL) -> list[Line]:
    return [dict(line) for line in Source(archive, selection)]


def write(archive: Archive, path: Path, **options: Any) -> Result:
    selection = options.get("selection", Selection())
    place = "changes" if selection.has_events else "current"
    chosen = formats.choose_format(None, path)
    order = Order(chosen, selection, names_of(place), options.get("text", "full"), path)
    return export(order, Source(archive, selection))


@pytest.fixture(scope="module")
def csv_rows(hostile: Archive, tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    path = tmp_path_factory.mktemp("csv") / "articles.csv"
    result = write(hostile, path)
    assert (result.line_count, result.cut_count) == (len(HOSTILE) + 2, 1)
    csv.field_size_limit(10_000_000)
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def seen(text: str) -> str:
    """Return *text* without what cannot be seen at its beginning."""
    return text.lstrip("\ufeff\u200b\u2060\u200f \u3000\t\n")


class TestCsv:
    def test_the_texts_are_there_but_no_formula(
        self, csv_rows: list[Line], hostile: Archive
    ) -> None:
        for row, line in zip(csv_rows, lines_of(hostile), strict=True):
            assert row["headline"].replace("'", "") == line["headline"].replace("'", "")
            for value in row.values():
                assert seen(value)[:1] not in {*"=+-@＝﹦−"}, value
                pieces = value.replace("\t", ";").replace("\n", ";").split(";")
                assert [piece for piece in pieces if seen(piece)[:1] in {"=", "@"}] == []

    def test_what_is_longer_than_a_cell_is_cut_and_marked(self, csv_rows: list[Line]) -> None:
        (row,) = (row for row in csv_rows if row["headline"] == "A long one")

        assert len(row["body"].encode("utf-16-le")) // 2 <= LONGEST
        assert row["body"].endswith(CUT)
        assert LONG.startswith(row["body"].removesuffix(CUT))


def test_what_no_cell_can_hold_is_left_out() -> None:
    assert cell("headline", NUL) == "abcd"


@pytest.mark.parametrize("text", ["Mali - Niger", "One.\n- an item\n- another", "a;b", "3-2"])
def test_prose_is_left_as_it_is(text: str) -> None:
    assert disarmed(text) == text


@pytest.fixture(scope="module")
def book_rows(hostile: Archive, tmp_path_factory: pytest.TempPathFactory) -> list[Line]:
    path = tmp_path_factory.mktemp("xlsx") / "articles.xlsx"
    assert write(hostile, path).cut_count == 1
    sheet = openpyxl.load_workbook(path)["articles"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:2]) == ("A2", "A1")
    assert {one.data_type for row in sheet.iter_rows() for one in row} <= set("snbd")
    names, *rows = sheet.iter_rows(values_only=True)
    assert names == names_of("current")
    return [dict(zip(names, row, strict=True)) for row in rows]


def in_excel(rows: list[Line], name: str) -> list[str]:
    """Return texts as Excel shows them: it takes "_x0041_" for an "A", unless "_" is "_x005F_"."""
    return [row[name].replace("_x005F_", "_") for row in rows]


class TestWorkbook:
    def test_every_text_is_a_text(self, book_rows: list[Line], hostile: Archive) -> None:
        lines = lines_of(hostile)

        assert in_excel(book_rows, "headline") == [line["headline"] for line in lines]
        assert in_excel(book_rows[:-4], "body") == [line["body"] for line in lines[:-4]]
        assert {row["countries"] for row in book_rows} == {"ML", None}

    def test_times_and_numbers_are_such(self, book_rows: list[Line], hostile: Archive) -> None:
        row, line = book_rows[0], lines_of(hostile)[0]

        assert row["published_at"].replace(tzinfo=UTC).isoformat() == line["published_at"].replace(
            "Z", "+00:00"
        )
        assert (row["seq"], row["word_count"], row["is_syndicated"]) == (line["seq"], 3, True)

    def test_more_rows_than_a_sheet_holds_are_refused(self, hostile: Archive) -> None:
        writer = WorkbookWriter(io.BytesIO(), Contents("current", ("seq",), ""), most_rows=3)
        writer.write({"seq": 1})
        writer.write({"seq": 2})

        with pytest.raises(SettingError, match=r"at most 2 lines.*found more\. Choose fewer"):
            writer.write({"seq": 3})
        writer.close()


@pytest.mark.parametrize("is_history", [False, True], ids=["current", "changes"])
def test_parquet_has_the_types_of_the_schema_and_the_values_of_the_lines(
    is_history: bool, hostile: Archive, tmp_path: Path
) -> None:
    place = "changes" if is_history else "current"
    selection = Selection(has_events=is_history)
    path, lines_path = tmp_path / "articles.parquet", tmp_path / "articles.jsonl"
    write(hostile, path, selection=selection)
    write(hostile, lines_path, selection=selection)

    schema = pq.read_schema(path)
    assert schema.field("published_at").type == pa.timestamp("ms", tz="UTC")
    assert b"headline printed" in schema.field("headline").metadata[b"description"]
    columns = {
        name: duckdb_type(described)
        for name, described in json_schema(place)["properties"].items()
    }
    database = duckdb.connect()
    from_lines = database.read_json(
        str(lines_path), columns=columns, format="newline_delimited", maximum_object_size=1 << 25
    )
    from_parquet = database.read_parquet(str(path))
    assert from_parquet.columns == from_lines.columns
    for name in from_lines.columns:
        wanted = from_lines.order("seq").select(name).fetchall()
        assert from_parquet.order("seq").select(name).fetchall() == wanted, name
    assert len(from_parquet) == len(lines_of(hostile, selection)) >= len(HOSTILE)


@pytest.fixture(scope="module")
def database_path(hostile: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "articles.sqlite"
    bring_up_to_date(hostile, path, Wanted(Selection()))
    return path


class TestDatabase:
    @pytest.fixture
    def database(self, database_path: Path) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(database_path)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def test_it_is_sound(self, database: sqlite3.Connection) -> None:
        assert [tuple(row) for row in database.execute("PRAGMA integrity_check")] == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        database.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")

    def test_an_article_has_the_values_of_its_line(
        self, database: sqlite3.Connection, hostile: Archive
    ) -> None:
        rows = database.execute("SELECT * FROM articles ORDER BY seq").fetchall()

        for row, line in zip(rows, lines_of(hostile), strict=True):
            for name in ("seq", "id", "headline", "body", "published_at", "agency", "post_id"):
                assert row[name] == line[name]
            assert bool(row["is_syndicated"]) == line["is_syndicated"]
            assert json.loads(row["countries"]) == [one["code"] for one in line["countries"]]
            assert json.loads(row["images"]) == line["images"]
            assert row["number"] == line["post_id"]
            assert row["status"] == ("withdrawn" if line["withdrawn_at"] else "live")

    def test_lists_have_tables(self, database: sqlite3.Connection) -> None:
        wanted = (
            "SELECT a.name AS author, c.slug, k.name, k.named_in, o.code, s.section "
            "FROM articles JOIN authors a ON a.article = number AND a.place = 1 "
            "JOIN categories c ON c.article = number AND c.place = 1 "
            "JOIN countries k ON k.article = number JOIN organisations o ON o.article = number "
            "JOIN sections s ON s.article = number AND s.place = 2 WHERE number = 3"
        )

        (row,) = database.execute(wanted)
        assert tuple(row) == ("Ama Boateng", "mali", "Mali", "body", "AES", "security")

    def test_the_history_tells_what_happened_and_when(self, database: sqlite3.Connection) -> None:
        wanted = (
            "SELECT event, revision, revisions.headline, happened_at, run_id FROM revisions "
            "JOIN runs ON runs.number = run WHERE article IN (1, 2) ORDER BY seq"
        )

        rows = [tuple(row) for row in database.execute(wanted)]
        run_id = rows[0][-1]
        assert rows == [
            ("created", 1, HOSTILE[0], "2026-11-23T12:00:00Z", run_id),
            ("created", 1, HOSTILE[1], "2026-11-23T12:00:00Z", run_id),
            ("updated", 2, "Calm", "2026-11-23T15:00:00Z", run_id),
            ("withdrawn", 1, HOSTILE[1], "2026-11-23T16:00:00Z", run_id),
        ]

    @pytest.mark.parametrize(
        ("view", "expected"),
        [
            ("edits", {"article": 1, "hours_after_publication": 27.0, "headline": "Calm"}),
            ("withdrawn", {"number": 2, "withdrawn_at": "2026-11-23T16:00:00Z"}),
            ("articles_by_week", {"section": "ecowas", "week": "2026-11-16", "articles": 7}),
            ("countries_by_week", {"section": "ecowas", "code": "ML", "name": "Mali"}),
            ("organisations_by_week", {"section": "ecowas", "code": "AES"}),
            ("aes_by_week", {"articles": 7, "articles_of_section": 7, "share": 1.0}),
            ("agencies", {"agency": "AFP", "articles": len(HOSTILE) + 1}),
        ],
    )
    def test_a_view_answers_its_question(
        self, view: str, expected: Line, database: sqlite3.Connection
    ) -> None:
        rows = [dict(row) for row in database.execute(f"SELECT * FROM {view}")]

        assert any(expected.items() <= row.items() for row in rows), rows

    def test_every_view_and_column_is_described(self) -> None:
        assert all(view.description for view in VIEWS)
        bare = [
            (table, column)
            for table, columns in descriptions().items()
            for column, description in columns.items()
            if not description
        ]
        assert bare == [("about", "value")]
        assert descriptions()["articles"]["agency"].startswith("Whose copy it is")

    @pytest.mark.parametrize("query", ["calm", "eku ojo", '"win"', "CDATA"])
    def test_words_are_searched_without_accents(
        self, query: str, database: sqlite3.Connection
    ) -> None:
        wanted = "SELECT number FROM articles JOIN articles_fts ON number = articles_fts.rowid "
        rows = database.execute(f"{wanted} WHERE articles_fts MATCH ?", (query,)).fetchall()

        assert len(rows) == (0 if query == '"win"' else 1)


class Dump:
    """All that a database says, but for facts about its making."""

    def __init__(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            self.rows = {
                table.name: connection.execute(
                    f"SELECT * FROM {table.name} ORDER BY 1, 2"
                ).fetchall()
                for table in tables()
                if table.name != "about"
            }
            words = "SELECT rowid, rank FROM articles_fts WHERE articles_fts MATCH 'talks OR calm'"
            self.found = sorted(row[0] for row in connection.execute(words))
            connection.execute(
                "INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')"
            )


@pytest.fixture
def small(archive: Archive) -> Archive:
    """Return an archive, on each database, whose articles have happened to change."""
    run = begin(archive)
    for number in (1, 2, 3):
        archive.articles.note(full_article(number), run, ["security"])
    publish(archive)
    return archive


def change(archive: Archive) -> None:
    run = begin(archive, "recheck")
    later = {"fetched_at": NOW + timedelta(hours=1), "digest": "f" * 64}
    archive.articles.note(full_article(1, headline="Calm", **later), run, ["security"])
    archive.articles.note(full_article(4, language="fr"), run, ["security"])
    withdraw(archive, 2, run, NOW + timedelta(hours=2))
    archive.runs.end(run, "ok", {"diplonews/updated_count": 1}, NOW + timedelta(hours=2))
    publish(archive)


@pytest.mark.parametrize(
    "filters", [{}, {"status": "live"}, {"language": ["fr"]}, {"section": ["security"]}]
)
def test_a_database_that_followed_has_what_a_new_one_has(
    filters: Line, small: Archive, tmp_path: Path
) -> None:
    wanted = Wanted(read_selection(filters, NOW))
    bring_up_to_date(small, tmp_path / "old.sqlite", wanted)
    change(small)

    bring_up_to_date(small, tmp_path / "old.sqlite", wanted)
    summary = bring_up_to_date(small, tmp_path / "new.sqlite", wanted)

    old, new = Dump(tmp_path / "old.sqlite"), Dump(tmp_path / "new.sqlite")
    assert (old.rows, old.found) == (new.rows, new.found)
    assert summary.article_count == len(lines_of(small, wanted.selection)) > 0


def test_an_article_that_comes_to_be_chosen_brings_its_history(
    small: Archive, tmp_path: Path
) -> None:
    path, wanted = tmp_path / "french.sqlite", Wanted(read_selection({"language": ["fr"]}, NOW))
    bring_up_to_date(small, path, wanted)
    later = {"fetched_at": NOW + timedelta(hours=1), "digest": "f" * 64}
    run = begin(small, "recheck")
    small.articles.note(full_article(1, language="fr", **later), run, ["security"])
    publish(small)

    bring_up_to_date(small, path, wanted)

    assert [row[2] for row in Dump(path).rows["revisions"]] == ["created", "updated"]


def test_what_was_forgotten_is_in_no_byte_of_a_database(small: Archive, tmp_path: Path) -> None:
    path = tmp_path / "articles.sqlite"
    run = begin(small)
    small.articles.note(full_article(5, body="Of quokkas.\n\n" * 900), run, ["security"])
    publish(small)
    bring_up_to_date(small, path, Wanted(Selection()))
    assert b"quokkas" in path.read_bytes()
    entry = small.erasing.forget("diplomaticinfo:post:5", "a court's order", NOW)
    assert entry is not None
    small.erasing.erase(entry.number, NOW)
    publish(small)

    summary = bring_up_to_date(small, path, Wanted(Selection()))

    assert summary.article_count == 3 == len(lines_of(small))
    assert b"quokka" not in path.read_bytes()


REFUSED: dict[str, tuple[Callable[[Path, Archive], Wanted], str]] = {
    "other options": (
        lambda path, archive: _made(path, archive, Wanted(Selection(status="live"))),
        "to be exported with the same options from the same archive, found selection 'live' and",
    ),
    "another program's": (
        lambda path, archive: _other(path, "CREATE TABLE mine (x)"),
        "expected no file, or a database of ours",
    ),
    "no database": (
        lambda path, archive: _text(path),
        "expected no file, or a database of ours",
    ),
}


def _made(path: Path, archive: Archive, wanted: Wanted) -> Wanted:
    bring_up_to_date(archive, path, wanted)
    return Wanted(Selection())


def _other(path: Path, statement: str) -> Wanted:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    return Wanted(Selection())


def _text(path: Path) -> Wanted:
    path.write_text("my thesis " * 500)
    return Wanted(Selection())


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_something_else_stays(case: str, small: Archive, tmp_path: Path) -> None:
    arrange, sentence = REFUSED[case]
    path = tmp_path / "articles.sqlite"
    wanted = arrange(path, small)
    before = path.read_bytes()

    with pytest.raises(SettingError, match=sentence):
        bring_up_to_date(small, path, wanted)
    assert path.read_bytes() == before


def test_a_database_that_cannot_be_written_is_as_it_was(
    small: Archive, tmp_path: Path, full_disk: Callable[[int], None]
) -> None:
    path = tmp_path / "articles.sqlite"
    full_disk(50_000)

    with pytest.raises(FileError, match="could not be written"):
        bring_up_to_date(small, path, Wanted(Selection()))
    assert list(tmp_path.glob("*articles*")) == []


@pytest.mark.parametrize(("name", "extra"), [("xlsx", "excel"), ("parquet", "parquet")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(f"articles.{name}")
    chosen = formats.choose_format(None, path)
    other = replace(chosen, package="a_package_that_nobody_has")
    monkeypatch.setitem(formats.FORMATS, name, other)  # type: ignore[arg-type]

    with pytest.raises(SettingError, match=rf"pip install 'diplonews\[{extra}\]'"):
        formats.choose_format(None, path)


def test_runs_are_those_of_the_archive(small: Archive) -> None:
    with small.read() as connection:
        numbers = list(connection.scalars(select(run_table.c.number)))

    assert [number for number, _ in small.runs.all()] == numbers
