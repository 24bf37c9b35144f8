"""Runs share a folder and its archive; a command that rewrites them holds both alone."""

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import URL

from diplonews.archive.database_urls import parse
from diplonews.demo import Replica
from diplonews.errors import LockedError
from diplonews.runs.section_lock import take_lock
from diplonews.runs.standstill import SharedFolder, standstill
from tests.support.crawling import Crawl


@pytest.fixture
def url(archive_url: str) -> URL:
    return parse(archive_url)


def test_runs_are_beside_each_other_and_no_command_beside_them(url: URL, tmp_path: Path) -> None:
    one = SharedFolder.take(tmp_path, url, "run 1")

    with pytest.raises(LockedError, match=r"in use by run 1, process \d+ on .*--wait"):
        standstill(tmp_path, url, "scrapy prune").__enter__()
    other = SharedFolder.take(tmp_path, url, "run 2")
    with one.alone() as is_alone:
        assert not is_alone
    other.release()
    with one.alone() as is_alone:
        assert is_alone

    one.release()
    with (
        standstill(tmp_path, url, "scrapy prune"),
        pytest.raises(LockedError, match="in use by scrapy prune, process"),
    ):
        SharedFolder.take(tmp_path, url, "run 2")
    SharedFolder.take(tmp_path, url, "run 2").release()


def test_whoever_waits_is_not_passed(url: URL, tmp_path: Path) -> None:
    shared = SharedFolder.take(tmp_path, url, "run 1")
    is_held, may_end = threading.Event(), threading.Event()

    def wait() -> None:
        with standstill(tmp_path, url, "scrapy prune", waits=True):
            is_held.set()
            may_end.wait(30)

    waiting = threading.Thread(target=wait)
    waiting.start()
    Crawl.wait_for(lambda: (tmp_path / "locks/standstill.holder").exists())
    with pytest.raises(LockedError, match="in use by scrapy prune"):
        SharedFolder.take(tmp_path, url, "run 2")
    assert not is_held.is_set()

    shared.release()

    assert is_held.wait(30)
    may_end.set()
    waiting.join()


def test_an_archive_of_two_folders_is_held_on_both(url: URL, tmp_path: Path) -> None:
    with ExitStack() as held:
        folder = SharedFolder.take(tmp_path / "one", url, "run 1")
        held.callback(folder.release)
        lock = take_lock(url, tmp_path / "one", "security")
        held.callback(lock.release)

        with pytest.raises(LockedError, match="in use by"):
            standstill(tmp_path / "two", url, "scrapy restore", is_everywhere=True).__enter__()

    with standstill(tmp_path / "two", url, "scrapy restore", is_everywhere=True):
        if url.get_backend_name() == "postgresql":
            with pytest.raises(LockedError, match="the archive is in use by a command"):
                take_lock(url, tmp_path / "one", "security")


class TestVerifyRepair:
    """It shares the folder as runs do, and waits for whoever publishes."""

    @pytest.fixture
    def crawler(self, archive_url: str, replica: Replica, tmp_path: Path) -> Crawl:
        return Crawl(replica.origin, tmp_path / "var", {"DIPLONEWS_ARCHIVE": archive_url})

    def test_is_refused_beside_a_command_that_holds_the_folder_alone(
        self, crawler: Crawl, url: URL
    ) -> None:
        crawler("security")

        with standstill(crawler.var, url, "scrapy restore"):
            refused = crawler.call("verify", "--repair")
            looked = crawler.call("verify")

        assert (refused.returncode, looked.returncode) == (75, 0)
        assert "is in use by scrapy restore, process" in refused.stderr

    def test_works_beside_a_run(self, crawler: Crawl, replica: Replica) -> None:
        crawler("security")
        replica.publish(["security"])
        replica.fail(path="^/category/", kind="slow", seconds=1, times=1)
        run = crawler.start("security")
        crawler.wait_for(lambda: run.pid > 0 and is_shared(crawler.var), 90)

        repaired = crawler.call("verify", "--repair")

        assert (repaired.returncode, run.wait(90)) == (0, 0)
        assert crawler.call("verify").returncode == 0


def is_shared(var: Path) -> bool:
    return any("run 2" in path.read_text() for path in (var / "locks").glob("process-*.holder"))
