"""The errors of diplonews, each with what its reader can do about it.

A message says where, what was expected, what was found and, unless obvious, what to do.
"""


class DiplonewsError(Exception):
    """Something went wrong that a person should read about in one sentence."""


class SettingError(DiplonewsError):
    """A setting or argument cannot be used. Nothing has been requested yet."""


class LockedError(DiplonewsError):
    """Another run of the same section holds the lock."""


class ArchiveError(DiplonewsError):
    """The archive cannot be opened or written."""


class MissingArchiveError(ArchiveError):
    """There is no archive, or an empty one, where one was expected."""


class LostLockError(ArchiveError):
    """The section's lock was lost while the run was under way: it may write no more."""


class FileError(DiplonewsError):
    """A file (a feed, a report) cannot be written; what was there before still is."""


class LayoutError(DiplonewsError):
    """A page is not what its address promised: the theme changed, or it is another page."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class UnreadableError(DiplonewsError):
    """One printed value cannot be worked out; the rest of the article is still good."""


class UnknownLayoutError(LayoutError):
    """The page has no known layout. Other signs may still say what it is."""
