"""How right readings are, against the truth: every field, and the words of bodies."""

import os
from pathlib import Path

import pytest

from bench.readers import READERS
from bench.reading import THEMES, Case, of_captures, of_replica, read_all
from bench.scores import Tally, score

FIELDS = ("headline", "published_on", "authors", "categories")


def tally(cases: list[Case]) -> Tally:
    return Tally([score(read_all(case, READERS["diplonews"]), case.true) for case in cases])


@pytest.mark.parametrize("theme", THEMES)
def test_the_replicas_pages_are_read_without_an_error(theme: str) -> None:
    found = tally(list(of_replica(theme, 120)))

    assert {name: found.share(name) for name in FIELDS} == dict.fromkeys(FIELDS, 1.0)
    assert found.lowest() == 1.0


def test_captured_pages_are_read_as_a_person_reads_them() -> None:
    folder = os.environ.get("DIPLONEWS_CAPTURES")
    if not folder:
        pytest.skip("DIPLONEWS_CAPTURES names no folder of captured pages")
    found = tally(list(of_captures(Path(folder))))

    wanted = FIELDS[:3]
    assert {name: found.share(name) for name in wanted} == dict.fromkeys(wanted, 1.0)
    assert (found.share("f1") or 0) >= 0.99
    assert found.lowest() >= 0.97  # a caption that the person took for a paragraph
