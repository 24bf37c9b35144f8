"""What a run says of itself: ``unchanged``, ``ok``, ``degraded`` or ``broken``. Pure."""

from dataclasses import dataclass

EXIT_STATUS = {"unchanged": 0, "ok": 0, "degraded": 3, "broken": 4}

# Before the first request: a wrong argument or setting; another run holds the section's lock
# (75 is EX_TEMPFAIL of sysexits.h, which schedulers know as "try again later").
WRONG_ARGUMENT = 2
LOCKED = 75


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run met, counted."""

    listing_pages: int = 0  # read; of categories, REST or sitemap
    listing_failures: int = 0
    articles: int = 0  # read, whether or not they were accepted
    article_failures: int = 0  # still pending
    rejected: int = 0
    fallbacks: int = 0  # articles read, but not by the theme's selectors
    held: int = 0  # articles that are gone, too many to be withdrawn unasked
    unkept_values: int = 0  # of articles that are kept without them
    crashes: int = 0  # exceptions that nobody foresaw
    unaccounted: int = 0  # requests that nobody heard of again
    few: int = 0  # new articles in a day, against what is usual
    unerased: int = 0  # words of forgotten articles that could not be erased
    clocks: int = 0  # ours is far from the site's: times in the feeds are wrong
    events: int = 0
    has_read: bool = False  # any answer, also one that says that nothing has changed
    is_finished: bool = True  # ended by itself
    has_lost_lock: bool = False  # so another run of the section may have begun
    unwritten: str = ""  # why the archive or a feed could not be written


def judge(outcome: Outcome) -> str:
    """Return the verdict on a run.

    >>> judge(Outcome(listing_pages=1)), judge(Outcome(listing_pages=1, listing_failures=1))
    ('unchanged', 'degraded')
    """
    if outcome.has_lost_lock and not outcome.unwritten:
        return "degraded"
    no_listing = outcome.listing_failures and not outcome.listing_pages
    has_read = outcome.has_read or outcome.listing_pages or outcome.articles
    # One page that fails says nothing of the site, where anything else of it was read.
    most_failures = 1 if has_read else 0
    no_article = outcome.article_failures > most_failures and not outcome.articles
    has_failed = outcome.crashes or outcome.unaccounted or not outcome.is_finished
    if outcome.unwritten or no_listing or no_article or (has_failed and not has_read):
        return "broken"
    troubles = outcome.listing_failures + outcome.article_failures + outcome.rejected
    unsure = (
        outcome.fallbacks or outcome.clocks or outcome.few or outcome.held or outcome.unkept_values
    ) or outcome.unerased
    if troubles or unsure or has_failed:
        return "degraded"
    return "ok" if outcome.events else "unchanged"
