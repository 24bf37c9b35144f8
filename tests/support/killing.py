"""Kill the crawler again and again while editors edit, and count what is amiss then."""

import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diplonews import site
from diplonews.demo import Replica

WRONG = ("lost", "extra", "doubled", "torn", "differences", "last exit status")
LONGEST_SECONDS = 2.8  # a crawl of such a site takes about as long


def torture(kills: int, seed: int, folder: Path, archive: str = "") -> dict[str, int]:
    """Return how many runs were killed, and what was amiss after the last one ended."""
    choose = random.Random(seed)
    counts: Counter[str] = Counter()
    with Replica(articles=60, seed=seed) as replica:
        environment = os.environ | {
            "DIPLONEWS_SITE": replica.origin,
            "DIPLONEWS_VAR": str(folder),
            "DIPLONEWS_ARCHIVE": archive,
            "DIPLONEWS_WITHDRAW_SECONDS": "0",
        }
        for _ in range(kills):
            edit(replica, choose)
            was_killed = crawl_and_kill(choose, environment)
            counts["killed" if was_killed else "ended before"] += 1
        # What was withdrawn before anybody read it is asked for twice, and then left alone.
        for spider in (*site.SECTIONS, "recheck") * 2:
            crawl(spider, environment)
        for spider in (*site.SECTIONS, "recheck", "recheck"):
            counts["last exit status"] += crawl(spider, environment)
        told = verify(environment)
        counts |= Counter(differences=told)
        counts |= amiss(replica, folder)
    return dict.fromkeys(WRONG, 0) | counts


def edit(replica: Replica, choose: random.Random) -> None:
    """Do one of the things editors do."""
    sections = [["ghana"], ["security"], ["international", "security"], ["togo", "security"]]
    public = sorted(replica.truth())
    gone = sorted(replica.wordpress.posts.keys() - public)
    act = choose.choice(["publish", "publish", "edit", "rename", "withdraw", "restore", "nothing"])
    if act == "publish":
        replica.publish(choose.choice(sections))
    elif act == "edit":
        headline = f"Talks, day {choose.randrange(10_000)}"
        replica.edit(choose.choice(public), headline=headline)
    elif act == "rename":
        replica.rename(choose.choice(public))
    elif act == "withdraw":
        replica.withdraw(choose.choice(public))
    elif act == "restore" and gone:
        replica.restore(choose.choice(gone))


def command(spider: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", "crawl", spider, "-L", "WARNING"]


def crawl(spider: str, environment: dict[str, str]) -> int:
    return subprocess.run(command(spider), env=environment, check=False).returncode


def crawl_and_kill(choose: random.Random, environment: dict[str, str]) -> bool:
    """Start a crawl and kill it; tell whether it was still running."""
    spider = choose.choice([*site.SECTIONS, "recheck"])
    process = subprocess.Popen(command(spider), env=environment, stderr=subprocess.DEVNULL)
    time.sleep(choose.uniform(0.5, LONGEST_SECONDS))
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def verify(environment: dict[str, str]) -> int:
    """Return how many differences `scrapy verify` names."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "verify"], env=environment, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    last_line = (done.stdout.strip().splitlines() or [""])[-1]
    found = re.fullmatch(r"\d+ files expected, (\d+) differences", last_line)
    return int(found[1]) if found else 1_000


def amiss(replica: Replica, folder: Path) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for section in site.SECTIONS:
        truth = replica.truth(section)
        current = {
            line["post_id"]: line for line in lines(folder / "feeds/current" / section, counts)
        }
        counts["lost"] += len(truth.keys() - current.keys())
        counts["extra"] += len(current.keys() - truth.keys())
        counts["lost"] += sum(
            line["headline"] != truth[number]["headline"]
            for number, line in current.items()
            if number in truth
        )
        counts["doubled"] += doubled(list(lines(folder / "feeds/changes" / section, counts)))
        counts["articles"] += len(truth)
    return dict(counts)


def doubled(events: list[dict[str, Any]]) -> int:
    """Count events that are there twice, or cannot follow the one before in a life."""
    seqs = Counter(event["seq"] for event in events)
    count = sum(times - 1 for times in seqs.values())
    last: dict[str, dict[str, Any]] = {}
    for event in sorted(events, key=lambda event: event["seq"]):
        before = last.get(event["id"])
        count += before is not None and not may_follow(event, before)
        last[event["id"]] = event
    return count


def may_follow(event: dict[str, Any], before: dict[str, Any]) -> bool:
    """Tell whether an article's *event* can come after the one *before* in the same feed."""
    if event["event"] == "created" or event["revision"] < before["revision"]:
        return False
    if event["event"] == "updated":
        return bool(event["revision"] > before["revision"])
    return bool((event["event"] == "restored") == (before["event"] == "withdrawn"))


def lines(folder: Path, counts: Counter[str]) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_bytes().splitlines(keepends=True):
            try:
                assert line.endswith(b"\n")
                yield json.loads(line)
            except (AssertionError, ValueError):
                counts["torn"] += 1
