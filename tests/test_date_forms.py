"""Dates in the forms that WordPress, its themes and its plugins print, one a line of a file.

``cases/printed_dates.jsonl``: ``at`` is the time in Lagos, to the day where the page tells no
more; empty where the text is no date. Numbers alone are day first.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from diplonews.errors import UnreadableError
from diplonews.normalise.dates import parse_date

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAGOS = ZoneInfo("Africa/Lagos")
LINES = (Path(__file__).parent / "cases/printed_dates.jsonl").read_text().splitlines()
CASES = [(case["raw"], case["at"]) for case in map(json.loads, LINES)]


def read(raw: str) -> str:
    moment = parse_date(raw, NOW, LAGOS, is_day_first=True)
    local = moment.at.astimezone(LAGOS)
    if moment.precision in {"day", "latest"} and local.hour == local.minute == 0:
        return local.strftime("%Y-%m-%d")
    return local.strftime("%Y-%m-%dT%H:%M:%S" if local.second else "%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(("raw", "at"), [case for case in CASES if case[1]])
def test_a_date_is_read_in_the_form_it_is_printed(raw: str, at: str) -> None:
    assert read(raw) == at


@pytest.mark.parametrize("raw", [raw for raw, at in CASES if not at])
def test_what_is_no_date_is_not_read_as_one(raw: str) -> None:
    with pytest.raises(UnreadableError, match="expected a d"):
        read(raw)
