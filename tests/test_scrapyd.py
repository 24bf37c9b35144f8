"""A real Scrapyd on loopback: deploy the egg, schedule a section, read log and feeds, cancel."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from diplonews.demo import Replica
from diplonews.demo.faults import SLOW, Fault
from tests.support.packages import build_egg

CONFIGURATION = """
[scrapyd]
bind_address = 127.0.0.1
http_port = {port}
eggs_dir = {folder}/eggs
logs_dir = {folder}/logs
dbs_dir = {folder}/dbs
poll_interval = 0.2
max_proc = 2
"""


class Scrapyd:
    """A Scrapyd of our own, its API, and what its jobs left on disk."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.origin = f"http://127.0.0.1:{port}"
        self.var = folder / "var"

    def ask(self, name: str, **fields: str) -> dict[str, Any]:
        """Call a service of the API; one that changes something takes a POST."""
        query = urlencode(fields)
        is_look = name.startswith("list") or name == "daemonstatus"
        url = f"{self.origin}/{name}.json"
        request = Request(f"{url}?{query}") if is_look else Request(url, query.encode())
        return self._answer(request)

    def deploy(self, egg: Path) -> dict[str, Any]:
        boundary = "an-egg-is-between"
        parts = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
            + value + b"\r\n"
            for name, value in [
                ("project", b"diplonews"), ("version", b"1"), ("egg", egg.read_bytes())
            ]
        )  # fmt: skip
        kind = f"multipart/form-data; boundary={boundary}"
        body = parts + f"--{boundary}--\r\n".encode()
        url = f"{self.origin}/addversion.json"
        return self._answer(Request(url, body, {"Content-Type": kind}))

    def state(self, job: str) -> str:
        jobs = self.ask("listjobs", project="diplonews")
        states = ("pending", "running", "finished")
        return next((state for state in states for row in jobs[state] if row["id"] == job), "")

    def log(self, spider: str, job: str) -> str:
        path = self.folder / "logs/diplonews" / spider / f"{job}.log"
        return path.read_text() if path.exists() else ""

    def report(self) -> dict[str, Any]:
        (path,) = (self.var / "runs").glob("2*.json")
        report: dict[str, Any] = json.loads(path.read_text())
        return report

    @staticmethod
    def _answer(request: Request) -> dict[str, Any]:
        with urlopen(request, timeout=60) as response:
            answer: dict[str, Any] = json.loads(response.read())
        assert answer["status"] == "ok", answer
        return answer


@pytest.fixture(scope="module")
def egg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_egg(tmp_path_factory.mktemp("egg"))


@pytest.fixture
def scrapyd(tmp_path: Path, replica: Replica) -> Iterator[Scrapyd]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Scrapyd(tmp_path, port)
    (tmp_path / "scrapyd.conf").write_text(CONFIGURATION.format(folder=tmp_path, port=port))
    clean = {name: value for name, value in os.environ.items() if "SCRAPY" not in name}
    settings = {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": str(server.var)}
    with (tmp_path / "scrapyd.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "scrapyd"],
            cwd=tmp_path, env=clean | settings, stdout=output, stderr=output,
        )  # fmt: skip
        try:
            wait_for(lambda: answers(server))
            yield server
        finally:
            process.terminate()
            process.wait(30)


def answers(server: Scrapyd) -> bool:
    try:
        return bool(server.ask("daemonstatus"))
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what the test waits for did not come"
        time.sleep(0.1)


def test_a_section_is_deployed_scheduled_and_read(scrapyd: Scrapyd, egg: Path) -> None:
    assert scrapyd.deploy(egg)["spiders"] > 0
    assert "security" in scrapyd.ask("listspiders", project="diplonews")["spiders"]

    job = scrapyd.ask("schedule", project="diplonews", spider="security")["jobid"]
    wait_for(lambda: scrapyd.state(job) == "finished")

    assert "is ok:" in scrapyd.log("security", job)
    assert scrapyd.report()["verdict"] == "ok"
    assert scrapyd.report()["arguments"] == {"_job": job}
    lines = [path.read_text() for path in (scrapyd.var / "feeds/current/security").iterdir()]
    assert sum(text.count("\n") for text in lines) == scrapyd.report()["outcome"]["articles"]


def test_arguments_and_settings_reach_the_run(scrapyd: Scrapyd, egg: Path) -> None:
    scrapyd.deploy(egg)

    job = scrapyd.ask(
        "schedule", project="diplonews", spider="ecowas", country="gh", _version="1",
        setting="DIPLONEWS_CAPTURE_DAYS=0",
    )["jobid"]  # fmt: skip
    wait_for(lambda: scrapyd.state(job) == "finished")

    assert scrapyd.report()["arguments"]["country"] == "gh"
    assert not (scrapyd.var / "captures").exists()


def test_a_wrong_argument_is_told_in_the_job_s_log(scrapyd: Scrapyd, egg: Path) -> None:
    scrapyd.deploy(egg)

    job = scrapyd.ask("schedule", project="diplonews", spider="security", contry="gh")["jobid"]
    wait_for(lambda: scrapyd.state(job) == "finished")

    assert "unknown argument 'contry'" in scrapyd.log("security", job)
    assert not (scrapyd.var / "runs").exists()


def test_a_cancelled_run_publishes_what_it_read(
    scrapyd: Scrapyd, egg: Path, replica: Replica
) -> None:
    replica.faults.append(Fault(r"^/\d{4}/|^/20|security-", SLOW, seconds=0.5))
    scrapyd.deploy(egg)

    job = scrapyd.ask("schedule", project="diplonews", spider="security")["jobid"]
    wait_for(lambda: "pages" in scrapyd.log("security", job) or len(replica.requests) > 6)
    assert scrapyd.ask("cancel", project="diplonews", job=job)["prevstate"] == "running"
    wait_for(lambda: scrapyd.state(job) == "finished")

    assert scrapyd.report()["verdict"] in {"degraded", "broken"}
    assert (scrapyd.var / "feeds/datapackage.json").exists()
