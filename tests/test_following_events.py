"""`scrapy export --events --follow`: events as they are published, until somebody says stop."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from diplonews.archive import Archive
from diplonews.feeds.publisher import Publisher
from tests.support.articles import article, begin
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT

SECONDS = 60


class Follower:
    """A process that follows, and what it has written."""

    def __init__(self, crawl: Crawl, *options: str) -> None:
        command = crawl.command("export", "--events", "--follow", *options)
        self.process = subprocess.Popen(
            command, env=crawl.variables(), cwd=PROJECT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.stdout = self.process.stdout

    def read(self, count: int) -> list[dict[str, Any]]:
        return [json.loads(self.stdout.readline()) for _ in range(count)]

    def end(self, number: int) -> tuple[int, str, str]:
        """Send a signal; return exit status, what was still written, and what was said."""
        self.process.send_signal(number)
        rest, said = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, rest.decode(), said.decode()


class Feeds:
    """An archive whose events are published one after another."""

    def __init__(self, var: Path) -> None:
        var.mkdir()
        self.archive = Archive.open(f"sqlite:///{var / 'archive.sqlite'}")
        self.folder = var / "feeds"
        self.run = begin(self.archive)
        self.count = 0

    def archive_some(self, *sections: str) -> None:
        for section in sections:
            self.count += 1
            reading = article(self.count, sections=[section])
            self.archive.articles.note(reading, self.run, [section])

    def publish(self) -> None:
        Publisher(self.archive, self.folder).publish()


@pytest.fixture
def feeds(tmp_path: Path) -> Iterator[Feeds]:
    opened = Feeds(tmp_path / "var")
    yield opened
    opened.archive.close()


@pytest.fixture
def crawl(tmp_path: Path) -> Crawl:
    return Crawl("http://127.0.0.1:1", tmp_path / "var")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_events_come_as_they_are_published_and_a_signal_ends_it(
    number: int, feeds: Feeds, crawl: Crawl
) -> None:
    feeds.archive_some("security", "ecowas")
    feeds.publish()
    follower = Follower(crawl)
    first = follower.read(2)
    feeds.archive_some("security")
    # Numbered, as a publication does first of all, and not in the manifest yet.
    manifest = json.loads((feeds.folder / "datapackage.json").read_text())
    feeds.archive.feeds.number(manifest["feed_id"], ["security"], "2026-11-28")
    feeds.archive_some("security")
    feeds.publish()

    assert [line["seq"] for line in [*first, *follower.read(2)]] == [1, 2, 3, 4]
    status, rest, said = follower.end(number)
    assert (status, rest) == (0, "")
    assert "--changed-since 4" in said
    assert "Traceback" not in said


def test_what_is_numbered_and_not_in_the_manifest_is_not_written(
    feeds: Feeds, crawl: Crawl
) -> None:
    feeds.archive_some("security")
    feeds.publish()
    manifest = json.loads((feeds.folder / "datapackage.json").read_text())
    feeds.archive_some("security")
    feeds.archive.feeds.number(manifest["feed_id"], ["security"], "2026-11-28")
    follower = Follower(crawl)

    assert [line["seq"] for line in follower.read(1)] == [1]
    status, rest, said = follower.end(signal.SIGTERM)

    assert (status, rest) == (0, "")
    assert "--changed-since 1" in said


def test_filters_and_a_beginning_hold_for_what_follows(feeds: Feeds, crawl: Crawl) -> None:
    feeds.archive_some("security", "ecowas", "security", "ecowas")
    feeds.publish()
    follower = Follower(crawl, "--changed-since", "1", "--section", "security")

    assert [line["seq"] for line in follower.read(1)] == [3]
    feeds.archive_some("ecowas", "security")
    feeds.publish()
    assert [line["seq"] for line in follower.read(1)] == [6]
    assert follower.end(signal.SIGTERM)[0] == 0


def test_a_reader_that_is_gone_ends_it_though_nothing_is_published(
    feeds: Feeds, crawl: Crawl
) -> None:
    feeds.archive_some("security")
    feeds.publish()
    follower = Follower(crawl)
    follower.read(1)
    follower.stdout.close()

    assert follower.process.wait(timeout=SECONDS) == 0
    assert follower.process.stderr is not None
    assert b"Traceback" not in follower.process.stderr.read()
    follower.process.stderr.close()


def test_a_signal_ends_it_though_its_reader_reads_nothing(feeds: Feeds, crawl: Crawl) -> None:
    """At a line's end after the first signal, at once after the second."""
    feeds.count = 100
    feeds.archive.articles.note(
        article(1, body="word " * 200_000), feeds.run, ["security"]
    )  # more than a pipe holds
    feeds.publish()
    follower = Follower(crawl)
    assert os.read(follower.stdout.fileno(), 10) == b'{"seq":1,"'
    follower.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        follower.process.wait(timeout=0.2)

    status, rest, _ = follower.end(signal.SIGTERM)

    assert status in {0, -signal.SIGTERM}
    assert not rest.endswith("}\n") or json.loads('{"seq":1,"' + rest)


@pytest.mark.parametrize(
    "options", [(), ("--events", "--format", "csv"), ("--events", "-o", "x.jsonl")]
)
def test_it_needs_events_as_lines(options: tuple[str, ...], feeds: Feeds, crawl: Crawl) -> None:
    done = crawl.call("export", "--follow", *options)

    assert done.returncode == 2
    assert "--follow: expected --events with it" in done.stderr
