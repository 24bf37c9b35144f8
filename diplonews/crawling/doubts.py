"""Doubts of a walk: why members may be missing from what it noted. Each is reported once."""

from diplonews.pages.listing import ListingPage
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind


class Doubts:
    """Tells the troubles of one walk, and knows whether it may have left out members."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.may_lack_members = False
        self.has_guessed = False  # a page was read without a layout
        self.sentences: set[str] = set()  # that were reported

    def note_trouble(self, url: str, why: str) -> None:
        """Tell what was wrong with a page, as often as it is met."""
        self.run.note_trouble(Kind.LISTING, url, why)

    def note_lack(self, url: str, why: str) -> None:
        """Tell why members may have been left out."""
        self.may_lack_members = True
        if self._is_new(why):
            self.note_trouble(url, why)

    def note_guess(self, url: str) -> None:
        """Tell that a page's members were found without a layout."""
        if not self.has_guessed:
            self.has_guessed = self.may_lack_members = True
            self.run.note_trouble(
                Kind.FALLBACK, url, "members recognised by links to known articles"
            )

    def note_unreadable(self, listing: ListingPage, url: str) -> None:
        """Tell which members have no link that leads anywhere.

        Walking again would not help. The next recheck looks for them in what the site lists.
        """
        for why in filter(self._is_new, listing.unreadable):
            self.run.note_trouble(Kind.REJECTED, url, why)
            self.run.archive.surfaces.ask_for_audit()

    def _is_new(self, why: str) -> bool:
        is_new = why not in self.sentences
        self.sentences.add(why)
        return is_new
