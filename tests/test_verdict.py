"""A run says of itself what happened, and never better."""

import pytest

from diplonews.runs.verdict import Outcome, judge


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome(), "unchanged"),
        (Outcome(listing_pages=3, articles=2), "unchanged"),
        (Outcome(listing_pages=3, articles=2, events=1), "ok"),
        (Outcome(articles=1, events=1), "ok"),
        (Outcome(listing_pages=3, listing_failures=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, article_failures=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, rejected=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, rejected=1, article_failures=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, rejected=1, listing_failures=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, fallbacks=2, events=2), "degraded"),
        (Outcome(listing_pages=3, articles=2, few=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, clocks=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, held=1), "degraded"),
        (Outcome(listing_pages=3, articles=2, is_finished=False), "degraded"),
        (Outcome(listing_failures=1), "broken"),
        (Outcome(listing_pages=3, article_failures=2), "broken"),
        (Outcome(listing_pages=3, article_failures=1), "degraded"),
        (Outcome(has_read=True, article_failures=1), "degraded"),
        (Outcome(article_failures=1), "broken"),
        (Outcome(listing_pages=3, articles=2, events=2, unwritten="disk full"), "broken"),
        (Outcome(is_finished=False), "broken"),
        (Outcome(crashes=1), "broken"),
        (Outcome(crashes=1, has_read=True), "degraded"),
        (Outcome(crashes=1, listing_pages=3, articles=2, events=2), "degraded"),
        (Outcome(unaccounted=1), "broken"),
        (Outcome(unaccounted=1, listing_pages=3), "degraded"),
        (Outcome(articles=1, events=1, unkept_values=1), "degraded"),
    ],
)
def test_the_verdict_is_the_worst_that_holds(outcome: Outcome, verdict: str) -> None:
    assert judge(outcome) == verdict
