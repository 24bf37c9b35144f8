"""A month or a year of the schedule, by a simulated clock, against a site that breaks.

    python -m bench.soak [--days 30] [--every HOURS] [--seed 1] [--json]

Runs start as deploy/ has them, every 15 minutes for each section, in this one process; with
``--every`` all of them every so many hours. Editors publish, edit, rename, withdraw and restore;
the site is down for hours and for three days, changes its theme, moves its categories, loses its
sitemap, answers 404 or leads home. Printed is what is amiss at last, what grew, how
much was asked beside the least that could have been, and which messages were sent.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.support.soaking import soak

WRONG = ("lost", "extra", "stale", "falsely withdrawn", "phantom edits", "differences")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--every", type=int, default=0, help="hours; 0: as deploy/ has it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="all marks, as one document")
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        found = soak(chosen.days, var, every_hours=chosen.every, seed=chosen.seed)
    is_well = not any(found["amiss"][name] for name in WRONG)
    if chosen.json:
        print(json.dumps(found))
        return 0 if is_well else 1
    marks = found.pop("marks")
    shown = marks[:: max(1, len(marks) // 12)]
    print(json.dumps(found, indent=1))
    for mark in shown if shown[-1] is marks[-1] else [*shown, marks[-1]]:
        print(json.dumps({name: round(value, 3) for name, value in mark.items()}))
    print(f"{chosen.days} days in {(time.monotonic() - started) / 60:.1f} minutes")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
