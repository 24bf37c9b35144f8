"""Two readings of one article: which says more, and whether the site or the reader changed.

These functions compare an archived row with a new reading, without the database.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from diplonews.items import MAKESHIFT_LAYOUTS, Article
from diplonews.lines import as_keys, difference
from diplonews.normalise.edits import is_of_whole_blocks
from diplonews.normalise.likeness import likeness
from diplonews.normalise.names import fold

# A page may be received in one second and read in a later one.
NEAR = timedelta(seconds=5)

# Above this share of common word runs, two bodies have the same words.
NEARLY_ALL = 0.8

# Fields that a better reader makes shorter: it drops "By" before a name, or the site's name after
# a headline.
SHORT_TEXTS = ("headline", "standfirst", "byline_raw")


def is_by_other_reader(old_line: Mapping[str, Any], reading: Article) -> bool:
    """Tell whether archived line and *reading* are by different readers."""
    return old_line.get("reader") != reading.reader


def is_edit_of_reader(row: RowMapping, reading: Article) -> bool:
    """Tell whether only the reader made the difference, as far as two lines show that.

    Called where the capture of the old reading is gone. It was an edit where the site says so
    (``modified_at``), filed the article elsewhere, or replaced words. It was the reader where one
    body has more whole blocks, or one headline, standfirst or byline is part of the other.
    """
    old_line, new_line = json.loads(row["line"]), as_keys(reading)
    if not is_by_other_reader(old_line, reading) or row["post_id"] != reading.post_id:
        return False
    if _is_later(old_line.get("modified_at"), new_line.get("modified_at")):
        return False
    old_slugs, new_slugs = _slugs_of(old_line), _slugs_of(new_line)
    is_filed_alike = old_slugs == new_slugs or not (old_slugs and new_slugs)
    are_parts = (
        _is_part(old_line.get(name) or "", new_line.get(name) or "") for name in SHORT_TEXTS
    )
    if not is_filed_alike or not all(are_parts):
        return False
    return is_of_whole_blocks(old_line.get("body") or "", new_line.get("body") or "")


def _slugs_of(line: Mapping[str, Any]) -> list[str]:
    return sorted(category["slug"] for category in line.get("categories") or [])


def _is_later(old_time: str | None, new_time: str | None) -> bool:
    """Tell whether both times are there and the new one is later."""
    return old_time is not None and new_time is not None and new_time > old_time


def _is_part(one: str, other: str) -> bool:
    """Tell whether one text stands in the other in one piece."""
    short, long = sorted((f" {' '.join(text.split())} " for text in (one, other)), key=len)
    return not short.strip() or short in long


def says_more(row: RowMapping, reading: Article) -> bool:
    """Tell whether a capture that is read again has other words or facts than the archive."""
    old_line = json.loads(row["line"])
    assert reading.fetched_at is not None
    is_older = reading.fetched_at + NEAR < datetime.fromisoformat(old_line["fetched_at"])
    if row["status"] != "live" or is_older or is_guess_of(row, reading):
        return False
    new_line = as_keys(reading)
    ignored = {"url", "canonical_url"}
    if new_line.get("modified_raw") != old_line.get("modified_raw"):
        ignored |= {"modified_raw", "modified_at"}  # only the time of modification changed since
    return bool(set(difference(old_line, new_line)["changed"]) - ignored)


def is_guess_of(row: RowMapping, reading: Article) -> bool:
    """Tell whether a reading is a guess at the words of an archived one with a layout.

    A reading without a layout misses some words and has some too many. Where headline and nearly
    all of the body agree, that is likelier than an edit (docs/decisions/0013).
    """
    if reading.layout not in MAKESHIFT_LAYOUTS:
        return False
    old_line = json.loads(row["line"])
    # Lines from before 2026-11-27 have no layout.
    is_guess = "fallback" in (old_line.get("read_from") or {}).values()
    has_layout = old_line.get("layout") not in MAKESHIFT_LAYOUTS and not is_guess
    is_same = fold(old_line.get("headline") or "") == fold(reading.headline)
    if not has_layout or not is_same:
        return False
    return likeness(old_line.get("body") or "", reading.body) >= NEARLY_ALL
