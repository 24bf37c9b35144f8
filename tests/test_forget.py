"""`scrapy forget`: after it no file and no row has the article's words, whatever runs do later."""

import json
import re
import signal
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from tests.support.crawling import AT_ONCE, Crawl
from tests.support.postgresql import Cluster
from tests.support.searching import holding, pages_holding, rows_holding

Crawled = tuple[Crawl, Replica, dict[str, Any]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Yield two crawled sections, and an edited article of both that others do not name."""
    url = ""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.new_database()
    with Replica(articles=40) as replica:
        var = tmp_path_factory.mktemp(request.param) / "var"
        published = {"DIPLONEWS_PUBLISH": "" if url else "atom,rss,jsonfeed,parquet"}
        crawl = Crawl(replica.origin, var, AT_ONCE | published | {"DIPLONEWS_ARCHIVE": url})
        number = replica.publish(["ghana", "security"])
        crawl("ecowas")
        crawl("security")
        replica.edit(number, headline="Zyzzyva brings quokkas to the talks")
        crawl("recheck")
        (line,) = (line for line in crawl.current("security") if line["post_id"] == number)
        yield crawl, replica, line


def rare_words(crawl: Crawl, line: dict[str, Any]) -> list[str]:
    """Return words of an article that no other one has, and its texts."""
    others = Counter[str]()
    for section in ("ecowas", "security"):
        for other in crawl.current(section):
            if other["id"] != line["id"]:
                others.update(words_of(other))
    slug = line["url"].lower()
    rare = {word for word in words_of(line) if not others[word] and word.lower() not in slug}
    return [*sorted(rare), line["headline"], line["body"][:60]]


def words_of(line: dict[str, Any]) -> set[str]:
    texts = [line[name] or "" for name in ("headline", "standfirst", "byline_raw", "body")]
    return set(re.findall(r"[A-Za-z]{5,}", " ".join(texts)))


def places(crawl: Crawl, words: list[str]) -> list[str]:
    """Return all files, tables and tables' files that have one of the words."""
    url = crawl.environment["DIPLONEWS_ARCHIVE"]
    rows = [*rows_holding(url, words), *pages_holding(url, words)] if url else []
    return [*holding(crawl.var, words), *rows]


def test_no_word_is_left_and_none_comes_back(crawled: Crawled) -> None:
    crawl, replica, line = crawled
    words = rare_words(crawl, line)
    (crawl.var / "notes.log").write_text(f"one\n{line['url']}: {line['headline']}\ntwo\n")
    (crawl.var / "export.csv").write_text(f"{line['url']},{line['headline']}\n")
    before = places(crawl, words)
    assert any("warc" in place for place in before)
    assert "Zyzzyva" in words
    if not crawl.environment["DIPLONEWS_ARCHIVE"]:
        folders = {place.split("/")[1] for place in before if place.startswith("feeds/")}
        assert folders == {"atom", "changes", "current", "jsonfeed", "parquet", "rss"}
    backup = crawl.var.with_name("before.tar")
    assert crawl.call("backup", "--captures", str(backup)).returncode == 0

    told = crawl.call("forget", line["url"], "--reason", "a court's order", "--dry-run")
    assert places(crawl, words) == before
    done = crawl.call("forget", line["url"], "--reason", "a court's order")

    assert (told.returncode, done.returncode) == (0, 0), done.stderr
    assert "nothing was erased" in told.stdout
    assert "not reached: backups" in done.stdout
    assert places(crawl, words) == []
    assert (crawl.var / "notes.log").read_text() == "one\ntwo\n"
    assert crawl.call("verify").returncode == 0
    assert_none_comes_back(crawl, replica, line, words)
    assert_no_backup_brings_it_back(crawl, backup, line, words)


def assert_none_comes_back(
    crawl: Crawl, replica: Replica, line: dict[str, Any], words: list[str]
) -> None:
    """Assert that the article stays forgotten through all kinds of runs, renamed too."""
    asked = len(replica.requests)
    path = line["url"].removeprefix(replica.origin)
    replica.edit(line["post_id"], headline="Zyzzyva brings quokkas to the talks again")
    replica.publish(["security"])

    runs = [crawl("recheck"), crawl("security", "-a", "backfill=yes"), crawl("reparse")]
    replica.rename(line["post_id"])
    slug = replica.wordpress.posts[line["post_id"]].slug
    words = [word for word in words if word.lower() not in slug]  # the list has the address
    runs += [crawl("security"), crawl("recheck")]

    assert [run.verdict in {"ok", "unchanged"} for run in runs] == [True] * 5
    assert [request.path for request in replica.requests[asked:] if request.path == path] == []
    assert places(crawl, words) == []
    assert crawl.call("verify").returncode == 0
    pending, rejected = crawl.call("pending").stdout, crawl.call("rejected").stdout
    assert path not in pending + rejected
    why = crawl.call("why", line["url"])
    assert why.returncode == 0
    assert "forgotten since" in why.stdout
    assert "a court's order" in why.stdout
    events = [event["event"] for event in crawl.changes("ecowas") if event["id"] == line["id"]]
    assert events == ["forgotten"] * 3
    manifest = crawl.manifest()
    assert {row["path"].split("/")[1] for row in manifest["rewritten"]} == {"ecowas", "security"}


def assert_no_backup_brings_it_back(
    crawl: Crawl, backup: Path, line: dict[str, Any], words: list[str]
) -> None:
    """Assert that it stays forgotten where a backup from before takes the archive's place."""
    before = crawl.changes("security")
    for path in (crawl.var / "captures").rglob("*.*"):
        path.unlink()

    done = crawl.call("restore", "--replace", str(backup))
    left = places(crawl, words)
    runs = [crawl("security", "-a", "backfill=yes"), crawl("reparse"), crawl("recheck")]

    assert done.returncode == 0, done.stderr
    assert any((crawl.var / "captures").rglob("*.warc.gz"))
    assert left == places(crawl, words) == []
    assert [run.verdict in {"ok", "unchanged"} for run in runs] == [True] * 3
    assert crawl.changes("security")[: len(before)] == before
    assert not [item for item in crawl.current("security") if item["id"] == line["id"]]
    assert crawl.call("verify").returncode == 0


def test_again_it_says_since_when(crawled: Crawled) -> None:
    crawl, _, line = crawled
    crawl.call("forget", line["url"], "--reason", "one")

    with zipfile.ZipFile(crawl.var / "old.zip", "w") as packed:
        packed.writestr("old.txt", line["url"])

    again = [crawl.call("forget", line["id"], "--reason", "two") for _ in range(2)]
    (crawl.var / "old.zip").unlink()
    again.append(crawl.call("forget", line["id"], "--reason", "two"))

    assert [done.returncode for done in again] == [3, 3, 0]
    assert "old.zip: has it still: remove it, or make it again" in again[1].stdout
    assert all("forgotten since" in done.stdout for done in again)
    assert not any("two" in done.stdout for done in again)


def test_a_categorys_address_is_no_articles(crawled: Crawled) -> None:
    crawl, replica, _ = crawled

    done = crawl.call("forget", f"{replica.origin}/category/security", "--reason", "x")

    assert done.returncode == 2
    assert "expected an article's address, found one of a list" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (
            ["https://site.example/never/", "--reason", "x"],
            3,
            "that the archive knows, found none",
        ),
        (["https://site.example/never/", "--dry-run"], 3, "that the archive knows, found none"),
        (["", "--reason", "x"], 2, "expected a URL or an article's id"),
        (["https://site.example/a/"], 2, "expected --reason"),
        (["--reason", "x"], 2, "expected one URL"),
        (["https://site.example/", "--reason", "x"], 2, "expected an article's address, found"),
    ],
)
def test_what_is_not_to_be_done_is_not_done(
    arguments: list[str], status: int, sentence: str, crawled: Crawled
) -> None:
    crawl, _, _ = crawled

    done = crawl.call("forget", *arguments)

    assert done.returncode == status
    assert sentence in done.stdout + done.stderr


def test_a_run_under_way_is_waited_for_or_refused(crawled: Crawled) -> None:
    crawl, replica, _ = crawled
    (line, *_) = crawl.current("security")
    asked = len(replica.requests)
    replica.publish(["security"])
    replica.fail(path="^/category/", kind="slow", seconds=1, times=1)
    run = crawl.start("security")
    crawl.wait_for(
        lambda: any("/category/" in request.path for request in replica.requests[asked:]), 90
    )
    run.send_signal(signal.SIGSTOP)

    refused = [
        crawl.call("forget", line["url"], "--reason", "x"),
        crawl.call("prune", "--older-than", "0d"),
    ]
    looked = crawl.call("prune", "--older-than", "0d", "--dry-run")
    run.send_signal(signal.SIGCONT)
    waited = crawl.call("prune", "--older-than", "9999d", "--wait")

    assert [done.returncode for done in refused] == [75, 75]
    assert "in use by run 2" in refused[0].stderr
    assert f"process {run.pid} on" in refused[0].stderr
    assert (looked.returncode, waited.returncode, run.wait(90)) == (0, 0, 0)
    assert crawl.call("verify").returncode == 0


def test_another_machine_carries_it_out_at_its_next_run(
    cluster: Cluster, replica: Replica, tmp_path: Path
) -> None:
    shared = {**AT_ONCE, "DIPLONEWS_ARCHIVE": cluster.new_database()}
    one, two = (Crawl(replica.origin, tmp_path / name / "var", shared) for name in ("one", "two"))
    two("security")
    one("ecowas")
    line = next(line for line in two.current("security") if line["body"])
    words = [line["headline"], line["body"][:60]]
    assert one.call("forget", line["url"], "--reason", "x").returncode == 0
    assert holding(tmp_path / "one", words) == []
    assert len(holding(tmp_path / "two", words)) > 2
    with zipfile.ZipFile(two.var / "old.zip", "w") as packed:
        packed.writestr("old.txt", line["url"])

    run = two("ecowas")
    (two.var / "old.zip").unlink()

    (trouble,) = run.report["troubles"]
    assert (run.verdict, trouble["kind"]) == ("degraded", "unerased")
    assert "old.zip has it still: remove it, or make it again" in trouble["why"]
    assert holding(tmp_path / "two", words) == []
    assert two.call("verify").returncode == 0
    state = json.loads((two.var / "erased.json").read_text())
    assert state["number"] > 0
