"""Several machines, one archive: each is a folder of its own, and all use one PostgreSQL."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from diplonews.archive.database_locks import DatabaseLock
from diplonews.archive.database_urls import parse
from diplonews.demo import Replica
from diplonews.errors import LockedError
from tests.support.crawling import Crawl
from tests.support.killing import WRONG, torture
from tests.support.postgresql import Cluster
from tests.support.truth import by_post_id

KILLS = int(os.environ.get("DIPLONEWS_KILLS", "4"))


@pytest.fixture
def database(cluster: Cluster) -> str:
    return cluster.new_database()


@pytest.fixture
def machines(database: str, replica: Replica, tmp_path: Path) -> list[Crawl]:
    """Return two machines: all they share is the database."""
    shared = {"DIPLONEWS_ARCHIVE": database, "DIPLONEWS_WITHDRAW_SECONDS": "0"}
    return [Crawl(replica.origin, tmp_path / name / "var", shared) for name in ("one", "two")]


def sessions(database: str, where: str) -> list[int]:
    """Return the process numbers of the server's that hold advisory locks of a session."""
    held = (
        "SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND a.datname = current_database() "
        f"AND a.state = 'idle' AND {where}"
    )
    with psycopg.connect(database) as connection:
        return [pid for (pid,) in connection.execute(held.encode()).fetchall()]


def assert_complete(machine: Crawl, replica: Replica, *sections: str) -> None:
    """Assert that a machine's folder has all that the site says, each event once."""
    for section in sections:
        found = by_post_id(machine.current(section))
        assert found.keys() == replica.truth(section).keys()
        seqs = [event["seq"] for event in machine.changes(section)]
        assert len(seqs) == len(set(seqs))
    done = machine.call("verify")
    assert done.stdout.strip().endswith("0 differences"), done.stdout
    assert done.returncode == 0


class TestLocks:
    def test_are_held_by_one_session_until_it_ends(self, database: str) -> None:
        lock = DatabaseLock.take(parse(database), "security")
        DatabaseLock.take(parse(database), "recheck").release()

        with pytest.raises(LockedError, match="security is being crawled by a run that just"):
            DatabaseLock.take(parse(database), "security")
        lock.release()

        DatabaseLock.take(parse(database), "security").release()

    def test_are_lost_with_their_connection(self, database: str) -> None:
        lock = DatabaseLock.take(parse(database), "security")
        assert not lock.is_lost()

        with psycopg.connect(database) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [lock.process])

        assert lock.is_lost()
        DatabaseLock.take(parse(database), "security").release()
        lock.release()

    def test_a_second_run_on_another_machine_says_who_holds_it(
        self, machines: list[Crawl], replica: Replica
    ) -> None:
        replica.fail(path="^/category/", kind="slow", seconds=2, times=1)
        first = machines[0].start("security")
        machines[0].wait_for(
            lambda: any("/category/" in request.path for request in replica.requests), 90
        )
        first.send_signal(signal.SIGSTOP)

        second, other = machines[1]("security"), machines[1]("international")
        first.send_signal(signal.SIGCONT)

        assert first.wait(90) == 0
        assert (second.status, other.status) == (75, 0)
        assert "security is being crawled by run 2" in second.log
        assert f", process {first.pid} on " in second.log

    @pytest.mark.parametrize("after", [0, 2])
    def test_a_lock_that_is_lost_stops_the_run_and_costs_nothing(
        self, after: int, machines: list[Crawl], database: str, replica: Replica
    ) -> None:
        replica.fail(path="^/[^/]+/$", kind="slow", seconds=0.5)
        process = machines[0].start("security")
        machines[0].wait_for(lambda: len(asked(replica)) > after, 90)
        (session,) = sessions(database, "true")
        with psycopg.connect(database) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", [session])
        status = process.wait(60)
        replica.heal()
        report = next(iter((machines[0].var / "runs").glob("2*.json"))).read_text()

        after_it = [machine("security") for machine in (machines[1], machines[0])]

        assert status == 3
        assert '"verdict": "degraded"' in report
        assert "the lock was lost while the run was under way" in report
        assert len(asked(replica)) < 100
        assert [item.status for item in after_it] == [0, 0]
        for machine in machines:
            assert_complete(machine, replica, "security")


@pytest.mark.parametrize("inside", ["file", "file/var"])
def test_a_folder_that_cannot_be_written_is_said_before_the_site_is_asked(
    inside: str, machines: list[Crawl], replica: Replica, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    done = machines[0]("security", DIPLONEWS_VAR=str(tmp_path / inside))

    assert done.status == 4
    assert "expected a folder to write to (DIPLONEWS_VAR)" in done.log
    assert replica.requests == []


def test_a_server_that_is_not_there_is_an_error_without_its_password(crawl: Crawl) -> None:
    nowhere = "postgresql://u:SECRET@127.0.0.1:1/name?connect_timeout=1"

    done = crawl("security", DIPLONEWS_ARCHIVE=nowhere)

    assert done.status == 4
    assert "postgresql+psycopg://u:***@127.0.0.1:1/name could not be locked" in done.log
    assert "SECRET" not in done.log
    assert "Traceback" not in done.log


def asked(replica: Replica) -> list[str]:
    paths = [request.path for request in replica.requests]
    return [path for path in paths if not path.startswith(("/feed/", "/robots", "/category/"))]


def test_two_machines_side_by_side_with_kills_lose_nothing(database: str, tmp_path: Path) -> None:
    counts = torture(kills=KILLS, seed=11, folder=tmp_path, archive=database, machines=2)

    assert counts["killed"] == KILLS
    assert {name: counts[name] for name in WRONG} == dict.fromkeys(WRONG, 0)


def test_two_machines_may_share_a_folder_of_feeds(machines: list[Crawl], replica: Replica) -> None:
    one, two = machines
    one.var.mkdir(parents=True)
    two.var.mkdir(parents=True)
    (tmp := one.var.parent / "feeds").mkdir()
    for machine in machines:
        (machine.var / "feeds").symlink_to(tmp)

    running = [one.start("security"), two.start("international")]

    assert [process.wait(120) for process in running] == [0, 0]
    assert_complete(one, replica, "security", "international")


def test_what_one_machine_published_the_other_one_does_too(
    machines: list[Crawl], replica: Replica
) -> None:
    one, two = machines
    one("security")

    unchanged = two("international")

    assert unchanged.status == 0
    assert_complete(two, replica, "security", "international")
    assert one.manifest()["feed_id"] != two.manifest()["feed_id"]
    assert one.manifest()["archive"] == two.manifest()["archive"]
    waiting = one.call("verify")
    assert waiting.returncode == 0
    assert " events are not published here yet: the next run does that" in waiting.stdout
