"""Evidence of a run's answers: does the whole site fail, or only a page? Pure.

One page that always fails says nothing of the site. Several different pages that fail in a row do.
"""

# So many different pages must fail in a row: if nothing has answered yet, if something has, and if
# the site did not answer the last run either.
FEW_PAGES, MANY_PAGES, PAGES_AGAIN = 3, 5, 2

# Failures in a row without an answer, Scrapy's retries among them.
MOST_FAILURES, MOST_FAILURES_AGAIN = 9, 3


class Evidence:
    """Counts the failures since the last good answer."""

    def __init__(self) -> None:
        self.has_answered = False
        self.failures = 0  # in a row
        self.pages: set[str] = set()  # failed ones, in a row
        self.is_unreachable = False  # no connection was made, which is no page's fault

    def note_answer(self) -> None:
        self.has_answered = True
        self.failures = 0
        self.pages.clear()
        self.is_unreachable = False

    def note_failure(self, url: str, *, is_unreachable: bool = False) -> None:
        self.failures += 1
        self.pages.add(url)
        self.is_unreachable = is_unreachable

    def is_of_site(self, *, is_clear: bool, is_again: bool) -> bool:
        """Tell whether the whole site fails.

        *is_clear*: the last answer itself wanted no more requests. *is_again*: the site did not
        answer the last run either.
        """
        is_again = is_again and not self.has_answered
        most = PAGES_AGAIN if is_again else MANY_PAGES if self.has_answered else FEW_PAGES
        enough = MOST_FAILURES_AGAIN if is_again else MOST_FAILURES
        return len(self.pages) >= most and (is_clear or self.failures >= enough)

    def is_of_silent_site(self) -> bool:
        """Tell at a run's end whether the site answered none of the requests, however few."""
        return not self.has_answered and (len(self.pages) > 1 or self.is_unreachable)
