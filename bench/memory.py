"""The peak memory of one crawl of the whole replica: 10,000 articles, by the command line.

    python -m bench.memory [articles]

Prints articles, pages, seconds, and the crawler's peak resident memory as the kernel counted
it for the finished process.
"""

import os
import resource
import subprocess
import sys
import tempfile
from time import monotonic

from diplonews.demo import Replica


def main(articles: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Replica(articles=articles) as replica:
        environment = os.environ | {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": folder}
        command = [sys.executable, "-m", "scrapy", "crawl", "ecowas", "-L", "WARNING"]
        started = monotonic()
        done = subprocess.run(command, env=environment, check=False)
        seconds = monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        known = len(replica.truth("ecowas"))
        print(f"articles on the site: {articles:,}, in ECOWAS: {known:,}")
        print(f"exit status: {done.returncode}, pages asked: {len(replica.requests):,}")
        print(f"seconds: {seconds:.0f}, peak memory of the crawler: {peak:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
