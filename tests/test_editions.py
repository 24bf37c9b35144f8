"""What ``DIPLONEWS_PUBLISH`` has published with the feeds: for feed readers, and as Parquet."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.editions import choose_editions
from diplonews.editions.feed_reader_edition import COUNTRIES
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.manifest import Manifest
from diplonews.feeds.publisher import Publisher
from diplonews.items import CountryMention
from tests.support.articles import NOW, article, begin
from tests.support.crawling import AT_ONCE, Crawl
from tests.support.reader_feeds import deleted, entries, read_atom, read_json_feed

ALL = "atom,rss,jsonfeed,parquet"
Lines = dict[str, dict[str, Any]]


@dataclass
class Published:
    """A crawled site with an edit and a withdrawal, and what was published of it."""

    crawl: Crawl
    withdrawn: int

    @property
    def feeds(self) -> Path:
        return self.crawl.var / "feeds"

    def current(self, feed: str) -> Lines:
        files = (self.feeds / "current" / feed).glob("*.jsonl")
        lines = (json.loads(line) for file in files for line in file.read_text().splitlines())
        return {line["id"]: line for line in lines}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Published:
    variables = AT_ONCE | {"DIPLONEWS_PUBLISH": ALL}
    with Replica(articles=120) as replica:
        crawl = Crawl(replica.origin, tmp_path_factory.mktemp("editions") / "var", variables)
        assert crawl("security").verdict == "ok"
        edited, withdrawn, *_ = replica.truth("security")
        replica.edit(edited, headline="Talks end", paragraph="One more.")
        replica.withdraw(withdrawn)
        assert [crawl("recheck").verdict for _ in range(2)] == ["ok", "ok"]
    return Published(crawl, withdrawn)


def ids_of(keys: Lines) -> list[str]:
    """Return the ids of the newest live lines, newest first."""
    live = [line for line in keys.values() if line["withdrawn_at"] is None]
    live.sort(key=lambda line: (line["published_at"] or "", line["id"]), reverse=True)
    return [line["id"] for line in live[:50]]


def test_the_newest_fifty_of_a_section_are_there_with_edits_and_withdrawals(
    site: Published,
) -> None:
    current = site.current("security")
    root = read_atom((site.feeds / "atom/security.atom").read_bytes())
    feed = read_json_feed((site.feeds / "jsonfeed/security.json").read_bytes())

    assert list(entries(root)) == [item["id"] for item in feed["items"]] == ids_of(current)
    assert "Talks end" in {entry["title"] for entry in entries(root).values()}
    gone = {line["id"]: line["withdrawn_at"] for line in current.values() if line["withdrawn_at"]}
    assert deleted(root) == gone
    assert [name.rpartition(":")[2] for name in gone] == [str(site.withdrawn)]
    assert {row["id"]: row["withdrawn_at"] for row in feed["_diplonews"]["withdrawn"]} == gone


def test_a_country_has_what_names_it_in_any_section(site: Published) -> None:
    feeds = [path.name for path in (site.feeds / "current").iterdir()]
    every = {name: line for feed in feeds for name, line in site.current(feed).items()}

    assert len(COUNTRIES) >= 15
    counts = []
    for code in COUNTRIES:
        naming = {
            name: line
            for name, line in every.items()
            if code.upper() in {country["code"] for country in line["countries"]}
        }
        root = read_atom((site.feeds / f"atom/{code}.atom").read_bytes())
        assert list(entries(root)) == ids_of(naming)
        counts.append(len(naming))
    assert max(counts) > 5


def test_parquet_has_the_lines_of_the_feeds(site: Published) -> None:
    files = sorted((site.feeds / "current").rglob("*.jsonl"))

    for file in files:
        name = file.relative_to(site.feeds / "current").with_suffix(".parquet")
        rows = pyarrow.parquet.read_table(site.feeds / "parquet" / name).to_pylist()
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        assert [row["id"] for row in rows] == [line["id"] for line in lines]
        assert [row["body"] for row in rows] == [line["body"] for line in lines]
    assert len(files) == len(list((site.feeds / "parquet").rglob("*.parquet")))


def test_the_manifest_names_them_and_verify_compares_them(site: Published, tmp_path: Path) -> None:
    resources = {row["path"]: row for row in site.crawl.manifest()["resources"]}
    assert resources["atom/security.atom"]["mediatype"] == "application/atom+xml"
    assert site.crawl.call("verify").returncode == 0

    copy = Crawl(site.crawl.origin, tmp_path / "var", site.crawl.environment)
    shutil.copytree(site.crawl.var, copy.var)
    feeds = copy.var / "feeds"
    (feeds / "atom/gh.atom").write_text("<feed/>")
    (feeds / "jsonfeed/security.json").unlink()
    (feeds / "rss/stray.rss").write_text("")
    parquet = next((feeds / "parquet/security").iterdir())
    parquet.write_bytes(parquet.read_bytes()[:-1] + b"x")
    done = copy.call("verify")

    assert done.returncode == 3
    for name in ("atom/gh.atom", "jsonfeed/security.json", "rss/stray.rss", parquet.name):
        assert name in done.stdout
    assert copy.call("verify", "--repair").returncode == 0
    assert not (feeds / "rss/stray.rss").exists()
    assert (feeds / "atom/gh.atom").read_bytes() == (site.feeds / "atom/gh.atom").read_bytes()


@pytest.mark.parametrize("value", ["atoms", "atom;rss", "atom,,rss", "Parquet"])
def test_a_wrong_name_is_told(value: str, tmp_path: Path) -> None:
    crawl = Crawl("http://127.0.0.1:1", tmp_path / "var", {"DIPLONEWS_PUBLISH": value})

    done = crawl.call("crawl", "security")

    assert done.returncode == 2
    assert "DIPLONEWS_PUBLISH: expected some of atom, rss, jsonfeed, parquet" in done.stderr


class Folder:
    """An archive that is filled directly, and published with editions."""

    def __init__(self, var: Path) -> None:
        var.mkdir()
        self.archive = Archive.open(f"sqlite:///{var / 'archive.sqlite'}")
        self.feeds = var / "feeds"
        self.run = begin(self.archive)

    def note(self, number: int, section: str, code: str = "GH", **values: Any) -> None:
        country = CountryMention(code=code, where="body", reason="name", printed=code)
        reading = article(number, sections=[section], countries=[country], **values)
        self.archive.articles.note(reading, self.run, [section])

    def publish(self, names: str = ALL) -> set[str]:
        """Publish; return the names of the editions' files that were written."""
        before = self.stamps()
        Publisher(self.archive, self.feeds, editions=choose_editions(names)).publish()
        after = self.stamps()
        return {name for name in after if after[name] != before.get(name)}

    def stamps(self) -> dict[str, int]:
        files = [path for path in self.feeds.rglob("*.*") if "current" not in path.parts]
        return {
            path.relative_to(self.feeds).as_posix(): path.stat().st_ino
            for path in files
            if path.parent.name not in {"feeds", "schema"} and "changes" not in path.parts
        }

    def faults(self, names: str = ALL) -> list[str]:
        return list(FeedCheck(self.archive, self.feeds, choose_editions(names)).differences())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    opened = Folder(tmp_path / "var")
    yield opened
    opened.archive.close()


def test_only_what_changed_is_written_again(folder: Folder) -> None:
    folder.note(1, "security")
    folder.note(2, "ecowas", "ML", published_at=NOW - timedelta(days=100))
    first = folder.publish()
    assert {"atom/security.atom", "atom/ml.atom", "parquet/ecowas/2026-08.parquet"} <= first
    assert folder.publish() == set()

    folder.note(3, "security")
    names = {name.partition(".")[0] for name in folder.publish()}

    kinds = ("atom", "jsonfeed", "rss")
    expected = {f"{kind}/{key}" for kind in kinds for key in ("security", "gh")}
    assert names == {*expected, "parquet/security/2026-10"}
    assert folder.faults() == []


def test_an_unchanged_run_reads_the_manifest_alone(folder: Folder) -> None:
    folder.note(1, "security")
    folder.publish()
    for name in ("atom/gh.atom", "current/security/2026-10.jsonl"):
        path = folder.feeds / name
        path.write_bytes(b"x" * path.stat().st_size)  # which only `verify` would notice

    assert folder.publish() == set()
    assert len(folder.faults()) > 2


def test_what_is_no_longer_wanted_is_taken_away(folder: Folder) -> None:
    folder.note(1, "security")
    folder.publish()

    folder.publish("atom")

    assert {name.partition("/")[0] for name in folder.stamps()} == {"atom"}
    assert folder.faults("atom") == []
    manifest = Manifest.read(folder.feeds)
    assert manifest is not None
    assert list(manifest.editions) == ["atom"]
    folder.publish("")
    assert folder.stamps() == {}
    assert folder.faults("") == []


def test_a_file_that_was_lost_is_put_back(folder: Folder) -> None:
    folder.note(1, "security")
    folder.publish()
    (folder.feeds / "atom/gh.atom").unlink()

    assert folder.publish() == {"atom/gh.atom"}


def test_words_that_were_forgotten_are_in_no_file(folder: Folder) -> None:
    folder.note(1, "security", headline="Secret talks", body="Secret words.")
    folder.note(2, "security")
    folder.publish()
    folder.archive.erasing.forget("diplomaticinfo:post:1", "asked", NOW)
    entry = folder.archive.forgotten.find("diplomaticinfo:post:1")
    assert entry is not None
    folder.archive.erasing.erase(entry.number, NOW)
    folder.publish()

    files = [path for path in folder.feeds.rglob("*.*") if path.is_file()]
    with_words = [path.name for path in files if b"ecret" in path.read_bytes()]
    rows = pyarrow.parquet.read_table(folder.feeds / "parquet/security/2026-10.parquet")
    assert with_words == []
    assert rows.column("post_id").to_pylist() == [2]
    assert folder.faults() == []


def test_a_publication_that_died_after_its_files_is_made_whole(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.note(1, "security")
    folder.publish()
    folder.note(2, "security")
    with monkeypatch.context() as patched:
        patched.setattr(Manifest, "write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            folder.publish()

    folder.publish()

    assert len(entries(read_atom((folder.feeds / "atom/security.atom").read_bytes()))) == 2
    assert folder.faults() == []


def test_a_damaged_feed_costs_the_files_that_are_made_of_it_alone(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    folder.note(1, "security")
    folder.note(2, "ecowas", "ML")
    folder.publish()
    path = folder.feeds / "current/security/2026-10.jsonl"
    path.write_bytes(b"x" * path.stat().st_size)
    folder.note(3, "security", published_at=NOW - timedelta(days=100))
    folder.publish()

    assert "atom/security.atom: expected files of current that it can be made of" in caplog.text
    assert not (folder.feeds / "atom/security.atom").exists()
    assert (folder.feeds / "atom/ecowas.atom").exists()
    Publisher(folder.archive, folder.feeds, editions=choose_editions(ALL)).repair()
    assert folder.faults() == []


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt
