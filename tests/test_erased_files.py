"""`scrapy forget` in the files of a folder: what is rewritten, removed or named."""

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import shutil
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import brotli
import pyarrow.feather
import pyarrow.parquet
import pytest
import xlsxwriter
from backports import zstd

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.captures import CaptureWriter, Received
from diplonews.archive.traces import Traces, TraceSearch
from diplonews.demo import Replica
from diplonews.forgetting.erased_files import erase_files
from tests.support.crawling import Crawl

SEARCH = TraceSearch(
    Traces(("https://site.example/talks/",), (77,), ("diplomaticinfo:post:77",)),
    frozenset({"Talks in Abuja"}),
)


def erased(var: Path) -> dict[str, str]:
    return {str(file.path.relative_to(var)): file.what for file in erase_files(var, set(), SEARCH)}


def test_a_report_loses_its_entries_and_a_log_its_lines(tmp_path: Path) -> None:
    report = {"run": 1, "troubles": [{"url": "https://site.example/talks/"}, {"url": "other"}]}
    (tmp_path / "report.json").write_text(json.dumps(report))
    (tmp_path / "crawl.log").write_text("one\nhttps://site.example/talks/: 404\ntwo\n")

    assert erased(tmp_path) == {"report.json": "rewritten", "crawl.log": "rewritten"}
    kept = json.loads((tmp_path / "report.json").read_text())
    assert kept == {"run": 1, "troubles": [{"url": "other"}]}
    assert (tmp_path / "crawl.log").read_text() == "one\ntwo\n"
    assert erased(tmp_path) == {}


def test_what_browse_shows_is_removed_since_it_is_made_again(tmp_path: Path) -> None:
    database = tmp_path / "browse" / "articles.sqlite"
    database.parent.mkdir()
    sqlite3.connect(database).execute("CREATE TABLE article (headline)").connection.close()

    assert list(erase_files(tmp_path, set(), SEARCH, is_dry=True))
    assert database.exists()
    assert erased(tmp_path) == {"browse/articles.sqlite": "removed"}
    assert not database.exists()


def tar(path: Path, text: str) -> None:
    with tarfile.open(path, "w") as file:
        member = tarfile.TarInfo("words")
        member.size = len(text.encode())
        file.addfile(member, io.BytesIO(text.encode()))


def workbook(path: Path, text: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_string(0, 0, text)


def parquet(path: Path, text: str) -> None:
    table = pyarrow.table({"headline": ["Other", text]})
    pyarrow.parquet.write_table(table, path, compression="zstd")


def feather(path: Path, text: str) -> None:
    pyarrow.feather.write_feather(pyarrow.table({"headline": ["Other", text]}), path)


def sqlite(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE article (body)")
        database.execute("INSERT INTO article VALUES (?)", ["Other. " * 900 + text + " ." * 9_000])


def zipped(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("pages/one.json.gz", gzip.compress(text.encode()))


def captures(path: Path, text: str) -> None:
    """Write captures aside of those of the crawler, all in one packed piece."""
    writer = CaptureWriter(path.parent / "aside", "run", clock.now())
    for body in ("Other", text):
        packed = brotli.compress(body.encode())
        coding = [("Content-Encoding", "br")]
        writer.write(Received("https://site.example/x/", (), clock.now(), 200, coding, packed))
    writer.close()
    path.write_bytes(gzip.compress(gzip.decompress(writer.path.read_bytes())))
    shutil.rmtree(path.parent / "aside")


PACKED: dict[str, Callable[[Path, str], object]] = {
    "monday": tar, "old.json": tar, "articles.xlsx": workbook, "articles.parquet": parquet,
    "articles.feather": feather, "articles.sqlite": sqlite, "bundle.zip": zipped,
    "run.warc.gz": captures,
    "a.xz": lambda path, text: path.write_bytes(lzma.compress(text.encode())),
    "a.bz2": lambda path, text: path.write_bytes(bz2.compress(text.encode())),
    "a.zst": lambda path, text: path.write_bytes(zstd.compress(text.encode())),
    "a.tgz": lambda path, text: path.write_bytes(gzip.compress(text.encode())),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKED)
def test_what_is_packed_is_named_where_it_has_the_words_and_there_alone(
    name: str, tmp_path: Path
) -> None:
    PACKED[name](tmp_path / name, "Talks in Accra, which others held")
    assert erased(tmp_path) == {}
    (tmp_path / name).unlink()

    PACKED[name](tmp_path / name, "the Talks in Abuja of 2026")

    assert erased(tmp_path) == {name: "has it still: remove it, or make it again"}
    assert (tmp_path / name).exists()


DAMAGED = {
    "torn.gz": gzip.compress(b"Talks in Abuja" * 99)[:-9],
    "rotten.gz": gzip.compress(b"x" * 9)[:10] + b"\xff" * 30,
    "torn.zip": b"PK\x03\x04 and no more",
    "torn.parquet": b"PAR1 and no more",
    "torn.sqlite": b"SQLite format 3\0" + b"\xff" * 200,
    "quack.duckdb": b"\0\0DUCK",
    "backup.bin": b"Talks\0in Accra",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_cannot_be_searched_is_named_and_stops_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(DAMAGED[name])
    (tmp_path / "z.csv").write_text("Talks in Abuja\n")

    assert erased(tmp_path) == {name: "cannot be searched", "z.csv": "removed"}
    assert (tmp_path / name).exists()


def test_a_text_in_other_letters_is_named(tmp_path: Path) -> None:
    (tmp_path / "excel.csv").write_text("Talks in Abuja", encoding="utf-16")
    (tmp_path / "other.csv").write_text("Talks in Accra", encoding="utf-16")

    assert erased(tmp_path) == {"excel.csv": "has it still: remove it, or make it again"}


def test_an_object_about_it_keeps_nothing_though_one_value_alone_names_it(tmp_path: Path) -> None:
    about = {"url": "https://site.example/talks/", "body": "They met."}
    numbered = {"id": 77, "body": "They met."}
    kept = {"name": "a", "counts": {"https://site.example/talks/": 1, "x": 2}, "seen": 77}
    report = {"run": 1, "article": about, "sample": {"post": numbered}, "kept": kept}
    (tmp_path / "report.json").write_text(json.dumps(report))
    (tmp_path / "why.json").write_text(json.dumps(about))

    assert erased(tmp_path) == {"report.json": "rewritten", "why.json": "rewritten"}
    assert json.loads((tmp_path / "report.json").read_text()) == {
        "run": 1, "article": {}, "sample": {"post": {}},
        "kept": {"name": "a", "counts": {"x": 2}, "seen": 77},
    }  # fmt: skip
    assert json.loads((tmp_path / "why.json").read_text()) == {}


def test_links_are_followed_in_the_crawlers_own_folders_and_named_elsewhere(
    tmp_path: Path,
) -> None:
    var, disk = tmp_path / "a folder of 100%", tmp_path / "disk"
    for place in (var, disk / "runs", disk / "mine", var / "logs"):
        place.mkdir(parents=True)
    for path in (disk / "runs/r.log", disk / "mine/m.log", var / "logs/l.log"):
        path.write_text("Talks in Abuja\n")
    (var / "runs").symlink_to(disk / "runs")
    (var / "mine").symlink_to(disk / "mine")
    (var / "last.log").symlink_to(var / "logs/l.log")
    (var / "logs/up").symlink_to(var)
    (var / "nowhere").symlink_to(disk / "never")

    assert erased(var) == {
        "logs/l.log": "rewritten",
        "mine": "leads out of the folder, and was not searched",
        "runs/r.log": "rewritten",
    }
    assert (disk / "runs/r.log").read_text() == (var / "last.log").read_text() == ""
    assert (disk / "mine/m.log").read_text() == "Talks in Abuja\n"


def test_the_archive_is_known_by_whatever_name(tmp_path: Path) -> None:
    var, link = tmp_path / "var", tmp_path / "link"
    var.mkdir()
    link.symlink_to(var)
    sqlite(var / "archive.sqlite", "Talks in Abuja")

    assert list(erase_files(link, {var / "archive.sqlite"}, SEARCH)) == []


def test_a_stray_among_the_feeds_is_no_feed(tmp_path: Path) -> None:
    stray = tmp_path / "feeds/changes/security/2026-11.jsonl.old"
    stray.parent.mkdir(parents=True)
    stray.write_text("Talks in Abuja\n")

    assert erased(tmp_path) == {"feeds/changes/security/2026-11.jsonl.old": "removed"}


def test_one_file_that_cannot_be_written_keeps_no_other_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv", "c.log"):
        (tmp_path / name).write_text("Talks in Abuja\n")
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == "a.csv":
            raise PermissionError(errno.EACCES, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)

    found = list(erase_files(tmp_path, set(), SEARCH))

    assert [(file.path.name, file.is_fault) for file in found] == [
        ("a.csv", True), ("b.csv", False), ("c.log", False),
    ]  # fmt: skip
    assert found[0].what.endswith("a.csv: could not be rewritten: Permission denied")


def test_a_folder_that_cannot_be_looked_into_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refuse(path: Path) -> Any:
        if path.name == "shut":
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)

    (found,) = erase_files(tmp_path, set(), SEARCH)

    assert (found.is_fault, found.path.name) == (True, "shut")


def test_a_table_that_names_it_is_removed_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("id,headline\ndiplomaticinfo:post:77,Talks in Abuja\n")
    (tmp_path / "other.csv").write_text("id,headline\ndiplomaticinfo:post:770,Other talks\n")

    assert erased(tmp_path) == {"export.csv": "removed"}
    assert (tmp_path / "other.csv").exists()


def test_a_run_that_cannot_erase_says_so_until_it_can(replica: Replica, tmp_path: Path) -> None:
    crawl = Crawl(replica.origin, tmp_path / "var")
    crawl("security")
    url = crawl.current("security")[0]["url"]
    archive = Archive.open(f"sqlite:///{crawl.var / 'archive.sqlite'}")
    archive.erasing.forget(url, "a test", clock.now())
    archive.close()
    in_the_way = crawl.var / "erased.json"
    in_the_way.mkdir()

    hindered = crawl("security")
    in_the_way.rmdir()
    mended = crawl("security")

    (trouble,) = hindered.report["troubles"]
    assert (hindered.status, trouble["kind"]) == (3, "unerased")
    assert "what was forgotten is not erased here yet" in trouble["why"]
    assert (mended.status, mended.report["troubles"]) == (0, [])
