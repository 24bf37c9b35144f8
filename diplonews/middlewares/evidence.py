"""What a run's answers say: does the site fail, or a page of it? Pure.

One page that always fails says nothing of the site, however often it is asked. Several
different ones in a row do.
"""

# Different pages in a row that did not answer: where nothing has answered yet, where
# something has, and where the site did not answer the run before either.
FEW_PAGES, MANY_PAGES, PAGES_AGAIN = 3, 5, 2

# Failures in a row, Scrapy's retries among them, where no answer says why.
MOST_FAILURES, MOST_FAILURES_AGAIN = 9, 3


class Evidence:
    """Counts what answered and, since then, what did not."""

    def __init__(self) -> None:
        self.has_answered = False
        self.failures = 0  # in a row
        self.pages: set[str] = set()  # that failed in a row
        self.is_unreachable = False  # nothing took the connection: no page's own fault

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
        """Tell whether it is the site that fails.

        *is_clear* where the last answer itself said that it wants no requests; *is_again*
        where the site did not answer the run before.
        """
        is_again = is_again and not self.has_answered
        most = PAGES_AGAIN if is_again else MANY_PAGES if self.has_answered else FEW_PAGES
        enough = MOST_FAILURES_AGAIN if is_again else MOST_FAILURES
        return len(self.pages) >= most and (is_clear or self.failures >= enough)

    def is_of_silent_site(self) -> bool:
        """Tell at a run's end whether the site answered nothing, however little it was asked."""
        return not self.has_answered and (len(self.pages) > 1 or self.is_unreachable)
