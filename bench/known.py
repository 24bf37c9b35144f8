"""How long it takes to open the archive and ask what is known, by how much is stored.

    python -m bench.known

Fills archives with 1,000, 10,000 and 100,000 articles, then in each: opens it, notes a
listing page of fourteen teasers (half known, half not) and takes the next pending URLs.
Prints the median of 30 tries, and its ratio to the smallest archive's.
"""

import tempfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from diplonews.archive import Archive
from diplonews.archive.tables import alias, article, sighting
from diplonews.items import Teaser

NOW = datetime.now(UTC)
TRIES = 30


def main() -> None:
    table = Table(title="Opening the archive and asking what is known")
    for heading in (
        "articles stored",
        "open, ms",
        "a listing page, ms",
        "take pending, ms",
        "ratio",
    ):
        table.add_column(heading, justify="right")
    first = 0.0
    for count in (1_000, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'archive.sqlite'}"
            fill(url, count)
            costs = measure(url, count)
        first = first or sum(costs)
        cells = [f"{cost * 1000:.2f}" for cost in costs]
        table.add_row(f"{count:,}", *cells, f"{sum(costs) / first:.2f}")
    Console().print(table)


def fill(url: str, count: int) -> None:
    archive = Archive.open(url)
    run, _ = archive.runs.begin("security", {}, NOW)
    for start in range(0, count, 5_000):
        numbers = range(start, min(start + 5_000, count))
        with archive.write() as connection:
            connection.execute(insert(article), [row(n) for n in numbers])
            connection.execute(insert(alias), [alias_row(n) for n in numbers])
            connection.execute(insert(sighting), [sighting_row(n, run) for n in numbers])
    archive.close()


def key(number: int) -> str:
    return f"site.example/talks-{number}"


def row(number: int) -> dict[str, object]:
    times = dict.fromkeys(("first_seen_at", "last_seen_at", "revised_at", "published_at"), NOW)
    return times | {
        "id": f"diplomaticinfo:post:{number}",
        "post_id": number,
        "url": f"https://{key(number)}/",
        "canonical_url": f"https://{key(number)}/",
        "status": "live",
        "revision": 1,
        "digest": "a" * 64,
        "month": "2026-11",
        "line": "{}" + " " * 3_000,
    }


def alias_row(number: int) -> dict[str, object]:
    return {
        "url_key": key(number),
        "article_id": f"diplomaticinfo:post:{number}",
        "url": f"https://{key(number)}/",
        "first_seen_at": NOW,
    }


def sighting_row(number: int, run: int) -> dict[str, object]:
    words = dict.fromkeys(("headline", "printed_date", "excerpt"), "Talks")
    return words | {
        "category": "security",
        "url_key": key(number),
        "first_run": run,
        "last_run": run,
    }


def measure(url: str, count: int) -> list[float]:
    costs: list[list[float]] = [[], [], []]
    for number in range(TRIES):
        numbers = [count // 2 + n for n in range(7)] + [count + number * 7 + n for n in range(7)]
        teasers = [Teaser(url=f"https://{key(n)}/", headline="Talks") for n in numbers]
        times = [perf_counter()]
        archive = Archive.open(url)
        times.append(perf_counter())
        run, _ = archive.runs.begin("security", {}, NOW)
        archive.walks.note_listing("security", run, 1, teasers, NOW)
        times.append(perf_counter())
        archive.pending.take(["security"], run, NOW, 50)
        times.append(perf_counter())
        archive.close()
        for cost, (before, after) in zip(costs, pairwise(times), strict=True):
            cost.append(after - before)
    return [median(cost) for cost in costs]


if __name__ == "__main__":
    main()
