"""Kill the crawler again and again while the site is edited; then nothing may be amiss.

    python -m bench.kill [--kills 200] [--seed 1] [--archive URL|postgresql] [--machines 2]

Each round editors publish, edit, withdraw, restore or rename; then a section's crawl or a
recheck is started and killed with SIGKILL at a random moment: in its start, a walk, a commit,
a publication. A follower reads the feeds all the time, by the recipe of docs/feeds.md. At last
each section's crawl and two rechecks may end. Then is counted what is lost, doubled, torn or
late, what the follower has wrong, and what ``scrapy verify`` says.

    python -m bench.kill --during backup,restore,adopt,migrate [--kills 200] [--archive postgresql]
    python -m bench.kill --during forget,prune [--kills 200] [--archive postgresql]

    python -m bench.kill --during reparse [--kills 30] [--archive postgresql]

Each round one of these commands is killed instead. Then the archive has to be as before or as it
is to be, and to agree with its feeds.

``--archive postgresql`` starts a server of its own for the time. Several machines share such an
archive and nothing else: each has its feeds, and a follower.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from tests.support.killing import WRONG, torture
from tests.support.killing_commands import NAMES, torture_commands
from tests.support.killing_commands import WRONG as COMMANDS_WRONG
from tests.support.killing_erasure import ERASURE, torture_erasure
from tests.support.killing_erasure import WRONG as ERASURE_WRONG
from tests.support.killing_reparse import REPARSE, torture_reparse
from tests.support.killing_reparse import WRONG as REPARSE_WRONG
from tests.support.postgresql import Cluster

ALL = (*NAMES, *ERASURE, REPARSE)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", default="", help="a database URL; SQLite if none")
    parser.add_argument("--machines", type=int, default=1, help="several need PostgreSQL")
    parser.add_argument("--during", default="", help=f"commands: {', '.join(ALL)}")
    chosen = parser.parse_args(arguments)
    if chosen.during == REPARSE:
        return kill_reparse(chosen)
    if chosen.during and set(chosen.during.split(",")) <= set(ERASURE):
        return kill_erasure(chosen)
    if chosen.during:
        return kill_commands(chosen)
    if chosen.machines > 1 and not chosen.archive:
        parser.error("several machines: expected --archive postgresql or a URL, found none")
    with tempfile.TemporaryDirectory() as folder, database(chosen.archive) as archive:
        counts = torture(chosen.kills, chosen.seed, Path(folder), archive, chosen.machines)
    print(json.dumps(counts, indent=1))
    return 1 if any(counts[name] for name in WRONG) else 0


def kill_erasure(chosen: argparse.Namespace) -> int:
    """Kill commands that erase, on a site that goes on, and let the next run end each time."""
    commands = tuple(chosen.during.split(","))
    with tempfile.TemporaryDirectory() as folder, database(chosen.archive) as archive:
        counts = torture_erasure(chosen.kills, chosen.seed, Path(folder), archive, commands)
    print(json.dumps(counts, indent=1))
    return 1 if any(counts[name] for name in ERASURE_WRONG) else 0


def kill_reparse(chosen: argparse.Namespace) -> int:
    """Kill `reparse` by two workers, whose articles all come out otherwise each time."""
    with tempfile.TemporaryDirectory() as folder, database(chosen.archive) as archive:
        counts = torture_reparse(chosen.kills, chosen.seed, Path(folder), archive)
    print(json.dumps(counts, indent=1))
    return 1 if any(counts[name] for name in REPARSE_WRONG) else 0


def kill_commands(chosen: argparse.Namespace) -> int:
    """Kill commands that rewrite an archive, of SQLite or of a PostgreSQL of our own."""
    names = tuple(chosen.during.split(","))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as undo:
        numbers = count(1)

        def new_url() -> str:
            return f"sqlite:///{folder}/{next(numbers)}.sqlite"

        if chosen.archive == "postgresql":
            cluster = Cluster.start()
            undo.callback(cluster.stop)
            new_url = cluster.new_database
        counts = torture_commands(chosen.kills, chosen.seed, Path(folder), new_url, names)
    print(json.dumps(counts, indent=1))
    return 1 if any(counts[name] for name in COMMANDS_WRONG) else 0


@contextmanager
def database(archive: str) -> Iterator[str]:
    """Give the archive's URL; that of a new server's database, where one is asked for."""
    if archive != "postgresql":
        yield archive
        return
    cluster = Cluster.start()
    try:
        yield cluster.new_database()
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
