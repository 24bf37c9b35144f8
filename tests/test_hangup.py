"""A terminal that closes ends a run cleanly; one under `nohup` goes on."""

import fcntl
import json
import os
import signal
import subprocess
import termios
from pathlib import Path
from typing import Any

import pytest

from diplonews.demo import Replica
from diplonews.demo.faults import SLOW
from tests.support.crawling import Crawl
from tests.support.forks import PROJECT


def own_terminal() -> None:
    """Make standard input the terminal that this process is told of when it closes."""
    hear_hang_ups()
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def hear_hang_ups() -> None:
    """Hear the signal in this process, even where the tests themselves run under `nohup`."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def slow_replica(replica: Replica) -> Replica:
    """Return a site that takes its time, so that a crawl can be caught in the middle."""
    replica.fail(r"^/", kind=SLOW, seconds=0.3)
    return replica


def report(crawl: Crawl) -> dict[str, Any]:
    (path,) = (crawl.var / "runs").glob("2*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def articles_asked(replica: Replica) -> int:
    paths = [request.path for request in replica.requests]
    return sum("/category/" not in path and "/feed/" not in path for path in paths)


def test_a_terminal_that_closes_ends_the_run_cleanly(slow_replica: Replica, crawl: Crawl) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        crawl.command("crawl", "security"), env=crawl.variables(), cwd=PROJECT,
        stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=own_terminal,
    )  # fmt: skip
    os.close(theirs)
    crawl.wait_for(lambda: articles_asked(slow_replica) > 3, 120)

    os.close(ours)

    process.wait(120)
    assert report(crawl)["verdict"] == "degraded"
    assert len(crawl.current("security")) == report(crawl)["outcome"]["articles"] > 0


@pytest.mark.parametrize("is_ignored", [False, True])
def test_the_signal_is_that_of_a_stop_unless_it_is_ignored(
    is_ignored: bool, slow_replica: Replica, crawl: Crawl, tmp_path: Path
) -> None:
    prefix = ["nohup"] if is_ignored else []
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*prefix, *crawl.command("crawl", "security")], env=crawl.variables(), cwd=PROJECT,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=hear_hang_ups,
        )  # fmt: skip
    crawl.wait_for(lambda: articles_asked(slow_replica) > 3, 120)

    process.send_signal(signal.SIGHUP)
    if is_ignored:
        slow_replica.heal()  # else the rest might be read before the signal arrives

    process.wait(120)
    assert report(crawl)["verdict"] == ("ok" if is_ignored else "degraded")
    assert process.returncode == (0 if is_ignored else 3)
