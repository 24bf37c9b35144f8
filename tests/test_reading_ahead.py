"""Captures are read ahead by workers; what comes of them is what one process makes of them."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import BaseSettings

from diplonews import inferring
from diplonews.archive.captures import Capture, Captures
from diplonews.demo import Replica
from diplonews.errors import SettingError
from diplonews.items import Article
from diplonews.reading_ahead import Job, Lost, PageRead, ReadAhead, WorkPlan
from diplonews.runs.run import Run
from diplonews.setting_kinds import Executor
from diplonews.workers import choose_workers, choosing
from diplonews.workers.machine_share import count_bytes, count_processors
from diplonews.workers.pool import Processes
from tests.support.crawling import Crawl, Crawled
from tests.support.deadly_pages import (
    EndlessCapture,
    KillingCapture,
    KillingOnceCapture,
    RaisingCapture,
)
from tests.support.older import LastParagraphLost, with_fault
from tests.support.truth import differences

THEMES = "diplonews.pages.themes.THEMES"
EMPTY: Mapping[str, str] = {}
OF_THE_MOMENT = {"at", "ended_at", "revised_at", "run", "run_id", "started_at"}
OF_THE_MOMENT |= {"elapsed_time_seconds", "finish_time", "start_time"}


@pytest.fixture(scope="module")
def site() -> Iterator[Replica]:
    with Replica(articles=40) as replica:
        yield replica


@pytest.fixture(scope="module")
def older(site: Replica, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """Return a crawl by an older reader, which lost a paragraph of each article."""
    crawl = Crawl(site.origin, tmp_path_factory.mktemp("older") / "var")
    assert crawl("security", *with_fault(LastParagraphLost)).status == 0
    return crawl


@pytest.fixture
def copy(older: Crawl, tmp_path: Path) -> Callable[[str], Crawl]:
    def make(name: str) -> Crawl:
        shutil.copytree(older.var, tmp_path / name / "var")
        return Crawl(older.origin, tmp_path / name / "var")

    return make


@pytest.fixture(scope="module")
def alone(older: Crawl, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a run leaves that reads everything itself."""
    var = tmp_path_factory.mktemp("alone") / "var"
    shutil.copytree(older.var, var)
    crawl = Crawl(older.origin, var)
    return outcome(crawl, crawl("reparse", DIPLONEWS_EXECUTOR="1"))


def without_moments(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: of for name, of in value.items() if name not in OF_THE_MOMENT}
        return {
            name: without_moments(of)
            for name, of in kept.items()
            if not name.startswith("memusage")
        }
    return [without_moments(of) for of in value] if isinstance(value, list) else value


def outcome(crawl: Crawl, done: Crawled) -> dict[str, Any]:
    """Return all that a run left, but for what says when it ran."""
    feeds = {
        str(path.relative_to(crawl.var)): [
            without_moments(json.loads(line)) for line in path.read_text().splitlines()
        ]
        for path in sorted((crawl.var / "feeds").rglob("*.jsonl"))
    }
    return {"feeds": feeds, "report": without_moments(done.report), "status": done.status}


def reread(left: dict[str, Any]) -> set[str]:
    """Return the addresses of articles that a run read otherwise than before."""
    lines = [line for path, some in left["feeds"].items() if "changes" in path for line in some]
    addresses = {line["url"] for line in lines if line["reason"] == "reparse"}
    assert len(addresses) > 10
    return addresses


def workers_of(pid: int) -> list[int]:
    """Return the processes that a run has spawned to work for it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text()
        except (OSError, ValueError):
            continue
        if parent == pid and "spawn_main" in command:
            found.append(int(folder.name))
    return found


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class TestRuns:
    def test_are_the_same_whatever_the_number_of_workers(
        self, copy: Callable[[str], Crawl], alone: dict[str, Any], site: Replica
    ) -> None:
        crawl = copy("several")

        done = crawl("reparse", DIPLONEWS_EXECUTOR="3")

        assert done.status == 0
        assert differences(crawl.current("security"), site.truth("security")) == []
        assert outcome(crawl, done) == alone

    def test_that_lose_a_worker_read_its_pages_again_and_say_so(
        self, copy: Callable[[str], Crawl], site: Replica
    ) -> None:
        crawl = copy("killed")
        crawl.environment["DIPLONEWS_EXECUTOR"] = "2"
        running = crawl.start("reparse")
        crawl.wait_for(lambda: bool(workers_of(running.pid)), seconds=60)
        os.kill(workers_of(running.pid)[0], signal.SIGKILL)

        status = running.wait()

        assert status == 3
        assert differences(crawl.current("security"), site.truth("security")) == []
        report = json.loads(max((crawl.var / "runs").glob("*-reparse.json")).read_text())
        assert {trouble["kind"] for trouble in report["troubles"]} == {"worker"}
        assert "found that it died" in report["troubles"][0]["why"]

    def test_that_are_stopped_with_all_their_processes_end_as_one_does(
        self, copy: Callable[[str], Crawl]
    ) -> None:
        """A service manager sends SIGTERM to workers too, a terminal SIGINT."""
        crawl = copy("stopped")
        crawl.environment["DIPLONEWS_EXECUTOR"] = "2"
        running = crawl.start("reparse")
        crawl.wait_for(lambda: bool(workers_of(running.pid)), seconds=60)
        workers = workers_of(running.pid)
        for pid in (*workers, running.pid):
            os.kill(pid, signal.SIGTERM)

        status = running.wait()

        report = json.loads(max((crawl.var / "runs").glob("*-reparse.json")).read_text())
        assert status in {3, 4}
        assert report["troubles"] == []
        crawl.wait_for(lambda: not any(map(is_alive, workers)))
        assert crawl.call("verify").returncode == 0

    def test_of_a_cluster_that_loses_a_worker_are_those_of_one_process(
        self, copy: Callable[[str], Crawl], alone: dict[str, Any], tmp_path: Path
    ) -> None:
        crawl = copy("cluster")
        with cluster(tmp_path) as (address, workers):
            crawl.environment["DIPLONEWS_EXECUTOR"] = f"dask+{address}"
            running = crawl.start("reparse")
            log = crawl.var.with_name("reparse.log")
            crawl.wait_for(
                lambda: log.exists() and "are read again" in log.read_text(), seconds=60
            )
            workers[0].kill()
            status = running.wait()

        report = json.loads(max((crawl.var / "runs").glob("*-reparse.json")).read_text())
        assert outcome(crawl, Crawled(status, "", report)) == alone

    @pytest.mark.skipif(shutil.which("openssl") is None, reason="expected openssl, found none")
    def test_of_a_cluster_by_tls_are_those_of_one_process_and_nothing_else_gets_in(
        self, copy: Callable[[str], Crawl], alone: dict[str, Any], tmp_path: Path
    ) -> None:
        crawl = copy("secured")
        secured = tls(tmp_path)
        with cluster(tmp_path, secured, "--protocol", "tls") as (address, _):
            # In a process of its own: Dask reads its environment when it is imported.
            executor = {"DIPLONEWS_EXECUTOR": f"dask+{address}"}
            done = subprocess.run(
                crawl.command("crawl", "reparse"), env={**crawl.variables(), **secured, **executor}
            )
            plain = address.replace("tls:", "tcp:")
            without = [
                crawl("reparse", DIPLONEWS_EXECUTOR=f"dask+{place}") for place in (plain, address)
            ]

        report = json.loads(max((crawl.var / "runs").glob("*-reparse.json")).read_text())
        assert address.startswith("tls://")
        assert outcome(crawl, Crawled(done.returncode, "", report)) == alone
        for place, refused in zip((plain, address), without, strict=True):
            assert refused.status == 2
            assert f"expected a scheduler of Dask at {place}, found" in refused.log
            assert "Traceback" not in refused.log

    def test_say_where_a_scheduler_cannot_be_reached(self, tmp_path: Path) -> None:
        crawl = Crawl("http://127.0.0.1:9", tmp_path / "var")

        done = crawl("reparse", DIPLONEWS_EXECUTOR="dask+tcp://127.0.0.1:9")

        assert done.status == 2
        assert "expected a scheduler of Dask at tcp://127.0.0.1:9, found" in done.log
        assert not (crawl.var / "archive.sqlite").exists()


def tls(folder: Path) -> dict[str, str]:
    """Return the environment by which docs/operations.md switches TLS on, with a certificate."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", "/CN=cluster", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    start = "DASK_DISTRIBUTED__COMM__"
    roles = {
        f"{start}TLS__{role}__{name}": str(path)
        for role in ("CLIENT", "SCHEDULER", "WORKER")
        for name, path in (("CERT", certificate), ("KEY", key))
    }
    return {
        f"{start}REQUIRE_ENCRYPTION": "true", f"{start}TLS__CA_FILE": str(certificate), **roles,
    }  # fmt: skip


class cluster:  # noqa: N801  used like a function
    """A scheduler of Dask and two workers on this machine, as people start them."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str] = EMPTY, *options: str
    ) -> None:
        self.file = folder / "scheduler.json"
        self.environment = environment
        self.options = options
        self.processes: list[subprocess.Popen[bytes]] = []
        self.folder = folder

    def __enter__(self) -> "tuple[str, list[subprocess.Popen[bytes]]]":
        self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *self.options
        )
        Crawl.wait_for(lambda: self.file.exists() and bool(self.file.read_text()), seconds=60)
        for _ in range(2):
            self._start("dask_worker", "--no-nanny", "--nthreads", "1", "--no-dashboard")
        address = json.loads(self.file.read_text())["address"]
        return address, self.processes[1:]

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def _start(self, program: str, *options: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", f"distributed.cli.{program}", *options]
        with (self.folder / f"{program}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "--scheduler-file", str(self.file)],
                stdout=log, stderr=log,
                env={**os.environ, **self.environment, "PYTHONPATH": str(Path.cwd())},
            )  # fmt: skip
        self.processes.append(process)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    begun = Run.begin(BaseSettings({"DIPLONEWS_VAR": str(tmp_path / "run")}), "reparse", {})
    yield begun
    begun.conclude({})


def read_ahead(run: Run, captures: list[Capture], most_seconds: float = 60) -> list[Any]:
    """Return what two workers make of captures."""
    plan = WorkPlan(THEMES, 100, (("DOWNLOAD_MAXSIZE", 10**7), ("DOWNLOAD_WARNSIZE", 0)))
    jobs = [Job(of.url, of.url, [of], {}) for of in captures]
    ahead = ReadAhead(run, plan._replace(most_seconds=most_seconds), Processes(2))

    async def read() -> list[Any]:
        return [(job.url, result) async for job, result in ahead.over(jobs)]

    try:
        found = asyncio.run(read())
    finally:
        ahead.close()
    assert [url for url, _ in found] == [of.url for of in captures]
    return [result for _, result in found]


@pytest.fixture(scope="module")
def captures(older: Crawl) -> list[Capture]:
    every = [of for of in Captures(older.var / "captures").all() if of.status == 200]
    urls = {of.url for of in every}
    articles = [of for of in every if of.url.count("-") > 3 and f"{of.url}2/" not in urls]
    return [of for of in articles if of.url.count("/") == 4][:10]


def fields_of(capture: Capture) -> tuple[Any, ...]:
    return tuple(getattr(capture, name) for name in Capture.__slots__)


def test_one_page_at_which_code_raises_is_told_and_the_others_are_read(
    copy: Callable[[str], Crawl], alone: dict[str, Any]
) -> None:
    crawl = copy("raising")

    done = crawl(
        "reparse", "-s", "DIPLONEWS_THEMES=tests.support.older.FIRST_PAGE_RAISES",
        DIPLONEWS_EXECUTOR="1",
    )  # fmt: skip

    crashes = [trouble for trouble in done.report["troubles"] if trouble["kind"] == "crash"]
    assert done.status == 3
    assert len(crashes) == 1
    assert crashes[0]["url"].startswith(crawl.origin)
    assert "a fault that nobody foresaw" in crashes[0]["why"]
    assert reread(outcome(crawl, done)) == reread(alone) - {crashes[0]["url"]}


class TestPages:
    def test_that_kill_their_worker_are_left_with_a_reason_and_no_others_are(
        self, run: Run, captures: list[Capture]
    ) -> None:
        killing = KillingCapture(*fields_of(captures[3]))
        once = KillingOnceCapture(*fields_of(captures[6]))
        given = [*captures[:3], killing, *captures[4:6], once, *captures[7:]]

        found = read_ahead(run, given)

        assert [number for number, of in enumerate(found) if isinstance(of, Lost)] == [3]
        assert [number for number, of in enumerate(found) if isinstance(of, PageRead)] == [
            number for number in range(len(given)) if number != 3
        ]
        assert "found that 2 died of it" in found[3].why
        assert {trouble.kind for trouble in run.troubles} == {"worker"}

    def test_that_take_too_long_are_left_with_a_reason(
        self, run: Run, captures: list[Capture]
    ) -> None:
        endless = EndlessCapture(*fields_of(captures[0]))

        found = read_ahead(run, [endless, captures[1]], most_seconds=3)

        assert isinstance(found[0], Lost)
        assert isinstance(found[1], PageRead)

    def test_at_which_code_raises_are_the_runs(self, run: Run, captures: list[Capture]) -> None:
        raising = RaisingCapture(*fields_of(captures[0]))

        found = read_ahead(run, [raising, captures[1]])

        assert found[0] is None
        assert isinstance(found[1], PageRead)
        assert found[1].article.headline
        assert run.troubles == []

    def test_are_read_by_the_run_where_no_worker_begins(
        self, run: Run, captures: list[Capture], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "/nowhere/python")
        monkeypatch.setattr("multiprocessing.spawn._python_exe", b"/nowhere/python")

        found = read_ahead(run, captures)

        assert found == [None] * len(captures)
        assert "found none that can" in run.troubles[-1].why


def test_workers_end_when_their_run_is_killed(tmp_path: Path) -> None:
    """And they need no folder for temporary files."""
    code = (
        "import os, sys, time\n"
        "from diplonews.workers.pool import Processes\n"
        "workers = Processes(2)\n"
        "pids = {workers.submit(os.getpid).result()}\n"
        "busy = [workers.submit(time.sleep, 600) for _ in range(2)]\n"
        "print(*pids, flush=True)\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"TMPDIR": str(tmp_path / "nowhere")},
    )  # fmt: skip
    assert process.stdout is not None
    pids = {int(process.stdout.readline()), *workers_of(process.pid)}
    process.kill()
    process.communicate()

    Crawl.wait_for(lambda: not any(map(is_alive, pids)), seconds=30)


class TestChoice:
    @pytest.mark.parametrize("text", ["", "1", "64", "dask+tcp://h:8786", "dask+tls://[::1]:1"])
    def test_of_a_right_setting(self, text: str) -> None:
        assert Executor(64).read(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            *("abc", "0", "65", "-1", "1.5", "2 ", "dask", "dask+tcp://", "dask+tcp://h"),
            *("tcp://h:1", "dask+udp://h:1", "dask+tcp://h:0", "dask+tcp://h:65536"),
            "dask+tcp://u:p@h:1",
        ],
    )
    def test_of_a_wrong_setting(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011
            Executor(64).read(text)

    def test_of_one_worker_is_no_process(self) -> None:
        assert choose_workers("1", 1_000_000) is None
        assert choose_workers("", 10) is None

    def test_of_a_cluster_needs_its_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("diplonews.extras.find_spec", lambda _: None)

        with pytest.raises(SettingError, match=r"pip install 'diplonews\[dask\]'"):
            choose_workers("dask+tcp://127.0.0.1:9", 1)

    @pytest.mark.parametrize(
        ("file", "text", "most"),
        [
            ("slice/unit/cpu.max", "100000 100000", 1),
            ("slice/cpu.max", "150000 100000", 1),
            ("slice/cpu.max", "20000 100000", 1),
            ("slice/unit/cpu.max", "max 100000", 1_000),
        ],
        ids=["one", "one and a half of what is above", "a fifth", "all"],
    )
    def test_of_a_group_with_a_share_of_the_processors(
        self, file: str, text: str, most: int, tmp_path: Path
    ) -> None:
        (tmp_path / "slice/unit").mkdir(parents=True)
        (tmp_path / file).write_text(f"{text}\n")
        own = tmp_path / "own"
        own.write_text("0::/slice/unit\n")

        count = count_processors(tmp_path, own)

        assert count == min(most, len(os.sched_getaffinity(0)))

    def test_of_a_group_with_a_share_of_the_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own = tmp_path / "own"
        own.write_text("0::/unit\n")
        (tmp_path / "unit").mkdir()
        (tmp_path / "unit/memory.max").write_text(f"{512 * 2**20}\n")
        monkeypatch.setattr(choosing, "count_bytes", lambda: count_bytes(tmp_path, own))
        monkeypatch.setattr(choosing, "count_processors", lambda: 8)

        assert choosing.count_that_fit() == 1
        assert choose_workers("", 1_000_000) is None


class Watched(Article):
    """An article that notes what is asked of it."""

    asked: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in Article.__dataclass_fields__:
            Watched.asked.add(name)
        return super().__getattribute__(name)


def test_what_is_inferred_depends_on_what_is_compared_alone() -> None:
    """Else a run would take over what a worker inferred from another article."""
    article = Watched(
        url="https://site.example/a/", body="ABUJA, Nigeria (AFP) - Talks in Mali.\n\n" * 20
    )
    Watched.asked.clear()
    inferring.part_body(article)
    inferring.name_language(article)
    passages = inferring.passages_of(article)
    for name, infer in inferring.NAMES.items():
        setattr(article, name, infer(article, passages))

    asked = Watched.asked - {"read_from"}
    assert asked <= {*inferring.DEPENDS_ON, *inferring.SETS}
    made = Article(url=article.url)
    changed = {
        name
        for name in Article.__dataclass_fields__
        if getattr(article, name) != getattr(made, name)
    }
    assert changed - {"read_from"} <= {*inferring.SETS}
