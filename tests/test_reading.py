"""How right readings are, against the truth: every field, and the words of bodies."""

import os
from pathlib import Path

import pytest

from tests.support.readers import READERS
from tests.support.scores import Tally, score
from tests.support.sets import THEMES, Case, of_captures, of_replica
from tests.support.withheld import articles, is_as_good, read_all, wrong_listings

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


def test_with_our_layouts_withheld_all_is_read_as_well_as_trafilatura_reads_it() -> None:
    found = articles(30)

    assert {name for name, tallies in found.items() if not is_as_good(tallies)} == set()
    for ours, theirs in (tallies.values() for tallies in found.values()):
        assert ours.share("headline") == 1.0
        assert (ours.share("published_on") or 0) >= (theirs.share("published_on") or 0)


def test_with_our_layouts_withheld_a_captured_listing_has_its_members_and_no_other() -> None:
    folder = os.environ.get("DIPLONEWS_CAPTURES")
    if not folder:
        pytest.skip("DIPLONEWS_CAPTURES names no folder of captured pages")

    assert wrong_listings(Path(folder)) == {}
