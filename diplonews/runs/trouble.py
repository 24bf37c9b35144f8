"""Troubles: what a run met that a person may have to look at, by kind."""

from dataclasses import dataclass
from enum import StrEnum
from errno import EDQUOT, EFBIG, ENOSPC
from traceback import format_exception

from diplonews.errors import ArchiveError, FileError, LostLockError

MOST_FRAMES = 4  # the last ones of a traceback
DISK_FULL = {EDQUOT, EFBIG, ENOSPC}
LONGEST_TRACEBACK = 2_000  # characters


class Kind(StrEnum):
    """What could not be done."""

    LISTING = "listing"  # a page that leads to articles
    ARTICLE = "article"  # an article's page: its URL stays pending
    REJECTED = "rejected"  # an article that no analyst could use
    HELD = "held"  # an article that is gone, of too many to be withdrawn at once
    FALLBACK = "fallback"  # a page that was read without the theme's markup
    VALUE = "value"  # a value without which an article is kept
    FEW = "few"  # far fewer new articles than usual
    CLOCK = "clock"  # our clock is far from the site's
    ACCOUNT = "account"  # a request without an end
    UNERASED = "unerased"  # words of a forgotten article that are still there
    LOCK = "lock"  # the section's lock, while the run was under way
    WORKER = "worker"  # a process that read captures for the run, and died
    CRASH = "crash"  # an unexpected exception


@dataclass(frozen=True, slots=True)
class Trouble:
    """A page or value that a person may have to look at."""

    kind: Kind
    url: str  # empty: it concerns no page
    why: str
    traceback: str = ""


def is_of_storage(error: BaseException) -> bool:
    """Tell whether *error* says that a file or the archive cannot be written."""
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    if error.__cause__ is not None and is_of_storage(error.__cause__):
        return True  # wrapped by us for Scrapy
    return isinstance(error, ArchiveError | FileError) and not isinstance(error, LostLockError)


def short_traceback(error: BaseException) -> str:
    """Return the end of the traceback of *error*, for the report."""
    text = "".join(format_exception(error, limit=-MOST_FRAMES, chain=False))
    return text[-LONGEST_TRACEBACK:]
