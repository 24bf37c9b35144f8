"""Kill commands that rewrite an archive, and look each time at what is left of it."""

import gzip
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import make_url

from diplonews.archive import Archive, tables
from diplonews.backups.backup_contents import check
from diplonews.backups.backup_file import save
from diplonews.backups.backup_format import FormatError
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.publisher import Publisher
from tests.support.articles import article, begin
from tests.support.crawling import Crawl

ARCHIVES = Path(__file__).parents[1] / "archives"
OLD_SCHEMA = 5
ARTICLES = 80
NAMES = ("backup", "restore", "adopt", "migrate")
WRONG = ("lost", "half done", "cut", "differences", "last exit status")


class Victim:
    """A place with an archive, its feeds, and a backup that is older than both."""

    def __init__(self, folder: Path, new_url: Callable[[], str]) -> None:
        self.folder = folder
        self.new_url = new_url
        self.url = new_url()
        self.old_url, self.old_counts = "", list[int]()  # of what was migrated last
        self.crawl = Crawl("http://127.0.0.1:9", folder / "var", {"DIPLONEWS_ARCHIVE": self.url})
        self.backups = [folder / "older.tar", folder / "newer.tar"]
        with closing(Archive.open(self.url)) as archive:
            for backup in self.backups:
                run = begin(archive)
                for number in range(1, ARTICLES + 1):
                    said = f"{backup.stem} {number}"
                    reading = article(
                        number, headline=said, body=f"{said}. " * 200, sections=["security"],
                        digest=f"{backup.stem:0>32}{number:032}",
                    )  # fmt: skip
                    archive.articles.note(reading, run, ["security"])
                Publisher(archive, folder / "var" / "feeds").publish()
                save(archive, backup, None)
            self.articles = _articles(archive)

    def remove_archive(self) -> None:
        if self.url.startswith("sqlite"):
            path = Path(make_url(self.url).database or "")
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
        else:
            with psycopg.connect(self.url) as connection:
                connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def amiss(self, *, may_be_gone: bool) -> Iterator[str]:
        """Yield what is wrong with the archive, beside its feeds."""
        with closing(Archive.reach(self.url)) as archive:
            if not archive.exists():
                with archive.read() as connection:
                    has_any = bool(inspect(connection).get_table_names())
                if not may_be_gone:
                    yield "lost"
                if has_any:
                    yield "half done"
                return
            if _articles(archive) != self.articles:
                yield "lost"
            if archive.feeds.gaps():
                yield "half done"
            check = FeedCheck(archive, self.folder / "var" / "feeds")
            yield from ("differences" for _ in check.differences())


def torture_commands(
    kills: int, seed: int, folder: Path, new_url: Callable[[], str], names: tuple[str, ...] = NAMES
) -> dict[str, int]:
    """Kill so many commands; return what was amiss after each, and other counts."""
    choose = random.Random(seed)
    counts: Counter[str] = Counter()
    victim = Victim(folder, new_url)
    longest: dict[str, float] = {}
    # To the end, so that it is known how long they take; the first start of all is the slowest.
    for name in (names[0], *names):
        started = time.monotonic()
        counts["last exit status"] += _begin(victim, name, choose).wait()
        longest[name] = time.monotonic() - started
        counts.update(_amiss(victim, name))
    while counts["killed"] < kills:
        name = min(names, key=lambda name: counts[f"killed in {name}"])  # each as often
        running = _begin(victim, name, choose)
        time.sleep(choose.uniform(0, longest[name]))
        was_running = running.poll() is None
        running.kill()
        running.wait()
        counts["killed" if was_running else "ended before"] += 1
        counts[f"killed in {name}"] += was_running
        counts.update(_amiss(victim, name))
    for name in names:
        counts["last exit status"] += _begin(victim, name, choose).wait()
        counts.update(_amiss(victim, name))
    return dict.fromkeys(WRONG, 0) | counts


def _begin(victim: Victim, name: str, choose: random.Random) -> Any:
    """Arrange what a command meets, and start it."""
    crawl = victim.crawl
    log = victim.folder / f"{name}.log"
    if name == "migrate":
        return _begin_migration(victim, log)
    if name == "backup":
        return crawl.start_command("backup", str(victim.backups[1]), log=log)
    if name == "adopt":
        victim.remove_archive()
        return crawl.start_command("verify", "--adopt", log=log)
    if choose.random() < 0.5:
        victim.remove_archive()
    older = str(victim.backups[0])
    return crawl.start_command("restore", "--replace", older, log=log)


def _begin_migration(victim: Victim, log: Path) -> Any:
    """Start a command on an archive of an earlier schema."""
    url = victim.new_url()
    database = make_url(url).get_backend_name()
    packed = (ARCHIVES / f"{database}-{OLD_SCHEMA}.sql.gz").read_bytes()
    script = gzip.decompress(packed).decode()
    if database == "sqlite":
        with closing(sqlite3.connect(make_url(url).database or "")) as connection:
            connection.executescript(script)
    else:
        lines = (line for line in script.splitlines() if not line.startswith("\\"))
        with psycopg.connect(url) as server:
            server.execute("\n".join(lines).encode())
    victim.old_url = url
    victim.old_counts = _old_counts(url)
    settings = {"DIPLONEWS_ARCHIVE": url}
    crawl = Crawl(victim.crawl.origin, victim.folder / "old" / "var", settings)
    return crawl.start_command("runs", log=log)


def _amiss(victim: Victim, name: str) -> Counter[str]:
    if name == "migrate":
        return _amiss_after_migration(victim)
    found = Counter(victim.amiss(may_be_gone=name != "backup"))
    with closing(Archive.reach(victim.url)) as archive:
        is_gone = not archive.exists()
    if is_gone:  # the next command needs it
        done = victim.crawl.call("restore", str(victim.backups[1]))
        found["last exit status"] += done.returncode
        found.update(victim.amiss(may_be_gone=False))
    for backup in victim.backups:
        try:
            with backup.open("rb") as file:
                check(file)
        except (OSError, FormatError):
            found["cut"] += 1
    return found


def _amiss_after_migration(victim: Victim) -> Counter[str]:
    found: Counter[str] = Counter()
    with closing(Archive.reach(victim.old_url)) as archive:
        found["half done"] += archive.schema() not in {OLD_SCHEMA, tables.SCHEMA}
        found["half done"] += _old_counts(victim.old_url) != victim.old_counts
    with closing(Archive.open(victim.old_url)) as archive:
        found["lost"] += _old_counts(victim.old_url) != victim.old_counts
        found["half done"] += archive.schema() != tables.SCHEMA
    return found


def _old_counts(url: str) -> list[int]:
    with closing(Archive.reach(url)) as archive, archive.read() as connection:
        names = ("article", "event", "event_feed", "alias", "run", "sighting")
        counted = [text(f"SELECT count(*) FROM {name}") for name in names]
        return [connection.scalar(question) or 0 for question in counted]


def _articles(archive: Archive) -> list[tuple[Any, ...]]:
    """Return what the archive says of articles, but when each was last looked at."""
    columns = [it for it in tables.article.c if it.name != "last_seen_at"]
    with archive.read() as connection:
        rows = connection.execute(select(*columns).order_by(tables.article.c.id))
        return [tuple(row) for row in rows if json.loads(row.line)["headline"]]
