"""A short form of `python -m bench.soak`: some days of a schedule, at a site that breaks."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_two_days_of_disturbances_lose_and_invent_nothing() -> None:
    command = [sys.executable, "-m", "bench.soak", "--days", "2", "--every", "6", "--json"]

    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert sum(found["disturbances"].values()) == 13
    assert found["acts"]["publish"] > 5
    assert found["amiss"]["withdrawn"] > 0
    assert found["counts"]["runs ok"] > 5
    assert found["counts"]["runs broken"] > 0
    assert set(found["amiss"]) >= {"lost", "falsely withdrawn", "phantom edits"}
    assert len({mark["handles"] for mark in found["marks"]}) == 1
