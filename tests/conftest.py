"""What tests share: databases to keep an archive in, the replica site, and whole crawls."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from diplonews.archive import Archive
from diplonews.demo import Replica
from tests.support import compiled
from tests.support.crawling import Crawl
from tests.support.exporting import crawl_a_site
from tests.support.postgresql import Cluster, NoServerError

# Begun first, or one of them would be all that is left to do for one worker alone.
SLOWEST = (
    "test_promises", "test_kills", "test_crawl", "test_recheck", "test_recrawl", "test_scrapyd",
    "test_machines", "test_crashes", "test_reading", "test_faults",
)  # fmt: skip

compiled.share()

# Its doctests would be none: it is for the process that crawls are forked from, and costs seconds.
collect_ignore = ["support/warm.py"]


def pytest_xdist_auto_num_workers() -> int:
    """Run one worker more than there are cores: a tenth of a crawl's time is waiting."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.stem not in SLOWEST)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL of our own; the tests that want one say so where there is none."""
    try:
        server = Cluster.start()
    except NoServerError as error:
        pytest.skip(str(error))
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def archive_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'archive.sqlite'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    # Few tests want it empty: those that make an archive in it themselves.
    is_empty = "archive" not in request.fixturenames
    url = server.new_database() if is_empty else server.new_archive()
    yield url
    server.drop(url)


@pytest.fixture
def archive(archive_url: str) -> Iterator[Archive]:
    opened = Archive.open(archive_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def edited_site(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """Return what crawls left of a site with an edit and a withdrawal. Tests add files at most."""
    return crawl_a_site(tmp_path_factory.mktemp("edited"))


@pytest.fixture
def new_replica() -> Iterator[Callable[..., Replica]]:
    """Return a function that starts a replica site; all of them end with the test."""
    started: list[Replica] = []

    def start(**options: object) -> Replica:
        replica = Replica(**options)
        started.append(replica)
        return replica.__enter__()

    yield start
    for replica in started:
        replica.__exit__(None, None, None)


@pytest.fixture
def replica(request: pytest.FixtureRequest, new_replica: Callable[..., Replica]) -> Replica:
    """Return a site as the module's ``REPLICA`` says; a crawl costs by its pages."""
    return new_replica(**getattr(request.module, "REPLICA", {"articles": 60}))


@pytest.fixture
def crawl(tmp_path: Path, replica: Replica) -> Crawl:
    """Return `scrapy crawl` on the test's replica, with a folder of its own."""
    return Crawl(replica.origin, tmp_path / "var")


@pytest.fixture(scope="session")
def captures() -> Path:
    """Return the folder of captured pages; skip, visibly, where there is none."""
    folder = os.environ.get("DIPLONEWS_CAPTURES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("DIPLONEWS_CAPTURES names no folder of captured pages")
    return Path(folder)


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], None]]:
    """Return a function after which no file may grow over so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)
