"""docs/security.md: each threat has a test that is there; packages are locked and licensed."""

import ast
import json
import os
import re
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from scrapy.settings import Settings

from diplonews import settings
from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.hostile import Hostile, Said
from tests.support.licences import ACCEPTED, LOCKS, packages

PROJECT = Path(__file__).parents[1]
DOCUMENT = (PROJECT / "docs" / "security.md").read_text()
NAMED_TESTS = sorted(set(re.findall(r"`(tests/\w+\.py::\w+)`", DOCUMENT)))
ROWS = [line for line in DOCUMENT.splitlines() if line.startswith("| ") and "threat |" not in line]


@pytest.mark.parametrize("named_test", NAMED_TESTS)
def test_a_test_that_the_document_names_is_there(named_test: str) -> None:
    path, _, name = named_test.partition("::")
    tree = ast.parse((PROJECT / path).read_text())

    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]

    assert name in names


def test_each_threat_names_a_test() -> None:
    rows = [row for row in ROWS if not row.startswith("| ---")]

    assert len(rows) > 25
    assert [row for row in rows if "`tests/" not in row] == []


@pytest.mark.parametrize("lock", [*LOCKS, "requirements-dev.lock", "requirements-bench.lock"])
def test_every_package_is_locked_by_its_sum(lock: str) -> None:
    entries = re.split(r"\n(?=\w)", (PROJECT / lock).read_text().split("\n", 2)[2])

    assert len(entries) > 20
    assert [entry[:40] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_package_has_a_licence_that_we_accept() -> None:
    text = (PROJECT / "docs" / "licences.md").read_text()
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", text, re.MULTILINE)
    listed = {(name, version): licence for name, version, licence in rows if name != "---"}
    listed.pop(("package", "version"), None)

    locked = {(package.name, package.version): package.licence for package in packages()}

    assert listed.keys() == locked.keys()
    installed = {key: licence for key, licence in locked.items() if licence}
    assert len(installed) > 60
    assert {key: listed[key] for key in installed} == installed
    assert [key for key, licence in installed.items() if not ACCEPTED.search(licence)] == []


def test_nothing_listens_and_nothing_runs_code_from_outside(
    replica: Replica, tmp_path: Path
) -> None:
    ours = Settings()
    ours.setmodule(settings)
    replica.fail(path="^/[^/]+/$", kind="slow", seconds=0.5)
    crawl = Crawl(replica.origin, tmp_path / "var")
    process = crawl.start("security")
    crawl.wait_for(lambda: any("/category/" in request.path for request in replica.requests), 90)

    listening = listening_ports(process.pid)
    process.kill()
    process.wait()

    assert not ours.getbool("TELNETCONSOLE_ENABLED")
    assert not ours.getbool("REMOTE_CONTROL_ENABLED")
    assert listening == []


def listening_ports(pid: int) -> list[int]:
    """Return the ports on which a process listens, by the tables of Linux."""
    sockets = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            sockets.add(str(link.readlink()).removeprefix("socket:[").rstrip("]"))
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    listening = [line for line in lines if line[3] == "0A" and line[9] in sockets]
    return [int(line[1].rpartition(":")[2], 16) for line in listening]


def test_a_listening_port_would_be_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert server.getsockname()[1] in listening_ports(os.getpid())


def test_no_markup_of_a_page_reaches_a_feed(replica: Replica, tmp_path: Path) -> None:
    def answer(path: str) -> Said:
        honest = replica._honest(path, {})
        ours = honest.body.replace(replica.origin.encode(), front.origin.encode())
        body = ours.replace(b"<p>", b"<p><script>alert(1)</script><img src=x onerror=alert(2)>")
        return Said(body, honest.status, {"Content-Type": honest.kind})

    with Hostile(answer) as front:
        crawl = Crawl(front.origin, tmp_path / "var")
        run = crawl("security")

    lines = crawl.current("security")
    assert run.status == 0
    assert lines
    texts = [json.dumps(line) for line in lines]
    assert not [text for text in texts if "alert" in text or "<img" in text]
