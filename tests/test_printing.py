"""What others wrote steers no terminal, forges no line of a log, and no password is shown."""

import json
import logging
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.errors import ArchiveError, SettingError
from diplonews.logs import CleanFormatter
from diplonews.printing import STEERING, as_json, plain, printable, without_passwords
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT
from tests.support.hostile import Hostile, Said
from tests.support.terminal import read_terminal

STEERS = (
    "\x00", "\x07", "\x08", "\t", "\n", "\x0b", "\x0c", "\r", "\x1b[31m", "\x1b]0;title\x07",
    "\x7f", "\x85", "\x9b31m", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u061c",
    "\ufeff", "\U000e0041", "\ud800",
)  # fmt: skip
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (INFO|WARNING|ERROR) ")
FORGED = "2026-11-27T10:00:00Z INFO run x is ok"


def record(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("x", logging.INFO, "x", 1, message, arguments, None)


class TestPrintable:
    @pytest.mark.parametrize("steers", STEERS, ids=ascii)
    def test_what_steers_is_written_out(self, steers: str) -> None:
        told = printable(f"before{steers}after")

        assert STEERING.search(told) is None
        assert told.startswith("before\\")
        assert told.endswith("after")
        told.encode()

    @pytest.mark.parametrize("steers", STEERS, ids=ascii)
    def test_json_says_the_same_without_it(self, steers: str) -> None:
        value = {"url": f"before{steers}after", f"key{steers}": [steers]}

        text = as_json(value)

        assert STEERING.search(text.replace("\n", "")) is None
        assert json.loads(text) == value
        text.encode()

    @pytest.mark.parametrize("honest", ["Côte d’Ivoire – “talks”", "नमस्ते\u200dक", "مرحبا", "👩‍💻"])
    def test_letters_stay(self, honest: str) -> None:
        assert printable(honest) == honest
        assert honest in as_json([honest])

    @pytest.mark.parametrize(
        "text", ["[/b]", "[bold red]x", ":smile:", "[link=file:///x]a[/link]"]
    )
    def test_markup_of_the_terminal_library_means_nothing(self, text: str) -> None:
        assert plain(text).plain == text
        assert plain(text).spans == []


class TestPasswords:
    @pytest.mark.parametrize(
        "url",
        [
            "postgres://u:SECRET@host/name",
            "postgresql+psycopg://u:SECRET@[::1]:5432/name",
            "postgresql://u:a@SECRET/b@host/name",
            "postgresql://host/name?user=u&password=SECRET",
            "postgresql://u@host/name?sslpassword=SECRET&x=1",
            "mysql://:SECRET@host/name",
            "sqlite://u:SECRET@host/name",
            "postgres://u:SECRET@host:port/name",
        ],
    )
    def test_an_address_that_cannot_be_opened_hides_its_own(self, url: str) -> None:
        with pytest.raises((SettingError, ArchiveError)) as caught:
            Archive.open(url, create=False)

        assert "SECRET" not in str(caught.value)
        assert "SECRET" not in without_passwords(url)

    @pytest.mark.parametrize(
        "text",
        ["user=u password=SECRET host=x", "PASSWORD = 'SECRET words'", "passwd=SECRET",
         "?a&password=SECRET&b"],
    )  # fmt: skip
    def test_nor_do_a_drivers_words_show_it(self, text: str) -> None:
        assert "SECRET" not in without_passwords(text)

    def test_honest_addresses_stay(self) -> None:
        url = "https://site.example/talks/@ada:b/?passport=1#a@b"

        assert without_passwords(url) == url

    def test_a_crawl_tells_no_password(self, tmp_path: Path) -> None:
        own = {"DIPLONEWS_ARCHIVE": "postgres://u:SECRET@127.0.0.1:1/x?password=SECRET"}
        crawl = Crawl("http://127.0.0.1:1", tmp_path / "var", own)

        done = [crawl.call(*command) for command in (["crawl", "security"], ["why", "x"])]

        assert [item.returncode in {2, 4} for item in done] == [True, True]
        assert "SECRET" not in "".join(item.stdout + item.stderr for item in done)
        assert "Traceback" not in "".join(item.stderr for item in done)


class TestLog:
    @pytest.mark.parametrize("steers", STEERS, ids=ascii)
    def test_a_record_is_a_line(self, steers: str) -> None:
        text = CleanFormatter("%(asctime)s %(levelname)s %(message)s").format(
            record("%s: %s", f"https://site.example/{steers}{FORGED}", "x")
        )

        assert STAMP.match(text)
        assert STEERING.search(text) is None

    def test_a_traceback_is_set_in(self) -> None:
        told = record("no")
        try:
            int(f"bad\n{FORGED}\x1b[2J")
        except ValueError:
            told.exc_info = sys.exc_info()

        lines = CleanFormatter("%(asctime)s %(levelname)s %(message)s").format(told).split("\n")

        assert STAMP.match(lines[0])
        assert all(line.startswith("    ") for line in lines[1:])
        assert STEERING.search("".join(lines)) is None


BAD = ("http://[", "http://a:99999999/", "http://a&#0;b/", f"/x&#10;{FORGED}", "/y&#27;[2J&#133;z")


def spoil(replica: Replica, path: str, front: Hostile) -> Said:
    """Return a page of the replica with bad links wherever there is a link."""
    answer = replica._honest(path, {})
    body = answer.body.decode(errors="replace").replace(replica.origin, front.origin)
    if "<body" in body:
        links = "".join(f'<a href="{url}">Security</a>' for url in BAD)
        body = body.replace("</nav>", f"{links}</nav>")
        body = re.sub(r'(<link rel="canonical" href=)"[^"]*"', r'\1"http://["', body)
        body = body.replace("<article ", f"{links}<article ", 2)
    headers = {"Content-Type": answer.kind} | answer.headers
    return Said(body.encode(), answer.status, headers)


def test_bad_links_on_every_page_forge_nothing_and_crash_nothing(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=24)
    with Hostile(lambda path: spoil(replica, path, front)) as front:
        crawl = Crawl(front.origin, tmp_path / "var")
        run = crawl("security")
        why = crawl.call("why", f"{front.origin}/x\n{FORGED}")

    report = next((tmp_path / "var/runs").glob("2*.json")).read_text()
    assert "Traceback" not in run.log
    assert all(STAMP.match(line) for line in run.log.splitlines())
    assert STEERING.search((run.log + report + why.stdout).replace("\n", "")) is None
    assert f"\n{FORGED}" not in run.log + why.stdout
    assert run.report["outcome"]["articles"] == len(replica.truth("security"))


@pytest.mark.parametrize("command", ["crawl", "recheck"])
def test_a_location_forges_no_line(command: str, tmp_path: Path) -> None:
    place = "http://elsewhere.example/\x1b[2J\x85\x0b" + FORGED
    with Hostile(lambda _: Said(b"", 302, {"Location": place})) as hostile:
        crawl = Crawl(hostile.origin, tmp_path / "var")
        run = crawl("recheck" if command == "recheck" else "security")

    assert STEERING.search(run.log.replace("\n", "")) is None
    assert all(STAMP.match(line) for line in run.log.splitlines())


@pytest.mark.parametrize("asked", ["http://[", "http://a:99999999/", "\udcff", "[/b]:smile:", ""])
def test_why_answers_whatever_is_asked(asked: str, tmp_path: Path) -> None:
    Archive.open(f"sqlite:///{tmp_path / 'archive.sqlite'}").close()
    crawl = Crawl("http://127.0.0.1:1", tmp_path)

    done = crawl.call("why", asked)

    assert done.returncode in {2, 3}
    assert "Traceback" not in done.stderr


def test_markup_on_a_page_does_not_crash_doctor(
    new_replica: Callable[..., Replica], tmp_path: Path
) -> None:
    replica = new_replica(articles=24)

    def marked(path: str) -> Said:
        answer = replica._honest(path, {})
        body = answer.body.replace(replica.origin.encode(), front.origin.encode())
        generator = b'<meta name="generator" content="[/b] [red]WordPress&#27;[2J &#8238;">'
        body = body.replace(b"<head>", b"<head>" + generator)
        return Said(body, answer.status, {"Content-Type": answer.kind} | answer.headers)

    with Hostile(marked) as front:
        crawl = Crawl(front.origin, tmp_path / "var")
        main, terminal = pty.openpty()
        process = subprocess.Popen(
            crawl.command("doctor"), env=crawl.variables() | {"TERM": "xterm", "COLUMNS": "200"},
            cwd=PROJECT, stdout=terminal, stderr=subprocess.PIPE,
        )  # fmt: skip
        os.close(terminal)
        shown = read_terminal(main)
        _, told = process.communicate(timeout=120)

    kept = next((tmp_path / "var/doctor").glob("*.json")).read_text()
    assert process.returncode in {0, 3}, told.decode()
    assert "[/b] [red]WordPress" in shown
    assert "\x1b[2J" not in shown + told.decode()
    assert "\u202e" not in shown + kept


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    with Replica(articles=4) as replica:
        crawl = Crawl(replica.origin, tmp_path_factory.mktemp("printed") / "var")
        assert crawl("security").status == 0
    return crawl


class TestStandardOutput:
    """A full disk is told in a sentence; a reader that reads no further is no fault."""

    COMMANDS = (["verify"], ["why", "nothing"], ["why", "nothing", "--json"], ["runs", "--json"])

    @pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
    def test_that_is_full_is_told(self, crawled: Crawl, command: list[str]) -> None:
        with Path("/dev/full").open("wb") as full:
            done = printing_to(full, crawled, command)

        assert done.returncode == 4
        assert "standard output: could not be written: No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr

    @pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
    def test_that_nobody_reads_any_more_changes_nothing(
        self, crawled: Crawl, command: list[str]
    ) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            done = printing_to(closed, crawled, command)

        assert done.stderr == ""
        assert done.returncode == crawled.call(*command).returncode

    @pytest.mark.parametrize("asked", ["", "  ", "\t"])
    def test_nothing_is_no_address(self, crawled: Crawl, asked: str) -> None:
        done = crawled.call("why", asked)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "expected a URL or an article's id, found none\n"


def printing_to(
    output: IO[bytes], crawl: Crawl, command: list[str]
) -> "subprocess.CompletedProcess[str]":
    """Call a command of `scrapy` whose standard output is *output*."""
    return subprocess.run(
        crawl.command(*command), env=crawl.variables(), cwd=PROJECT, stdout=output,
        stderr=subprocess.PIPE, text=True, timeout=120, check=False,
    )  # fmt: skip
