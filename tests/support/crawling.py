"""Whole crawls by the real command line, and what they left on disk."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.forks import Forked, call_scrapy
from tests.support.mishaps import limit_files, nothing

EXIT_STATUS = {"ok": 0, "unchanged": 0, "degraded": 3, "broken": 4}
# A recheck may ask for everything again, and what is gone twice in a row is withdrawn.
AT_ONCE = {"DIPLONEWS_WITHDRAW_SECONDS": "0", "DIPLONEWS_RECHECK_SECONDS": "0"}
# As little as has listings of several pages, split articles, and posts of two sections.
SMALL_SITE = {"articles": 30, "page_size": 6}


@dataclass(frozen=True)
class Crawled:
    """One `scrapy crawl`: its exit status, its log, and its report."""

    status: int
    log: str
    report: dict[str, Any]

    @property
    def verdict(self) -> str:
        return str(self.report.get("verdict", ""))


@dataclass
class Crawl:
    """Calls `scrapy crawl` on a site, and reads what it left in its folder."""

    origin: str
    var: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, *arguments: str, arrange: Callable[[], None] = nothing, **environment: str
    ) -> Crawled:
        before = self._reports()
        self.var.parent.mkdir(parents=True, exist_ok=True)
        log = self.var.with_suffix(".log")
        forked = self._fork("crawl", *arguments, log=log, arrange=arrange, **environment)
        try:
            status = forked.wait()
        except TimeoutError as error:
            raise TimeoutError(f"{error}:\n{log.read_text()[-2_000:]}") from error
        new = sorted(self._reports() - before)
        report = json.loads(new[-1].read_text()) if new else {}
        return Crawled(status, log.read_text(), report)

    def side_by_side(self, *spiders: str) -> list[int]:
        """Crawl with each of *spiders* at the same time; return their exit statuses."""
        running = [self.start(spider) for spider in spiders]
        return [forked.wait() for forked in running]

    def call(
        self, *arguments: str, largest_file: int = resource.RLIM_INFINITY
    ) -> "subprocess.CompletedProcess[str]":
        """Call a command of `scrapy`; no file may grow over *largest_file* bytes."""
        return call_scrapy(arguments, self.variables(), partial(limit_files, largest_file))

    def start(self, *arguments: str) -> Forked:
        """Begin a crawl and leave it running."""
        self.var.parent.mkdir(parents=True, exist_ok=True)
        return self._fork("crawl", *arguments, log=self.var.with_name(f"{arguments[0]}.log"))

    def start_command(self, *arguments: str, log: Path) -> Forked:
        """Begin any command and leave it running."""
        self.var.parent.mkdir(parents=True, exist_ok=True)
        return self._fork(*arguments, log=log)

    def _fork(
        self, *arguments: str, log: Path, arrange: Callable[[], None] = nothing, **environment: str
    ) -> Forked:
        return Forked(arguments, self.variables() | environment, log, arrange)

    @staticmethod
    def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("what the test waits for did not come")
            time.sleep(0.02)

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "scrapy", *arguments]

    def variables(self) -> dict[str, str]:
        own = {"DIPLONEWS_SITE": self.origin, "DIPLONEWS_VAR": str(self.var)}
        return os.environ | own | self.environment

    def current(self, feed: str) -> list[dict[str, Any]]:
        lines = self._lines(f"current/{feed}")
        return [line for line in lines if line["withdrawn_at"] is None]

    def changes(self, feed: str) -> list[dict[str, Any]]:
        return self._lines(f"changes/{feed}")

    def manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.var / "feeds/datapackage.json").read_text())
        return found

    def _lines(self, folder: str) -> list[dict[str, Any]]:
        files = sorted((self.var / "feeds" / folder).glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def _reports(self) -> set[Path]:
        return set((self.var / "runs").glob("2*.json"))
