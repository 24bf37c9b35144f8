"""What whole commands cost, by how many articles the archive holds: time and memory.

    python -m bench.sizes [--sizes 10000 100000] [--postgresql] [--folder FOLDER]

Fills archives with articles of ten years, publishes them, and crawls a replica whose articles
they lack. Then it measures an unchanged run, a run with ten new articles, `status`, and `why` of
an old article: seconds of CPU (the median of a few), and the peak resident memory as the kernel
counted it. With PostgreSQL the server's work is not in them, so then it is seconds of the clock.
An archive that is in FOLDER from an earlier call is not filled again.

A million articles take 14 GB, their feeds 8 GB more, and half an hour.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from diplonews.demo import Replica
from tests.support.postgresql import Cluster

TRIES = 3
MOST_MEMORY = 300  # MiB, of any command
MOST_GROWTH = 1.5  # times what it costs at the smallest size
FIRST_NUMBER = 50_000_000  # of the replica's posts, behind those of every archive
OLD_ARTICLE = "diplomaticinfo:post:5100"
COUNTRIES = ("ghana", "mali", "niger", "togo", "benin")
ENDINGS = {0, 3, 4}  # of `status`: sections that nobody crawls here are broken

FILLING = """
import sys
from diplonews.archive import Archive
from tests.support.filling import fill
archive = Archive.open(sys.argv[1])
fill(archive, int(sys.argv[2]))
archive.checkpoint()
archive.close()
"""


class Cost(NamedTuple):
    """What a command took."""

    seconds: float
    peak: float  # MiB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--folder", type=Path, help="where many gigabytes are free")
    options = parser.parse_args()
    with places(options.folder, is_postgresql=options.postgresql) as (folder, cluster):
        costs = {size: measure(size, folder / f"{size}", cluster) for size in options.sizes}
    sys.exit(show(costs, "of the clock" if options.postgresql else "of CPU"))


@contextmanager
def places(folder: Path | None, *, is_postgresql: bool) -> Iterator[tuple[Path, Cluster | None]]:
    """Give the folder for archives and feeds, and a PostgreSQL server where it is asked for."""
    cluster = Cluster.start() if is_postgresql else None
    try:
        with tempfile.TemporaryDirectory() as temporary:
            yield folder or Path(temporary), cluster
    finally:
        if cluster is not None:
            cluster.stop()


def measure(size: int, var: Path, cluster: Cluster | None) -> dict[str, Cost]:
    """Fill an archive of that size, and return what each command costs."""
    var.mkdir(parents=True, exist_ok=True)
    archive = var / "archive.sqlite"
    url = cluster.new_database() if cluster else f"sqlite:///{archive}"
    variables = {"DIPLONEWS_ARCHIVE": url, "DIPLONEWS_VAR": str(var)}
    if cluster or not archive.exists():
        call([sys.executable, "-c", FILLING, url, str(size)], variables)
    with Replica(articles=0) as replica:
        replica.wordpress.next_id = FIRST_NUMBER + time.time_ns() // 10**9 % 10**8
        publish(replica, 60)
        variables["DIPLONEWS_SITE"] = replica.origin
        # By which everything is published, and the site gone through.
        scrapy("crawl", "ecowas", variables=variables)
        costs = {
            "unchanged run": middle(*("crawl", "ecowas"), variables=variables),
            "ten new articles": with_new(replica, variables),
            "status": middle("status", variables=variables),
            "why": middle("why", OLD_ARTICLE, variables=variables),
        }
    print(f"{size:,}: {costs}", flush=True)
    return {name: Cost(cost[0 if cluster is None else 2], cost[1]) for name, cost in costs.items()}


def publish(replica: Replica, count: int) -> None:
    for number in range(count):
        replica.publish([COUNTRIES[number % len(COUNTRIES)]])


def with_new(replica: Replica, variables: Mapping[str, str]) -> tuple[float, float, float]:
    """Return the median cost of runs that have ten new articles each."""
    taken = []
    for _ in range(TRIES):
        publish(replica, 10)
        taken.append(scrapy("crawl", "ecowas", variables=variables))
    return median_of(taken)


def middle(*arguments: str, variables: Mapping[str, str]) -> tuple[float, float, float]:
    return median_of([scrapy(*arguments, variables=variables) for _ in range(TRIES)])


def median_of(taken: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    cpu, peaks, clock = zip(*taken, strict=True)
    return median(cpu), max(peaks), median(clock)


def scrapy(*arguments: str, variables: Mapping[str, str]) -> tuple[float, float, float]:
    return call([sys.executable, "-m", "scrapy", *arguments], variables)


def call(command: list[str], variables: Mapping[str, str]) -> tuple[float, float, float]:
    """Run a command; return its seconds of CPU, its peak in MiB, and seconds of the clock."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ENDINGS:
        raise SystemExit(f"{' '.join(command[-3:])}: exit {process.returncode}\n{said[-2_000:]}")
    taken = time.monotonic() - started
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, taken


def show(costs: Mapping[int, Mapping[str, Cost]], clock: str) -> int:
    """Print what each command costs; return 1 where it is more than it may be."""
    table = Table(title=f"Seconds {clock}, and peak MiB, by articles in the archive")
    for heading in ("command", *(f"{size:,}" for size in costs), "ratio"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    is_within = True
    first, *_, last = costs.values() if len(costs) > 1 else [*costs.values()] * 2
    for name in first:
        ratio = last[name].seconds / first[name].seconds
        cells = [f"{cost[name].seconds:.2f} s, {cost[name].peak:.0f}" for cost in costs.values()]
        table.add_row(name, *cells, f"{ratio:.2f}")
        peak = max(cost[name].peak for cost in costs.values())
        is_within = is_within and ratio <= MOST_GROWTH and peak <= MOST_MEMORY
    Console().print(table)
    return 0 if is_within else 1


if __name__ == "__main__":
    main()
