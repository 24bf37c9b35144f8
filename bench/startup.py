"""What it costs to start: an unchanged recrawl beside a bare spider that asks for one page.

    python -m bench.startup [--rounds 10]

CPU seconds (user and system) of whole processes, which are started in turn. Printed are the
least and the median of each and, as ratios to the bare spider, those of an unchanged recrawl.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from diplonews.demo import Replica

PROJECT = Path(__file__).parents[1]
BARE = """
import sys
import scrapy
from scrapy.crawler import CrawlerProcess

class Bare(scrapy.Spider):
    name = "bare"
    start_urls = [sys.argv[1]]

    def parse(self, response):
        self.logger.info("%s", len(response.body))

process = CrawlerProcess({"TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
process.crawl(Bare)
process.start()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, Replica(articles=60) as replica:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        crawl = [sys.executable, "-m", "scrapy", "crawl", "security"]
        environment = {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": f"{folder}/var"}
        cpu_seconds(crawl, environment)  # which is to find nothing new from now on
        commands = {
            "bare spider, one request": [sys.executable, str(bare), f"{replica.origin}/feed/"],
            "unchanged recrawl": crawl,
            "scrapy version, in the project": [sys.executable, "-m", "scrapy", "version"],
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(cpu_seconds(command, environment))
    least = {name: min(times) for name, times in taken.items()}
    middle = {name: median(times) for name, times in taken.items()}
    (base, *_) = commands
    for name in commands:
        ratios = f"{least[name] / least[base]:.2f} and {middle[name] / middle[base]:.2f}"
        print(f"{name:32}{least[name]:6.2f} s{middle[name]:8.2f} s, ratios {ratios}")


def cpu_seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Return what a command took, of user and system; it has to end well."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: expected exit 0, found {process.returncode}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
