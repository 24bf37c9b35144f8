"""What a whole crawl costs, beside a bare Scrapy downloader of the same pages.

    python -m bench.crawl [--articles 400] [--rounds 5]

The pages of a replica are served by a process of its own, compressed beforehand
(``bench/static_site.py``). They are crawled in turn by a spider that only downloads them, by one
that parses them by lxml besides, by one as Scrapy's spiders are usually written
(``bench/plain_crawls.py``), and by ours, with captures and without. Counted is the CPU time
(user and system) of the crawling process: the median of the rounds, as a ratio to the bare
downloader, as it is and net of what each takes for one request or, ours, for an unchanged site.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

from rich.console import Console
from rich.table import Table

from bench import static_site
from diplonews import site
from diplonews.demo import Replica

MOST = {"with captures": 2.5, "without captures": 2.2}  # times the bare downloader, net
SECTION = "ecowas"
IN_A_HURRY = (
    *("-s", "CONCURRENT_REQUESTS=16", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=16"),
    *("-s", "DOWNLOAD_DELAY=0"),
)
PLAIN = {
    "bare downloader": "bare",
    "and a parse by lxml": "parsed",
    "Scrapy as usually written": "usual",
}
OURS = {"with captures": {}, "without captures": {"DIPLONEWS_CAPTURE_DAYS": "0"}}


class Cost(NamedTuple):
    """CPU seconds of a whole crawl, and of its start."""

    whole: float
    start: float

    @property
    def net(self) -> float:
        return self.whole - self.start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        origin = copy_replica(options.articles, folder / "site")
        with served(folder / "site", origin):
            crawl(origin, folder / "var", {})
        paths = static_site.asked(folder / "site")
        (folder / "all.txt").write_text("\n".join(origin + path for path in paths))
        (folder / "one.txt").write_text(f"{origin}{paths[-1]}")
        with served(folder / "site", origin):
            costs = measure(options.rounds, origin, folder)
    return show(costs, len(paths))


def copy_replica(articles: int, folder: Path) -> str:
    """Put the pages of a replica into a folder; return the address that they say they are at."""
    folder.mkdir()
    with Replica(articles=articles) as replica:
        for number in replica.truth():
            for url, body in replica.pages(number).items():
                static_site.put(folder, url.removeprefix(replica.origin), body)
        for path in ("/", "/robots.txt", "/feed/"):
            copy(replica, path, folder)
        for category in site.SECTIONS[SECTION]:
            start = f"/category/{category.parent}/{category.slug}/"
            if not category.parent:
                start = f"/category/{category.slug}/"
            number = 1
            while copy(replica, f"{start}page/{number}/" if number > 1 else start, folder):
                number += 1
        return replica.origin


def copy(replica: Replica, path: str, folder: Path) -> bool:
    """Copy what the replica answers; tell whether there is anything at *path*."""
    try:
        with urlopen(replica.origin + path) as answer:  # noqa: S310  our own server
            static_site.put(folder, path, answer.read())
    except HTTPError:
        return False
    return True


@contextmanager
def served(folder: Path, origin: str) -> Iterator[None]:
    port = origin.rpartition(":")[2]
    command = [sys.executable, "-m", "bench.static_site", str(folder), port]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()  # it listens
        try:
            yield
        finally:
            server.terminate()


def measure(rounds: int, origin: str, folder: Path) -> dict[str, Cost]:
    """Crawl in turn; return the medians."""
    taken: dict[str, list[Cost]] = {name: [] for name in (*PLAIN, *OURS)}
    for _ in range(rounds):
        for name, kind in PLAIN.items():
            whole, start = (plain(kind, folder / file, folder) for file in ("all.txt", "one.txt"))
            taken[name].append(Cost(whole, start))
        for name, variables in OURS.items():
            shutil.rmtree(folder / "var", ignore_errors=True)
            whole, start = (crawl(origin, folder / "var", variables) for _ in range(2))
            taken[name].append(Cost(whole, start))
    return {
        name: Cost(median(cost.whole for cost in costs), median(cost.start for cost in costs))
        for name, costs in taken.items()
    }


def plain(kind: str, file: Path, folder: Path) -> float:
    return cpu_seconds([sys.executable, "-m", "bench.plain_crawls", kind, f"{file}", f"{folder}"])


def crawl(origin: str, var: Path, variables: Mapping[str, str]) -> float:
    where = {"DIPLONEWS_SITE": origin, "DIPLONEWS_VAR": str(var)}
    command = [sys.executable, "-m", "scrapy", "crawl", SECTION, *IN_A_HURRY]
    return cpu_seconds(command, where | variables)


def cpu_seconds(command: list[str], variables: Mapping[str, str] | None = None) -> float:
    """Return what a command took, of user and system; it has to end well."""
    process = subprocess.Popen(
        command, env=os.environ | (variables or {}),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{said[-2_000:]}")
    return usage.ru_utime + usage.ru_stime


def show(costs: Mapping[str, Cost], count: int) -> int:
    """Print what each crawl costs; return 1 where ours costs more than it may."""
    table = Table(title=f"CPU of crawls of {count:,} pages")
    for heading in ("crawl", "seconds", "start", "ms a page, net", "ratio", "ratio, net"):
        table.add_column(heading, justify="left" if heading == "crawl" else "right")
    base, *_ = costs.values()
    ratios = {name: cost.net / base.net for name, cost in costs.items()}
    for name, cost in costs.items():
        cells = f"{cost.whole:.2f}", f"{cost.start:.2f}", f"{cost.net / count * 1000:.1f}"
        table.add_row(name, *cells, f"{cost.whole / base.whole:.2f}", f"{ratios[name]:.2f}")
    Console().print(table)
    return int(any(ratios[name] > most for name, most in MOST.items()))


if __name__ == "__main__":
    sys.exit(main())
