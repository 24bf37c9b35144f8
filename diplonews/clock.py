"""The time: ours, stored times and when they are believed, and the site's clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_AGE = 10 * 365 * 86_400  # seconds; the largest Age of an answer that is believed

# Two clocks are never further apart, even if one is set to 1970. Such a header is ignored.
MOST_APART = timedelta(days=36_525)


def machine_time() -> datetime:
    """Return the time by this machine's clock, UTC."""
    return datetime.now(UTC)


_source = machine_time


def now() -> datetime:
    """Return the time, UTC. All code takes the time from here.

    Durations are measured by ``time.monotonic``, and log lines have the machine's own time.
    """
    return _source()


@contextmanager
def other_time(source: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from *source* for a while, so that a year can be simulated."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def is_recent(stored: datetime, at: datetime, longest: timedelta) -> bool:
    """Tell whether *stored* lies within the *longest* time before *at*.

    A time after *at* was noted while a clock was wrong: it does not.
    """
    return at - longest < stored <= at


def is_to_come(stored: datetime, at: datetime, longest: timedelta) -> bool:
    """Tell whether *stored* is still to come, within the *longest* time after *at*.

    A later time was noted while a clock was wrong.
    """
    return at < stored <= at + longest


class SiteClock:
    """The site's clock, as the ``Date`` of its answers tells it."""

    def __init__(self) -> None:
        self.ahead: timedelta | None = None  # how far our clock is ahead; negative: behind

    def note(self, date: str, age: str, at: datetime) -> None:
        """Note the ``Date`` and ``Age`` of an answer that came *at* this time of ours.

        An answer from a cache has an old date. So the latest time is believed.
        """
        site_time = read_date(date)
        if site_time is None:
            return
        seconds = int(age) if age.isascii() and age.isdecimal() and len(age) < 10 else 0
        try:
            ahead = site_time + timedelta(seconds=min(seconds, LONGEST_AGE)) - at
        except OverflowError:
            return
        if abs(ahead) <= MOST_APART:
            self.ahead = ahead if self.ahead is None else max(self.ahead, ahead)

    def is_off(self, most: timedelta) -> bool:
        """Tell whether our clock and the site's differ by more than *most*."""
        return self.ahead is not None and abs(self.ahead) > most

    def latest(self, at: datetime) -> datetime:
        """Return the later time of both clocks, where ours says *at*."""
        try:
            return at + max(self.ahead or timedelta(0), timedelta(0))
        except OverflowError:
            return at


def read_date(text: str) -> datetime | None:
    """Return the time in an HTTP header, UTC; ``None`` where there is none.

    >>> read_date("Mon, 23 Nov 2026 12:01:00 GMT")
    datetime.datetime(2026, 11, 23, 12, 1, tzinfo=datetime.timezone.utc)
    """
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" is how some write UTC.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
