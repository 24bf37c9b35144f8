"""The errors of diplonews.

A message says where, what was expected, what was found and, unless obvious, what to do.
"""


class DiplonewsError(Exception):
    """An error that a person reads in one sentence."""


class SettingError(DiplonewsError):
    """A setting or argument cannot be used. Nothing has been requested yet."""


class LockedError(DiplonewsError):
    """Another run or command has the lock."""


class ArchiveError(DiplonewsError):
    """The archive cannot be opened or written."""


class MissingArchiveError(ArchiveError):
    """There is no archive, or an empty one, where one was expected."""


class LostLockError(ArchiveError):
    """The section's lock was lost during the run, which may write no more."""


class FileError(DiplonewsError):
    """A file (a feed, a report) cannot be written; the old one is still there."""


class LayoutError(DiplonewsError):
    """A page is not of the expected kind: the theme changed, or it is another page."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class UnreadableError(DiplonewsError):
    """One printed value cannot be read; the rest of the article is still good."""


class UnknownLayoutError(LayoutError):
    """The page has no known layout; it may be read without one."""
