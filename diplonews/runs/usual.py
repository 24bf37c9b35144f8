"""Tells when a section has far fewer new articles than it usually has at this hour. Pure.

A crawler can be blind and believe itself well: a listing that a cache froze, a category that the
editors no longer use. Each run is then sound, and only the day as a whole looks strange.
"""

from collections.abc import Sequence

DAYS = 28  # so that each day of the week is among them four times
LEAST = 3  # new articles on the poorest of these days; with fewer a day without is no wonder
SHARE = 1 / 3  # of the poorest day


def shortfall(counts: Sequence[int]) -> str:
    """Return what is strange about the number of new articles, in a sentence, or "".

    *counts* are those of 24 hours each, the last first: all of them end at this hour. Nothing is
    strange until ``DAYS`` days were crawled.

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
