"""What a recrawl asks of the site, by how much is new: beside two ways that remember less.

    python -m bench.recrawl [articles]

A replica of 2,000 articles is crawled once; then editors publish k articles, spread over the
countries, and ECOWAS is crawled again, in three ways: as the schedule does it; with every
listing page walked (``-a backfill=yes``, known articles left alone), which is how most
incremental crawlers work; and with an empty archive, which is how the others do. Counted is
what the replica was asked, but for the later pages of split articles. The bound is 2 + c + k,
where c is the number of categories with something new.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from diplonews import site
from diplonews.demo import Replica
from tests.support.asked import requests_but_split_pages

NEW = (0, 1, 10, 100)
COUNTRIES = [category.slug for category in site.ECOWAS if category.country]


def main(articles: int) -> int:
    table = Table(title=f"Requests to recrawl ECOWAS; {articles:,} articles on the site")
    for heading in ("new (k)", "categories (c)", "bound", "recrawl", "every listing", "no memory"):
        table.add_column(heading, justify="right")
    is_within = True
    with tempfile.TemporaryDirectory() as folder, Replica(articles=articles) as replica:
        var = Path(folder) / "var"
        for spider in ("ecowas", "recheck"):
            crawl(replica, var, spider)
        for count in NEW:
            among = [COUNTRIES[n % len(COUNTRIES)] for n in range(count)]
            for slug in among:
                replica.publish([slug])
            shutil.copytree(var, Path(folder) / f"backfill-{count}")
            every = crawl(replica, Path(folder) / f"backfill-{count}", "ecowas", "backfill=yes")
            asked = crawl(replica, var, "ecowas")
            whole = crawl(replica, Path(folder) / f"empty-{count}", "ecowas")
            bound = 2 + len(set(among)) + count
            is_within = is_within and asked <= bound
            cells = (count, len(set(among)), bound, asked, every, whole)
            table.add_row(*(f"{cell:,}" for cell in cells))
    Console().print(table)
    return 0 if is_within else 1


def crawl(replica: Replica, var: Path, spider: str, *arguments: str) -> int:
    """Return how many requests a crawl took; it must end well."""
    replica.clear_requests()
    environment = os.environ | {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": str(var)}
    options = [part for argument in arguments for part in ("-a", argument)]
    command = [sys.executable, "-m", "scrapy", "crawl", spider, *options, "-L", "WARNING"]
    subprocess.run(command, env=environment, check=True)
    return requests_but_split_pages(replica)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
