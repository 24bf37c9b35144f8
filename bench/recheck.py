"""What a recheck asks of the site to find every edit, withdrawal and restoration.

    python -m bench.recheck [articles]

A replica of 2,000 articles is crawled; then editors edit, withdraw and restore articles taken
from all over it, and it is rechecked, once with REST open, once with nothing but a sitemap.
Counted is what the replica was asked, but for the later pages of split articles, and for
redirects, which WordPress makes of a dead address that another one begins like. The bound is
one request for each hundred articles and one for each change. "Told" is how many of the changes
were in the feeds after the recheck (withdrawals: after the second), "false" how many events
told what nobody did.

A sitemap does not tell categories. So the first rechecks with nothing better read, once, what
stands in no section, a hundred articles a time; what that cost is the row "audit".
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from diplonews import site
from diplonews.demo import Replica
from tests.support.asked import requests_but_split_pages

CHANGES = (0, 1, 10, 100)
MOST_PAGES = 3  # of a surface, where nothing changed
KINDS = {"edit": "updated", "withdraw": "withdrawn", "restore": "restored"}


class Bench:
    """A replica that was crawled, and what rechecks of it cost."""

    def __init__(self, replica: Replica, var: Path, table: Table) -> None:
        self.replica = replica
        self.var = var
        self.table = table
        self.is_within = True
        self.choose = Random(1)
        for spider in site.SECTIONS:
            self.crawl(spider)

    def measure(self, surface: str) -> None:
        self._audit(surface)
        for count in CHANGES:
            self._measure(surface, "edit", self._some(count), rechecks=1)
        gone = self._some(10)
        self._measure(surface, "withdraw", gone, rechecks=2)
        self._measure(surface, "restore", gone, rechecks=1)

    def _audit(self, surface: str) -> None:
        """Recheck until nothing is left that was never found."""
        asked = [self.crawl("recheck")]
        while len(asked) < 2 or asked[-1] != asked[-2] or asked[-1] > MOST_PAGES:
            asked.append(self.crawl("recheck"))
        self.table.add_row(surface, "audit", "", "", f"{sum(asked):,}", "", "")

    def _some(self, count: int) -> list[int]:
        known = {number for section in site.SECTIONS for number in self.replica.truth(section)}
        return self.choose.sample(sorted(known), count)

    def _measure(self, surface: str, act: str, numbers: list[int], rechecks: int) -> None:
        before = self.events()
        for number in numbers:
            self._do(act)(number)
        asked = [self.crawl("recheck") for _ in range(rechecks)]
        new = self.events() - before
        told = sum((number, KINDS[act]) in new for number in numbers)
        false = len(new) - told
        bound = -(-len(self.replica.truth()) // 100) + len(numbers)
        self.is_within &= max(asked) <= bound and told == len(numbers) and not false
        each = " and ".join(f"{of:,}" for of in asked)
        cells = (len(numbers), bound, each, told, false)
        self.table.add_row(surface, act, *map(str, cells))

    def _do(self, act: str) -> Callable[[int], Any]:
        if act == "edit":
            return lambda number: self.replica.edit(number, paragraph="More is known by now.")
        return self.replica.withdraw if act == "withdraw" else self.replica.restore

    def crawl(self, spider: str) -> int:
        """Return how many requests a crawl took; it must end well."""
        self.replica.clear_requests()
        environment = os.environ | {
            "DIPLONEWS_SITE": self.replica.origin,
            "DIPLONEWS_VAR": str(self.var),
            "DIPLONEWS_WITHDRAW_SECONDS": "0",
        }
        command = [sys.executable, "-m", "scrapy", "crawl", spider, "-L", "WARNING"]
        subprocess.run(command, env=environment, check=True)
        return requests_but_split_pages(self.replica)

    def events(self) -> Counter[tuple[int, str]]:
        """Return how often the feeds tell of each article's events, whatever the section."""
        lines = {
            (line["seq"], line["post_id"], line["event"])
            for file in (self.var / "feeds/changes").glob("*/*.jsonl")
            for line in map(json.loads, file.read_text().splitlines())
        }
        return Counter((number, kind) for _, number, kind in lines)


def main(articles: int) -> int:
    table = Table(title=f"Requests to recheck; {articles:,} articles on the site")
    for heading in ("surface", "change", "count", "bound", "recheck", "told", "false"):
        table.add_column(heading, justify="right")
    is_within = True
    for surface in ("REST", "sitemap"):
        with tempfile.TemporaryDirectory() as folder, Replica(articles=articles) as replica:
            replica.rest_open = surface == "REST"
            bench = Bench(replica, Path(folder), table)
            bench.measure(surface)
            is_within &= bench.is_within
    Console().print(table)
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
