"""The verdict on a run: ``unchanged``, ``ok``, ``degraded`` or ``broken``. Pure."""

from dataclasses import dataclass

EXIT_STATUS = {"unchanged": 0, "ok": 0, "degraded": 3, "broken": 4}

# Before the first request: a wrong argument or setting; another run has the section's lock
# (75 is EX_TEMPFAIL of sysexits.h, which schedulers know as "try again later").
WRONG_ARGUMENT = 2
LOCKED = 75


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of what a run met."""

    listing_pages: int = 0  # read pages of listings, REST or sitemap
    listing_failures: int = 0
    articles: int = 0  # read ones, accepted or not
    article_failures: int = 0  # still pending
    rejected: int = 0
    fallbacks: int = 0  # articles read without the theme's selectors
    held: int = 0  # held articles
    unkept_values: int = 0  # values without which articles are kept
    crashes: int = 0  # unexpected exceptions
    dead_workers: int = 0  # processes that read captures for the run
    unaccounted: int = 0  # requests without an end
    few: int = 0  # troubles about far fewer new articles than usual
    unerased: int = 0  # troubles about words of forgotten articles
    clocks: int = 0  # troubles about our clock, which makes times in feeds wrong
    events: int = 0
    has_read: bool = False  # any answer, also "not modified"
    is_finished: bool = True  # whether it ended by itself
    has_lost_lock: bool = False  # another run of the section may have begun
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
    # One failed page says nothing of the site, if anything else was read.
    most_failures = 1 if has_read else 0
    no_article = outcome.article_failures > most_failures and not outcome.articles
    has_failed = outcome.crashes or outcome.unaccounted or not outcome.is_finished
    if outcome.unwritten or no_listing or no_article or (has_failed and not has_read):
        return "broken"
    troubles = outcome.listing_failures + outcome.article_failures + outcome.rejected
    unsure = (
        outcome.fallbacks or outcome.clocks or outcome.few or outcome.held or outcome.unkept_values
    ) or (outcome.unerased or outcome.dead_workers)
    if troubles or unsure or has_failed:
        return "degraded"
    return "ok" if outcome.events else "unchanged"
