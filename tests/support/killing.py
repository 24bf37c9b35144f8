"""Kill the crawler again and again while editors edit, and count what is amiss then."""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from diplonews import site
from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.following import Follower

WRONG = ("lost", "extra", "doubled", "torn", "late", "not followed", "differences")
WRONG += ("last exit status",)


def torture(
    kills: int, seed: int, folder: Path, archive: str = "", machines: int = 1
) -> dict[str, int]:
    """Kill so many runs; return what was amiss after the last one ended, and other counts.

    Several *machines* share one archive and nothing else. While a run is killed on one of
    them, the others crawl too. Each has a follower of its own.
    """
    choose = random.Random(seed)
    counts: Counter[str] = Counter()
    settings = {"DIPLONEWS_ARCHIVE": archive, "DIPLONEWS_WITHDRAW_SECONDS": "0"}
    with Replica(articles=60, seed=seed) as replica:
        crawls = [
            Crawl(replica.origin, folder / f"machine-{number}" / "var", settings)
            for number in range(machines)
        ]
        longest = seconds_of_a_recrawl(replica, folder / "other")
        followers = [Follower(crawl.var / "feeds", tuple(site.SECTIONS)) for crawl in crawls]
        with ExitStack() as all_followers:
            for follower in followers:
                all_followers.enter_context(follower)
            while counts["killed"] < kills:
                if counts["killed"] % 5 == 0:  # so that there is something to follow
                    choose.choice(crawls)(choose.choice([*site.SECTIONS]))
                edit(replica, choose)
                was_killed = crawl_and_kill(crawls, choose, longest)
                counts["killed" if was_killed else "ended before"] += 1
        counts["last exit status"] = settle(crawls)
        for crawl, follower in zip(crawls, followers, strict=True):
            counts["differences"] += verify(crawl)
            counts.update(amiss(replica, crawl.var))
            counts.update(followed(follower))
    return dict.fromkeys(WRONG, 0) | counts


def settle(crawls: list[Crawl]) -> int:
    """Let all runs end; return the sum of the last ones' exit statuses."""
    # What was withdrawn before anybody read it is asked for twice, and then left alone.
    for spider in (*site.SECTIONS, "recheck") * 2:
        crawls[0](spider)
    last = [(crawl, spider) for crawl in crawls for spider in (*site.SECTIONS, "recheck")]
    # The last machine's recheck may have found something that the others publish then.
    return sum(crawl(spider).status for crawl, spider in last * 2)


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


def crawl_and_kill(crawls: list[Crawl], choose: random.Random, longest: float) -> bool:
    """Start a crawl on each machine and kill one; tell whether that was still running."""
    spiders = choose.sample([*site.SECTIONS, "recheck"], len(crawls))
    running = [crawl.start(spider) for crawl, spider in zip(crawls, spiders, strict=True)]
    victim = choose.choice(running)
    time.sleep(choose.uniform(0, longest * len(crawls)))
    was_running = victim.poll() is None
    victim.kill()
    for process in running:
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
