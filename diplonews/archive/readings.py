"""Two readings of one article: which says more; did the site change, or the reader.

Decided by an archived row and an article as read, without the database.
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

# Between a page's coming and its being read: they may fall into different seconds.
NEAR = timedelta(seconds=5)

# Of a body's runs of words, from where two readings are of the same words.
NEARLY_ALL = 0.8


# Words that a reader reads more of or less of: a name without "By", a headline without the site's.
SHORT_TEXTS = ("headline", "standfirst", "byline_raw")


def is_by_other_reader(before: Mapping[str, Any], read: Article) -> bool:
    """Tell whether another reader read the line of *before* than the one that read *read*."""
    return before.get("reader") != read.reader


def is_edit_of_reader(known: RowMapping, read: Article) -> bool:
    """Tell whether only another reader made the difference, as far as two lines show that.

    Asked where no capture is left of what was read before. It is the site's edit where the site
    says that it was changed since, where the categories are others, or where words stand in the
    place of others. Whole blocks of the body more or less are the reader's; so are a headline,
    standfirst and byline of which one reading has a part of the other's.
    """
    before, now = json.loads(known["line"]), as_keys(read)
    if not is_by_other_reader(before, read) or known["post_id"] != read.post_id:
        return False
    if _is_later(before.get("modified_at"), now.get("modified_at")):
        return False
    slugs = [sorted(of["slug"] for of in line.get("categories") or []) for line in (before, now)]
    is_filed_alike = slugs[0] == slugs[1] or not all(slugs)
    are_parts = (_is_part(before.get(name) or "", now.get(name) or "") for name in SHORT_TEXTS)
    if not is_filed_alike or not all(are_parts):
        return False
    return is_of_whole_blocks(before.get("body") or "", now.get("body") or "")


def _is_later(before: str | None, now: str | None) -> bool:
    return None not in (before, now) and now != before and str(now) > str(before)


def _is_part(one: str, other: str) -> bool:
    """Tell whether the words of one text stand in the other, in one piece."""
    short, long = sorted((f" {' '.join(text.split())} " for text in (one, other)), key=len)
    return not short.strip() or short in long


def says_more(known: RowMapping, read: Article) -> bool:
    """Tell whether reading a capture again gives other words or facts than are known."""
    before = json.loads(known["line"])
    assert read.fetched_at is not None
    is_older = read.fetched_at + NEAR < datetime.fromisoformat(before["fetched_at"])
    if known["status"] != "live" or is_older or is_guess_of(known, read):
        return False
    now = as_keys(read)
    ignored = {"url", "canonical_url"}
    if now.get("modified_raw") != before.get("modified_raw"):
        ignored |= {"modified_raw", "modified_at"}  # touched since, and nothing else was
    return bool(set(difference(before, now)["changed"]) - ignored)


def is_guess_of(known: RowMapping, read: Article) -> bool:
    """Tell whether a reading by the fallback is of the words that the theme's reading had.

    The fallback leaves something out or takes something in; where headline and nearly all of
    the body are the same, that is more likely than an edit (docs/decisions/0013).
    """
    if read.layout not in MAKESHIFT_LAYOUTS:
        return False
    before = json.loads(known["line"])
    # Lines of before 2026-11-27 have no layout.
    is_guess = "fallback" in (before.get("read_from") or {}).values()
    is_known_well = before.get("layout") not in MAKESHIFT_LAYOUTS and not is_guess
    is_same = fold(before.get("headline") or "") == fold(read.headline)
    if not is_known_well or not is_same:
        return False
    return likeness(before.get("body") or "", read.body) >= NEARLY_ALL
