"""Killed whenever, a command that rewrites an archive leaves it as before or as it is to be."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.support.killing_commands import NAMES, WRONG, torture_commands

KILLS = max(1, int(os.environ.get("DIPLONEWS_KILLS", "4")) // len(NAMES)) * len(NAMES)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return a function that names an empty database each time."""
    if request.param == "postgresql":
        url: Callable[[], str] = request.getfixturevalue("cluster").new_database
        return url
    numbers = count(1)
    return lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.sqlite'}"


def test_backup_restore_adopt_and_migrate(new_url: Callable[[], str], tmp_path: Path) -> None:
    counts = torture_commands(KILLS, seed=1, folder=tmp_path, new_url=new_url)

    assert counts["killed"] == KILLS
    assert {counts[f"killed in {name}"] for name in NAMES} == {KILLS // len(NAMES)}
    assert {name: counts[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
