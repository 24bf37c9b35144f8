"""What reaches stderr when all else fails: a log on a full disk, exceptions nobody caught."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.truth import by_post_id

FORGED = "2026-01-01T00:00:00Z ERROR forged"
HOSTILE = f"http://x.org/\x1b[2J\n{FORGED} postgresql://u:SECRET@h/d"
BEGIN = f"""
import asyncio, gc, logging, threading
from scrapy.utils.log import configure_logging
from scrapy.utils.project import get_project_settings
from diplonews import logs
configure_logging(get_project_settings())
logs.clean()
class Hostile(Exception):
    def __del__(self):
        pass
hostile = {HOSTILE!r}
def fail(*_):
    raise ValueError(hostile)
"""
# Each way by which an exception that nobody caught comes to stderr.
UNCAUGHT = {
    "uncaught": "fail()",
    "in a thread": "thread = threading.Thread(target=fail, name=hostile)\nthread.start()",
    "while thrown away": "class Bad:\n    __del__ = fail\nBad()",
    "of a record": "logging.getLogger('x').error('%d', hostile)",
    "of a record's argument": (
        "class Bad:\n    __str__ = fail\nlogging.getLogger('x').error('%s', Bad())"
    ),
    "of Twisted": (
        "from twisted.internet.defer import fail as failed\n"
        "failed(ValueError(hostile))\ngc.collect()"
    ),
    "of a task": (
        "async def main():\n"
        "    async def task(): fail()\n"
        "    asyncio.ensure_future(task(), loop=asyncio.get_running_loop())\n"
        "    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n    gc.collect()\n"
        "asyncio.run(main())"
    ),
}


@pytest.mark.parametrize("way", UNCAUGHT)
def test_no_exception_steers_a_terminal_or_forges_a_line(way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{BEGIN}\n{UNCAUGHT[way]}"], capture_output=True, text=True
    )

    assert "ValueError" in done.stderr or "TypeError" in done.stderr, done.stderr
    assert "\x1b" not in done.stderr
    assert "SECRET" not in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith(FORGED)]


def mount(folder: Path, size: str) -> None:
    """Give *folder* a disk of its own; skip the test where none can be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted: {mounted.stderr.strip()}")


@pytest.fixture
def full_folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own that takes not one byte more."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "16k")
    with (disk / "filler").open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(4_096))
            except OSError:
                break
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def assert_it_was_told_once(stderr: str, log: Path, why: str) -> None:
    expected = f"{log}: could not be written: {why}. The run goes on without this log"
    assert stderr.splitlines() == [expected]


class TestLogThatCannotBeWritten:
    @pytest.fixture
    def crawl(self, replica: Replica, tmp_path: Path) -> Crawl:
        return Crawl(replica.origin, tmp_path / "var")

    def test_a_full_disk_leaves_the_verdict(
        self, crawl: Crawl, replica: Replica, full_folder: Path
    ) -> None:
        log = full_folder / "crawl.log"

        done = crawl.call("crawl", "security", "--logfile", str(log))

        assert done.returncode == 0, done.stderr
        assert_it_was_told_once(done.stderr, log, "No space left on device")
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()

    def test_a_log_as_large_as_may_be_does_so_too(self, crawl: Crawl, tmp_path: Path) -> None:
        log = tmp_path / "crawl.log"
        log.touch()
        os.truncate(log, 20_000_000)

        done = crawl.call("crawl", "security", "--logfile", str(log), largest_file=20_000_000)

        assert done.returncode == 0, done.stderr
        assert_it_was_told_once(done.stderr, log, "File too large")

    def test_stderr_itself_may_be_full(self, crawl: Crawl, replica: Replica) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                crawl.command("crawl", "security"), env=crawl.variables(), stderr=full
            )

        assert done.returncode == 0
        assert by_post_id(crawl.current("security")).keys() == replica.truth("security").keys()


@pytest.mark.parametrize("size", ["400k", "600k"])  # met by a listing, by an article
def test_a_full_disk_is_one_trouble(size: str, replica: Replica, tmp_path: Path) -> None:
    """Captures, archive, feeds and report are on it: the first that meets it tells."""
    var = tmp_path / "var"
    var.mkdir()
    mount(var, size)
    try:
        done = Crawl(replica.origin, var).call("crawl", "security")
    finally:
        subprocess.run(["umount", str(var)], check=True)

    first, last = [line for line in done.stderr.splitlines() if " ERROR " in line]
    assert done.returncode == 4
    assert "could not be written" in first
    assert "is broken" in last
    assert "Traceback" not in done.stderr
