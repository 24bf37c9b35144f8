"""Kill the crawler again and again while the site is edited; then nothing may be amiss.

    python -m bench.kill [--kills 200] [--seed 1] [--archive URL]

Each round editors publish, edit, withdraw, restore or rename; then a section's crawl or a
recheck is started and killed with SIGKILL at a random moment: in its start, a walk, a commit,
a publication. A follower reads the feeds all the time, by the recipe of docs/feeds.md. At last
each section's crawl and two rechecks may end. Then is counted what is lost, doubled, torn or
late, what the follower has wrong, and what ``scrapy verify`` says.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.support.killing import WRONG, torture


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", default="", help="a database URL; SQLite if none")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        counts = torture(chosen.kills, chosen.seed, Path(folder), chosen.archive)
    print(json.dumps(counts, indent=1))
    return 1 if any(counts[name] for name in WRONG) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
