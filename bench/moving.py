"""Move an archive from SQLite to PostgreSQL and back; its feeds have to be the same, byte by byte.

    python -m bench.moving [--articles 2000]

The replica is crawled, a backup is restored into a PostgreSQL of our own, backed up there, and
restored into SQLite. Each place writes its feeds from nothing.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path

from diplonews import site
from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.feeds import files
from tests.support.postgresql import Cluster


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2_000)
    chosen = parser.parse_args(arguments)
    cluster = Cluster.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            digests = move(chosen.articles, Path(folder), cluster)
    finally:
        cluster.stop()
    return 0 if len(set(digests)) == 1 else 1


def move(articles: int, folder: Path, cluster: Cluster) -> list[str]:
    """Crawl, move there and back; return the fingerprint of each place's feeds."""
    with Replica(articles=articles) as replica:
        first = Crawl(replica.origin, folder / "sqlite" / "var")
        for spider in site.SECTIONS:
            first(spider)
        first("recheck")
    settings = {"DIPLONEWS_ARCHIVE": cluster.new_database()}
    second = Crawl(replica.origin, folder / "postgresql" / "var", settings)
    third = Crawl(replica.origin, folder / "back" / "var")
    digests = [digest(first)]
    for source, target in ((first, second), (second, third)):
        backup = str(source.var.parent / "backup.tar")
        timed(source, "backup", backup)
        timed(target, "restore", backup)
        digests.append(digest(target))
    return digests


def timed(crawl: Crawl, *arguments: str) -> None:
    started = time.monotonic()
    done = crawl.call(*arguments)
    print(f"{arguments[0]}: exit {done.returncode}, {time.monotonic() - started:.1f} s")
    print(done.stdout + done.stderr)


def digest(crawl: Crawl) -> str:
    """Return the fingerprint of all feed lines."""
    fingerprint = hashlib.sha256()
    found = files(crawl.var / "feeds")
    for name in sorted(found):
        fingerprint.update(name.encode() + found[name])
    count = sum(content.count(b"\n") for content in found.values())
    print(f"{crawl.var.parent.name}: {len(found)} files, {count} lines, {fingerprint.hexdigest()}")
    return fingerprint.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
