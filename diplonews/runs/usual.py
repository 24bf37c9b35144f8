"""Finds out when a section has far fewer new articles than usual at this hour. Pure.

A crawler can miss articles and notice nothing: a cache shows an old listing, or editors no longer
use a category. Then each run is sound, and only the whole day is unusual.
"""

from collections.abc import Sequence

DAYS = 28  # each day of the week four times
LEAST = 3  # new articles on the poorest day; with fewer, a day without any is usual
SHARE = 1 / 3  # of the poorest day


def shortfall(counts: Sequence[int]) -> str:
    """Return a sentence if the number of new articles is unusual; else an empty text.

    *counts* are those of 24 hours each, the last first; all of them end at this hour. Before
    ``DAYS`` days were crawled, nothing counts as unusual.

    >>> shortfall([0, *[12] * 28]).rpartition(", ")[2], shortfall([4, *[12] * 28])
    ('found 0', '')
    """
    last, *earlier = counts
    if len(earlier) < DAYS:
        return ""
    poorest = min(earlier[:DAYS])
    if poorest < LEAST or last >= poorest * SHARE:
        return ""
    usual = sorted(earlier[:DAYS])[DAYS // 2]
    return (
        f"expected some {usual} new articles in 24 hours, never fewer than {poorest} in {DAYS} "
        f"days, found {last}"
    )
