"""A schedule at its real cadence, in one process, by a simulated clock: months in minutes.

Must be called in a process of its own: the reactor that Scrapy needs is started once.
"""

import gzip
import json
import os
import resource
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.log import configure_logging
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor

from diplonews import clock, site
from diplonews.archive import Archive
from diplonews.demo import Replica
from diplonews.feeds.feed_check import FeedCheck
from diplonews.logs import quieten
from diplonews.notices.ending import ending_of
from diplonews.notices.notifying import notify_of, notify_of_silence
from diplonews.runs.crashes import crash_net
from diplonews.runs.run import Run
from tests.support.editors import DAY, Begin, Disturbance, Newsroom, Period, disturbances
from tests.support.receivers import WebHook, web_hook

MINUTE = timedelta(minutes=1)
BEGIN = datetime.fromisoformat("2026-12-01T00:00:00+00:00")
# As deploy/ has it: which minute of the hour, and how often.
SCHEDULE = (("ecowas", 0, 15), ("international", 4, 15), ("security", 8, 15), ("recheck", 12, 60))
WATCH_MINUTE = 42
LAST_HOURS = 6  # of peace, by which all that happened has been found out


@dataclass
class SimulatedClock:
    """The time of the schedule; and how far ahead of it the crawler's clock is, not the site's."""

    at: datetime
    ahead: timedelta = timedelta(0)
    is_crawling: bool = False
    mark: float = field(default_factory=time.monotonic)

    def set(self, at: datetime) -> None:
        self.at, self.mark = at, time.monotonic()

    def now(self) -> datetime:
        """Return the schedule's time, and what a run has taken since."""
        is_site = threading.current_thread() is not threading.main_thread()
        ahead = self.ahead if self.is_crawling and not is_site else timedelta(0)
        return self.at + ahead + timedelta(seconds=time.monotonic() - self.mark)

    def uptime(self) -> clock.Uptime:
        """Return how long the machine has run: nobody sets that."""
        passed = (self.at - BEGIN).total_seconds() + time.monotonic() - self.mark
        return clock.Uptime("simulated", passed)

    def jump(self, ahead: timedelta) -> Begin:
        """Return what sets the crawler's clock wrong; that returns what sets it right."""

        def begin() -> Callable[[], None]:
            self.ahead = ahead

            def set_right() -> None:
                self.ahead = timedelta(0)

            return set_right

        return begin


@dataclass
class Soak:
    """All that one soak has, and what it counts."""

    runner: AsyncCrawlerRunner
    replica: Replica
    newsroom: Newsroom
    clock: SimulatedClock
    planned: list[Disturbance]
    hook: WebHook
    every_hours: int = 0  # 0: the real cadence
    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)  # a run
    marks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.runner.settings

    @property
    def var(self) -> Path:
        return Path(self.settings["DIPLONEWS_VAR"])

    async def run(self, days: int) -> None:
        end, last = BEGIN + days * DAY, BEGIN
        for at, name in schedule(BEGIN, end, self.every_hours):
            self.clock.set(at)
            for disturbance in self.planned:
                disturbance.look(at)
            if name == "watch":
                notify_of_silence(self.settings)
                continue
            self.newsroom.work(at, (at - last) / timedelta(hours=1), pace(at))
            if at.date() != last.date():
                self.mark(at)
            last = at
            await self.crawl(name)
        for disturbance in self.planned:
            disturbance.look(end + DAY)
        for at, name in schedule(end, end + timedelta(hours=LAST_HOURS), every_hours=1):
            self.clock.set(at)
            await self.crawl(name)
        self.mark(end)

    async def crawl(self, name: str) -> None:
        """Do what `scrapy crawl` does, in this process."""
        started, self.clock.is_crawling = time.monotonic(), True
        spider = get_spider_loader(self.settings).load(name)
        run = Run.begin(self.settings, spider.plan_of({}).section, {})  # type: ignore[attr-defined]
        crawler: Crawler = self.runner.create_crawler(spider)
        with crash_net(run):
            await self.runner.crawl(crawler, run=run)
            assert crawler.stats is not None
            run.conclude(crawler.stats.get_stats())
        notify_of(self.settings, ending_of(run, crawler.stats.get_stats(), clock.moment()))
        self.clock.is_crawling = False
        self.seconds.append(time.monotonic() - started)
        self.counts[f"runs {run.verdict}"] += 1
        self.counts["runs"] += 1
        self.counts["requests"] += run.account.opened

    def mark(self, at: datetime) -> None:
        """Note what grows, or must not."""
        self.replica.clear_requests()
        recent = sorted(self.seconds[-400:])
        self.marks.append(
            {
                "day": (at - BEGIN).days,
                "articles": len(self.replica.wordpress.posts),
                "memory_mb": resident_bytes() / 1e6,
                "handles": len(os.listdir("/proc/self/fd")),  # noqa: PTH208
                "median_run_s": recent[len(recent) // 2] if recent else 0.0,
                "archive_kb": size(self.var.glob("archive.sqlite*")) / 1e3,
                "feeds_kb": size(self.var.glob("feeds/**/*")) / 1e3,
                "captures_kb": size(self.var.glob("captures/**/*")) / 1e3,
            }
        )

    def judge(self) -> dict[str, Any]:
        """Compare what was published with what happened at the site."""
        lines = [line for section in site.SECTIONS for line in current(self.var, section)]
        truth = self.replica.truth()
        live = {line["post_id"]: line for line in lines if line["withdrawn_at"] is None}
        known = {post for section in site.SECTIONS for post in self.replica.truth(section)}
        events = {
            event["seq"]: event
            for section in site.SECTIONS
            for event in changes(self.var, section)
        }
        updates = Counter(e["post_id"] for e in events.values() if e["event"] == "updated")
        withdrawn = [event for event in events.values() if event["event"] == "withdrawn"]
        return {
            "lost": len(known - live.keys()),
            "extra": len(live.keys() - known),
            "stale": sum(live[n]["headline"] != truth[n]["headline"] for n in live.keys() & known),
            "falsely withdrawn": sum(
                not self.newsroom.was_absent(
                    event["post_id"], datetime.fromisoformat(event["withdrawn_at"])
                )
                for event in withdrawn
            ),
            "phantom edits": sum(
                max(0, count - self.newsroom.edits[post]) for post, count in updates.items()
            ),
            "withdrawn": len(withdrawn),
            "updated": sum(updates.values()),
            "differences": self.differences(),
        }

    def differences(self) -> int:
        """Return how many differences `scrapy verify` would name."""
        archive = Archive.open(f"sqlite:///{self.var / 'archive.sqlite'}")
        try:
            return len(list(FeedCheck(archive, self.var / "feeds").differences()))
        finally:
            archive.close()


def schedule(begin: datetime, end: datetime, every_hours: int) -> Iterator[tuple[datetime, str]]:
    """Yield what the schedule starts, in order, and when."""
    hour = begin
    while hour < end:
        if every_hours:
            yield from ((hour + minute * MINUTE, name) for name, minute, _ in SCHEDULE)
            hour += timedelta(hours=every_hours)
            continue
        starts = [
            (hour + minute * MINUTE, name)
            for name, first, step in SCHEDULE
            for minute in range(first, 60, step)
        ]
        yield from sorted([*starts, (hour + WATCH_MINUTE * MINUTE, "watch")])
        hour += timedelta(hours=1)


def pace(at: datetime) -> float:
    """Return how busy the editors are: little on Sundays, not at all in a week of holidays."""
    if (at - BEGIN).days % 30 in {24, 25, 26}:
        return 0.0
    return 0.3 if at.weekday() == 6 else 1.0


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()


def size(paths: Iterator[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())


def lines_of(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def current(var: Path, section: str) -> Iterator[dict[str, Any]]:
    return lines_of(var / "feeds" / "current" / section)


def changes(var: Path, section: str) -> Iterator[dict[str, Any]]:
    return lines_of(var / "feeds" / "changes" / section)


def soak(days: int, var: Path, *, every_hours: int = 0, seed: int = 1) -> dict[str, Any]:
    """Crawl for so many days of simulated time; return what was counted and what is amiss."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    choose = Random(seed)
    simulated = SimulatedClock(BEGIN)
    with (
        clock.other_time(simulated.now, simulated.uptime),
        web_hook() as hook,
        Replica(articles=100) as replica,
    ):
        settings = get_project_settings()
        settings.setdict(
            {
                "DIPLONEWS_SITE": replica.origin,
                "DIPLONEWS_VAR": str(var),
                "DIPLONEWS_FRESH_SECONDS": str(7_200 + 3_600 * every_hours),
                "DIPLONEWS_NOTIFY": f"json://127.0.0.1:{hook.port}/",
                "LOG_FILE": str(var.with_suffix(".log")),
                "LOG_LEVEL": "WARNING",
            },
            priority="cmdline",
        )
        configure_logging(settings)
        quieten()
        soaked = Soak(
            AsyncCrawlerRunner(settings),
            replica,
            Newsroom(replica, choose),
            simulated,
            disturbances(replica, simulated.jump, Period(BEGIN, days), choose),
            hook,
            every_hours,
        )
        _run_reactor(soaked.run(days))
        return report(soaked)


def _run_reactor(work: Coroutine[Any, Any, None]) -> None:
    from twisted.internet import reactor  # not above: it is installed first

    failures: list[Any] = []
    done = deferred_from_coro(work)
    done.addErrback(failures.append)
    done.addBoth(lambda _: reactor.stop())  # type: ignore[attr-defined]
    reactor.run()  # type: ignore[attr-defined]
    for failure in failures:
        failure.raiseException()


def report(soaked: Soak) -> dict[str, Any]:
    titles = [document["title"] for document in soaked.hook.documents]
    return {
        "amiss": soaked.judge(),
        "counts": dict(sorted(soaked.counts.items())),
        "least requests": least_requests(soaked),
        "acts": dict(soaked.newsroom.acts),
        "disturbances": Counter(d.name for d in soaked.planned if d.is_over),
        "messages": Counter(titles),
        "marks": soaked.marks,
    }


def least_requests(soaked: Soak) -> int:
    """Return how few requests could have been enough: one a run, and one for what changed."""
    acts = soaked.newsroom.acts
    return soaked.counts["runs"] + sum(acts.values()) + acts["withdraw"]
