"""What reading a captured page again costs, in parses of the same page by lxml.

    python -m bench.reparse [--pages 480] [--rounds 5]

Real pages of the theme, from the folder that ``DIPLONEWS_CAPTURES`` names, each many times:
under another address and number, and with the words of each paragraph in another order, so that
none is a copy of another. They are put into a VAR as captures, packed as a server packs them, and
read for the first time. Then ``scrapy crawl reparse`` is called in turn with one worker and with
two, on pages that say the same as before and on pages of which an older reader had lost the last
paragraph; and lxml parses the same bodies. Printed are medians of CPU (of all processes) and of
the time that passed, net of a reparse without pages, and the peak memory of the largest process.
"""

import argparse
import gzip
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic, process_time

import lxml.html
from rich.console import Console
from rich.table import Table

from diplonews import site
from diplonews.archive import Archive
from diplonews.archive.captures import CaptureWriter, Received
from tests.support.older import LastParagraphLost, with_fault

PROJECT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# Articles of one page each, in languages with spaces between words.
PAGES = {
    "heartlandnewsfeed.com/article-christian": "/2023/10/27/christian-county-police-blotters/",
    "nowgrenada.com/article-pm": "/2022/04/pm-attends-financial-access-roundtable-in-barbados/",
    "retrobowl.me/article-all-about": (
        "/all-about-retro-bowl-the-addictive-retro-football-phenomenon"
    ),
    "retrobowl.me/article-best-team": "/best-team-in-retro-bowl",
    "retrobowl.me/article-how-to-cut": "/how-to-cut-players-in-retro-bowl-2",
}
WORDS = re.compile(r"(?<=>)[^<>{}]{40,}(?=<)")  # of an element; no script or style sheet
NUMBER = re.compile(r"(?<=postid-)\d+|(?<=\?p=)\d+")


@dataclass(frozen=True)
class Taken:
    """What one process took with its children; and its largest process."""

    cpu: float  # seconds
    wall: float
    peak: float  # MiB


def pages(folder: Path, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield addresses and bodies of so many articles, none of them a copy of another."""
    choose = Random(1)
    sources = [
        ((folder / f"{name}.html").read_text(errors="replace"), path)
        for name, path in PAGES.items()
    ]
    for number in range(1, count + 1):
        source, path = sources[number % len(sources)]
        url = f"{site.ORIGIN}/talks-{number}/"
        source = re.sub(rf"https?://[\w.]+{re.escape(path)}", url, source)
        source = NUMBER.sub(str(number), source)
        yield url, WORDS.sub(lambda found: _shuffled(found, choose), source).encode()


def _shuffled(found: "re.Match[str]", choose: Random) -> str:
    words = found[0].split()
    choose.shuffle(words)
    return " ".join(words)


def fill(var: Path, folder: Path, count: int) -> list[bytes]:
    """Keep pages as captures, and have their addresses pending; return the bodies."""
    bodies = []
    writer = CaptureWriter(var / "captures", "20261120T120000Z-security", NOW)
    headers = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Encoding", "gzip")]
    var.mkdir()
    archive = Archive.open(f"sqlite:///{var}/archive.sqlite")
    for number, (url, body) in enumerate(pages(folder, count)):
        at = NOW + timedelta(seconds=number)
        writer.write(Received(url, [], at, 200, headers, gzip.compress(body)))
        archive.addresses.want(url, at)
        bodies.append(body)
    writer.close()
    archive.close()
    return bodies


def reparse(var: Path, workers: int, *arguments: str, verdicts: tuple[str, ...]) -> Taken:
    """Read the captures again; what it took. It has to end well."""
    command = [sys.executable, "-m", "scrapy", "crawl", "reparse", "-L", "WARNING", *arguments]
    environment = os.environ | {
        "DIPLONEWS_VAR": str(var),
        "DIPLONEWS_CONTACT": "us@site.example",
        "DIPLONEWS_EXECUTOR": str(workers),
    }
    return call(command, environment, verdicts)


def call(command: list[str], environment: Mapping[str, str], verdicts: tuple[str, ...]) -> Taken:
    """Return what a command took, of its children too: they are waited for by itself."""
    began = monotonic()
    process = os.posix_spawn(sys.executable, command, environment)
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if str(code) not in verdicts:
        raise SystemExit(f"{' '.join(command)}: expected exit {verdicts}, found {code}")
    return Taken(usage.ru_utime + usage.ru_stime, monotonic() - began, usage.ru_maxrss / 1024)


def by_lxml(bodies: list[bytes]) -> float:
    """Return the CPU seconds in which lxml parses all *bodies*."""
    began = process_time()
    for body in bodies:
        lxml.html.fromstring(body)
    return process_time() - began


def middle(taken: list[Taken], without: Taken) -> Taken:
    """Return the medians, net of what a reparse *without* pages takes."""
    return Taken(
        median(one.cpu for one in taken) - without.cpu,
        median(one.wall for one in taken) - without.wall,
        max(one.peak for one in taken),
    )


def measure(folder: Path, count: int, rounds: int) -> int:
    os.chdir(PROJECT)
    with tempfile.TemporaryDirectory() as scratch:
        var, empty = Path(scratch) / "var", Path(scratch) / "empty"
        bodies = fill(var, folder, count)
        reparse(var, 1, *with_fault(LastParagraphLost), verdicts=("0",))
        older = Path(scratch) / "older"
        shutil.copytree(var, older)
        reparse(var, 1, verdicts=("0",))
        taken: dict[tuple[str, int], list[Taken]] = {}
        parses, starts = [], []
        for _ in range(rounds):
            parses.append(by_lxml(bodies))
            starts.append(reparse(empty, 1, verdicts=("0",)))
            for workers in (1, 2):
                same = reparse(var, workers, verdicts=("0",))
                taken.setdefault(("the same", workers), []).append(same)
                again = Path(scratch) / "again"
                shutil.copytree(older, again)
                other = reparse(again, workers, verdicts=("0",))
                taken.setdefault(("a paragraph more", workers), []).append(other)
                shutil.rmtree(again)
    print_table(taken, median(parses), starts, count)
    return 0


def print_table(
    taken: dict[tuple[str, int], list[Taken]], parse: float, starts: list[Taken], count: int
) -> None:
    start = Taken(median(of.cpu for of in starts), median(of.wall for of in starts), 0)
    title = f"{count} pages; lxml parses one in {parse / count * 1000:.2f} ms"
    table = Table("pages say", "workers", title=title)
    for heading in ("CPU, ms", "in parses", "wall, ms", "times as fast", "peak, MiB"):
        table.add_column(heading, justify="right")
    for (kind, workers), all_taken in sorted(taken.items()):
        here = middle(all_taken, start)
        one = middle(taken[kind, 1], start)
        figures = (
            f"{here.cpu / count * 1000:.2f}", f"{here.cpu / parse:.2f}",
            f"{here.wall / count * 1000:.2f}", f"{one.wall / here.wall:.2f}", f"{here.peak:.0f}",
        )  # fmt: skip
        table.add_row(kind, str(workers), *figures)
    Console(width=100).print(table)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reparse")
    parser.add_argument("--pages", type=int, default=480)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    folder = os.environ.get("DIPLONEWS_CAPTURES")
    if not folder:
        parser.error("DIPLONEWS_CAPTURES: expected a folder of captured pages, found none")
    return measure(Path(folder), asked.pages, asked.rounds)


if __name__ == "__main__":
    sys.exit(main())
