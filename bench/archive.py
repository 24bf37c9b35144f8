"""What it costs to ask the archive, by how much it holds.

    python -m bench.archive [--sizes 10000 100000] [--postgresql]

Fills archives with articles of ten years, then asks each what crawls, rechecks, `reparse`,
`status` and `why` ask. Prints milliseconds of each question, the quickest of a few tries, and
the ratio of the largest archive to the smallest: of CPU time with SQLite, of the clock with
PostgreSQL. Whole commands: ``bench/sizes.py``.
Questions about all articles may grow as they do, no other may. ``--postgresql`` starts a
server of its own, in a temporary folder.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

from rich.console import Console
from rich.table import Table

from diplonews.archive import Archive
from tests.support.filling import fill
from tests.support.postgresql import Cluster
from tests.support.questions import QUESTIONS, QUESTIONS_ABOUT_ALL, Asked

TRIES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    costs: dict[int, dict[str, float]] = {}
    with databases(is_postgresql=options.postgresql) as urls:
        for size in options.sizes:
            costs[size] = measure(next(urls), size)
    table = Table(title="Milliseconds by articles in the archive")
    for heading in ("question", *(f"{size:,}" for size in costs), "ratio"):
        table.add_column(heading, justify="left" if heading == "question" else "right")
    for questions in (QUESTIONS, QUESTIONS_ABOUT_ALL):
        for name in questions:
            times = [costs[size][name] for size in costs]
            cells = [f"{milliseconds:.2f}" for milliseconds in times]
            table.add_row(name, *cells, f"{times[-1] / times[0]:.1f}")
        table.add_section()
    Console().print(table)


@contextmanager
def databases(*, is_postgresql: bool) -> Iterator[Iterator[str]]:
    """Give URLs of new databases."""
    if is_postgresql:
        cluster = Cluster.start()
        try:
            yield iter(cluster.new_database, "")
        finally:
            cluster.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield (f"sqlite:///{Path(folder) / f'{number}.sqlite'}" for number in range(99))


def measure(url: str, size: int) -> dict[str, float]:
    archive = Archive.open(url)
    fill(archive, size)
    with tempfile.TemporaryDirectory() as folder:
        costs = ask(Asked.of_filled(archive, size, Path(folder)))
    archive.close()
    return costs


def ask(asked: Asked) -> dict[str, float]:
    archive = asked.archive
    clock = process_time if archive.engine.dialect.name == "sqlite" else perf_counter
    questions = QUESTIONS | QUESTIONS_ABOUT_ALL
    return {name: milliseconds(question, asked, clock) for name, question in questions.items()}


def milliseconds(
    question: Callable[[Asked], object], asked: Asked, clock: Callable[[], float]
) -> float:
    times = []
    for _ in range(TRIES):
        started = clock()
        question(asked)
        times.append(clock() - started)
    return min(times) * 1000


if __name__ == "__main__":
    main()
