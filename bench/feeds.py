"""What a year of feeds costs: an unchanged run, two changes, `scrapy verify`, and a reader.

    python -m bench.feeds [--articles 35000] [--folder DIR]

An archive is filled with a year of articles of three sections, a third of them edited once, a
hundredth withdrawn, and published as if there had been runs every day. Then is measured, in
one process and without the crawl around it: the bytes that publishing reads and writes where
nothing changed; the processor's time of publishing two changes; the time of `verify`; and the
time in which DuckDB, where it is installed, reads the year's changes of all sections.
"""

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from diplonews import site
from diplonews.archive import Archive, tables
from diplonews.archive.runs import Runs
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.manifest import NAME, OLDER
from diplonews.feeds.publisher import Publisher
from diplonews.items import Article, Author, CategoryName
from diplonews.lines import as_change, as_keys, as_line, difference, dumps, month_of

END = datetime(2026, 11, 28, 12, tzinfo=UTC)
WORDS = (
    "the",
    "talks",
    "on",
    "a",
    "joint",
    "patrol",
    "of",
    "border",
    "road",
    "were",
    "put",
    "off",
)
AT_ONCE = 1_000

# What the figures must not be above; the reading is DuckDB's.
MOST = {"unchanged kB": 200, "two changes CPU s": 0.1, "verify s": 20, "DuckDB s": 5}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=35_000)
    parser.add_argument("--folder", type=Path, help="keep archive and feeds there")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        figures = measure(chosen.articles, chosen.folder or Path(temporary))
    print(json.dumps(figures, indent=1))
    return 1 if any(figures.get(name, 0) > most for name, most in MOST.items()) else 0


def measure(count: int, folder: Path) -> dict[str, float]:
    folder.mkdir(parents=True, exist_ok=True)
    archive = Archive.open(f"sqlite:///{folder / 'archive.sqlite'}")
    fill(archive, count)
    feeds = folder / "feeds"
    figures = {"first publication s": seconds(Publisher(archive, feeds).publish)}
    figures |= {"articles": count, "events": archive.feeds.last_seq()}
    figures["unchanged kB"] = moved_bytes(Publisher(archive, feeds).publish) / 1_000
    edit_two(archive)
    before = time.process_time()
    Publisher(archive, feeds).publish()
    figures["two changes CPU s"] = round(time.process_time() - before, 3)
    before = time.process_time()
    check = FeedCheck(archive, feeds)
    figures["verify s"] = seconds(lambda: list(check.differences()))
    figures["verify CPU s"] = round(time.process_time() - before, 2)
    figures["differences"] = len(list(FeedCheck(archive, feeds).differences()))
    figures["files"] = check.file_count
    figures["memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000
    for name in (NAME, OLDER):
        figures[f"{name} kB"] = (feeds / name).stat().st_size / 1_000
    if find_spec("duckdb") is not None:
        figures["DuckDB s"] = seconds(lambda: read_with_duckdb(feeds))
    archive.close()
    return figures


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return round(time.perf_counter() - begun, 2)


def moved_bytes(act: Callable[[], object]) -> int:
    """Return how many bytes this process reads and writes while it acts, from caches too."""

    def count() -> int:
        lines = Path("/proc/self/io").read_text().splitlines()
        counts = dict(line.split(": ") for line in lines)
        return int(counts["rchar"]) + int(counts["wchar"])

    before = count()
    act()
    return count() - before


def read_with_duckdb(feeds: Path) -> None:
    import duckdb

    files = str(feeds / "changes" / "*" / "*.jsonl*")
    counted = "SELECT event, count(*), avg(length(body)) FROM read_json(?) GROUP BY ALL"
    print(duckdb.execute(counted, [files]).fetchall())


def fill(archive: Archive, count: int) -> None:
    """Archive a year of events, numbered as if each day's had been published that day."""
    run = Runs(archive.read, archive.write).begin("security", {}, END)[0]
    choose = random.Random(1)
    articles = [make_article(number, count, choose) for number in range(1, count + 1)]
    histories = [events_of(article, choose) for article in articles]
    events = sorted((event for history in histories for event in history), key=when)
    with archive.write() as connection:
        for feed in site.SECTIONS:
            connection.execute(insert(tables.feed).values(name=feed, began_behind=0))
        for rows in batches([row_of(history[-1][1]) for history in histories]):
            connection.execute(insert(tables.article), rows)
        filed = [
            {"feed": feed, "article_id": article.id}
            for article in articles
            for feed in article.sections
        ]
        for rows in batches(filed):
            connection.execute(insert(tables.filed), rows)
        for rows in batches(list(event_rows(events, run))):
            connection.execute(insert(tables.event), rows)
        told = [
            {"feed": feed, "event": seq, "is_filed": True}
            for seq, (_, article, _) in enumerate(events, start=1)
            for feed in article.sections
        ]
        for rows in batches(told):
            connection.execute(insert(tables.event_feed), rows)


Happened = tuple[datetime, Article, dict[str, Any]]


def when(event: Happened) -> datetime:
    return event[0]


def make_article(number: int, count: int, choose: random.Random) -> Article:
    at = END - timedelta(days=365) * ((count - number) / count)
    paragraphs = (" ".join(choose.choices(WORDS, k=60)) for _ in range(9))
    sections = choose.sample(list(site.SECTIONS), k=choose.choice([1, 1, 1, 2]))
    address = f"https://site.example/talks-{number}/"
    return Article(
        id=f"site:post:{number}",
        url=address,
        canonical_url=address,
        post_id=number,
        headline=f"Talks, day {number}",
        authors=[Author(name="Ama Diop")],
        categories=[CategoryName(slug=section) for section in sections],
        sections=sorted(sections),
        body="\n\n".join(paragraphs),
        is_syndicated=number % 5 == 0,
        published_at=at,
        fetched_at=at,
        first_seen_at=at,
        revised_at=at,
        revision=1,
        digest=f"{number:064}",
    )


def events_of(article: Article, choose: random.Random) -> list[Happened]:
    """Return what happened to an article: it was created, perhaps edited, perhaps withdrawn."""
    assert article.published_at is not None
    history = [(article.published_at, article, as_change("created"))]
    if choose.random() < 1 / 3:
        at = min(article.published_at + timedelta(days=choose.random() * 9), END)
        body = article.body.replace("patrol", "patrol, they said,", 3)
        edited = replace(article, body=body, headline=f"{article.headline}, again", revision=2)
        edit = difference(as_keys(article), as_keys(edited))
        history.append((at, edited, as_change("updated", edit=edit)))
    if choose.random() < 1 / 100:
        at, last, _ = history[-1]
        history.append((min(at + timedelta(days=1), END), last, as_change("withdrawn")))
    return history


def event_rows(events: list[Happened], run: int) -> Iterator[dict[str, Any]]:
    for seq, (at, article, change) in enumerate(events, start=1):
        kind = change["event"]
        withdrawn_at = at.isoformat() if kind == "withdrawn" else None
        yield {
            "id": seq,
            "seq": seq,
            "day": f"{at:%Y-%m-%d}",
            "run": run,
            "kind": kind,
            "article_id": article.id,
            "revision": article.revision,
            "at": at,
            "month": month_of(article.published_at),
            "change": dumps(change),
            "line": dumps(as_keys(article) | {"withdrawn_at": withdrawn_at}),
        }


def row_of(article: Article) -> dict[str, Any]:
    names = ("id", "post_id", "url", "canonical_url", "revision", "digest", "published_at")
    names += ("modified_at", "first_seen_at", "revised_at")
    return {name: getattr(article, name) for name in names} | {
        "status": "live",
        "month": month_of(article.published_at),
        "last_seen_at": article.fetched_at,
        "line": as_line(article),
    }


def batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def edit_two(archive: Archive) -> None:
    """Edit two articles of this month, as a run does."""
    run = Runs(archive.read, archive.write).begin("security", {}, END)[0]
    for number in (1, 2):
        article = make_article(40_000_000 + number, 40_000_000 + number, random.Random(number))
        archive.articles.note(article, run, ["security"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
