"""Doubts of a walk: the reasons why its notes may lack members. Each is reported once."""

from diplonews.pages.listing import ListingPage
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind


class Doubts:
    """Reports the troubles of one walk, and knows whether the walk may have left out members."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.may_lack_members = False
        self.has_guessed = False  # a page was read without a layout
        self.sentences: set[str] = set()  # reported ones

    def note_trouble(self, url: str, why: str) -> None:
        """Report what was wrong with a page, each time."""
        self.run.note_trouble(Kind.LISTING, url, why)

    def note_lack(self, url: str, why: str) -> None:
        """Report why members may be missing."""
        self.may_lack_members = True
        if self._is_new(why):
            self.note_trouble(url, why)

    def note_guess(self, url: str) -> None:
        """Report that a page's members were found without a layout."""
        if not self.has_guessed:
            self.has_guessed = self.may_lack_members = True
            self.run.note_trouble(
                Kind.FALLBACK, url, "members recognised by links to known articles"
            )

    def note_unreadable(self, listing: ListingPage, url: str) -> None:
        """Report the members whose link leads nowhere.

        Another walk would not help. The next recheck finds them in REST or the sitemap.
        """
        for why in filter(self._is_new, listing.unreadable):
            self.run.note_trouble(Kind.REJECTED, url, why)
            self.run.archive.surfaces.ask_for_audit()

    def _is_new(self, why: str) -> bool:
        is_new = why not in self.sentences
        self.sentences.add(why)
        return is_new
