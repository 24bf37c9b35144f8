"""Kill commands that erase, again and again, and count what is amiss after the next run."""

import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from diplonews.archive import Archive
from diplonews.archive.database_urls import from_settings
from diplonews.demo import Replica
from tests.support.crawling import AT_ONCE, Crawl
from tests.support.killing import edit, verify
from tests.support.searching import holding, rows_holding

ERASURE = ("forget", "prune")
WRONG = ("words left", "lost", "extra", "differences", "last exit status")


def torture_erasure(
    kills: int, seed: int, folder: Path, archive: str = "", commands: tuple[str, ...] = ERASURE
) -> dict[str, int]:
    """Kill so many of *commands*; return what was amiss after the runs after them."""
    choose, counts = random.Random(seed), Counter[str]()
    with Replica(articles=60, seed=seed) as replica:
        crawl = Crawl(replica.origin, folder / "var", {**AT_ONCE, "DIPLONEWS_ARCHIVE": archive})
        crawl("security")
        crawl("ecowas")
        lines = {line["id"]: line for line in crawl.current("security")}
        some = list(lines.values())
        longest = {
            command: seconds_of_a_command(crawl, arguments_of(command, line))
            for command, line in zip(commands, some, strict=False)
        }
        while counts["killed"] < kills:
            for _ in range(2):
                replica.publish(["security"])
            edit(replica, choose)
            crawl("security")
            lines |= {line["id"]: line for line in crawl.current("security")}
            command = min(commands, key=lambda name: counts[f"killed in {name}"])
            arguments = arguments_of(command, choose.choice(crawl.current("security")))
            was_killed = call_and_kill(crawl, arguments, choose.uniform(0, longest[command]))
            counts["killed" if was_killed else "ended before"] += 1
            counts[f"killed in {command}"] += was_killed
            counts["last exit status"] = crawl("security").status
            # A new article may have the address that a renamed one had: a recheck finds it.
            crawl("recheck")
            counts.update(amiss(crawl, replica, lines))
        counts["forgotten"] = len(forgotten_ids(crawl))
    return dict.fromkeys(WRONG, 0) | counts


def arguments_of(command: str, line: dict[str, Any]) -> tuple[str, ...]:
    """Return how a command is called: to forget the article of a line, or to prune."""
    if command == "forget":
        return ("forget", line["url"], "--reason", "a test")
    return ("prune", "--older-than", "0d")


def seconds_of_a_command(crawl: Crawl, arguments: tuple[str, ...]) -> float:
    started = time.monotonic()
    done = crawl.call(*arguments)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - started


def call_and_kill(crawl: Crawl, arguments: tuple[str, ...], seconds: float) -> bool:
    """Start a command and kill it; tell whether it was still running."""
    log = crawl.var.with_name("command.log")
    victim = crawl.start_command(*arguments, log=log)
    time.sleep(seconds)
    was_running = victim.poll() is None
    victim.kill()
    victim.wait()
    return was_running


def forgotten_ids(crawl: Crawl) -> set[str]:
    """Return the ids on the archive's list."""
    url = from_settings(crawl.environment["DIPLONEWS_ARCHIVE"], crawl.var)
    archive = Archive.open(url, create=False)
    try:
        return set(archive.forgotten.traces().article_ids)
    finally:
        archive.close()


def amiss(crawl: Crawl, replica: Replica, lines: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Count what is wrong once the next run has ended."""
    counts = Counter[str]()
    forgotten = forgotten_ids(crawl)
    mine = [lines[name] for name in forgotten if name in lines]
    words = [text for line in mine for text in (line["headline"], (line["body"] or "")[:60])]
    feeds = [*crawl.current("ecowas"), *crawl.current("security")]
    others = lines | {line["id"]: line for line in feeds}
    unique = [word for word in words if word and not is_elsewhere(word, others, forgotten)]
    counts["words left"] += len(holding(crawl.var, unique)) if unique else 0
    url = crawl.environment["DIPLONEWS_ARCHIVE"]
    counts["words left"] += len(rows_holding(url, unique)) if url and unique else 0
    current = {line["post_id"] for line in crawl.current("security")}
    numbers = {lines[name]["post_id"] for name in forgotten if name in lines}
    truth = replica.truth("security").keys() - numbers
    counts["lost"] += len(truth - current)
    counts["extra"] += len(current & numbers)
    counts["differences"] += verify(crawl)
    return dict(counts)


def is_elsewhere(word: str, lines: dict[str, dict[str, Any]], forgotten: set[str]) -> bool:
    """Tell whether an article that was not forgotten has the same words."""
    others = (line for name, line in lines.items() if name not in forgotten)
    return any(word in json.dumps(line, ensure_ascii=False) for line in others)
