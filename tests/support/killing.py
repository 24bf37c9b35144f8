"""Kill the crawler again and again while editors edit, and count what is amiss then."""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diplonews import site
from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.following import Follower

WRONG = ("lost", "extra", "doubled", "torn", "late", "not followed", "differences")
WRONG += ("last exit status",)


def torture(kills: int, seed: int, folder: Path, archive: str = "") -> dict[str, int]:
    """Kill so many runs; return what was amiss after the last one ended, and other counts."""
    choose = random.Random(seed)
    counts: Counter[str] = Counter()
    own = {"DIPLONEWS_ARCHIVE": archive, "DIPLONEWS_WITHDRAW_SECONDS": "0"}
    with Replica(articles=60, seed=seed) as replica:
        crawl = Crawl(replica.origin, folder / "var", own)
        longest = seconds_of_a_recrawl(replica, folder / "other")
        follower = Follower(crawl.var / "feeds", tuple(site.SECTIONS))
        with follower:
            while counts["killed"] < kills:
                if counts["killed"] % 5 == 0:  # so that there is something to follow
                    crawl(choose.choice([*site.SECTIONS]))
                edit(replica, choose)
                was_killed = crawl_and_kill(crawl, choose, longest)
                counts["killed" if was_killed else "ended before"] += 1
        # What was withdrawn before anybody read it is asked for twice, and then left alone.
        for spider in (*site.SECTIONS, "recheck") * 2:
            crawl(spider)
        for spider in (*site.SECTIONS, "recheck", "recheck"):
            counts["last exit status"] += crawl(spider).status
        counts["differences"] = verify(crawl)
        counts |= amiss(replica, crawl.var)
        counts |= followed(follower)
    return dict.fromkeys(WRONG, 0) | counts


def seconds_of_a_recrawl(replica: Replica, var: Path) -> float:
    """Return how long a crawl with one new article takes on this machine, as busy as it is."""
    crawl = Crawl(replica.origin, var)
    crawl("security")
    replica.publish(["security"])
    started = time.monotonic()
    crawl("security")
    return time.monotonic() - started


def followed(follower: Follower) -> dict[str, int]:
    """Return what a follower that looked all the time has wrong, after a last look."""
    follower.look()
    return {
        "late": follower.late_count,
        "not followed": sum(map(follower.count_wrong, follower.mine)),
        "looks": follower.look_count,
    }


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


def crawl_and_kill(crawl: Crawl, choose: random.Random, longest: float) -> bool:
    """Start a crawl and kill it; tell whether it was still running."""
    process = crawl.start(choose.choice([*site.SECTIONS, "recheck"]))
    time.sleep(choose.uniform(0, longest))
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def verify(crawl: Crawl) -> int:
    """Return how many differences `scrapy verify` names."""
    done = crawl.call("verify")
    last_line = (done.stdout.strip().splitlines() or [""])[-1]
    found = re.fullmatch(r"\d+ files expected, (\d+) differences", last_line)
    return int(found[1]) if found else 1_000


def amiss(replica: Replica, folder: Path) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for section in site.SECTIONS:
        truth = replica.truth(section)
        current = {
            line["post_id"]: line
            for line in lines(folder / "feeds/current" / section, counts)
            if line["withdrawn_at"] is None
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
