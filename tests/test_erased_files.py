"""`scrapy forget` in the files of a folder: what is rewritten, removed or named."""

import io
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest

from diplonews import clock
from diplonews.archive import Archive
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


@pytest.mark.parametrize("name", ["monday", "monday.backup", "articles.data", "old.json"])
def test_what_is_packed_is_named_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / name, "w") as file:
        words = b"Talks in Abuja"
        member = tarfile.TarInfo("words")
        member.size = len(words)
        file.addfile(member, io.BytesIO(words))

    assert erased(tmp_path) == {name: "cannot be searched"}
    assert (tmp_path / name).exists()


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
