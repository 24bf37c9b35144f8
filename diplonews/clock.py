"""The time: ours, stored times and when they are believed, and the site's clock."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

LONGEST_AGE = 10 * 365 * 86_400  # seconds; the largest Age of an answer that is believed

# Two clocks are never further apart, even if one is set to 1970. Such a header is ignored.
MOST_APART = timedelta(days=36_525)

# By less a clock is corrected all the time, and machines that share an archive differ.
LEAST_JUMP = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Uptime(NamedTuple):
    """How long this machine has run. Unlike its clock, nobody sets that."""

    boot: str  # which start of the machine: the kernel's id of it
    seconds: float


class ClockTime(NamedTuple):
    """A time by this machine's clock; and its uptime then, where that is known."""

    at: datetime
    uptime: Uptime | None = None


def machine_time() -> datetime:
    """Return the time by this machine's clock, UTC."""
    return datetime.now(UTC)


def machine_uptime() -> Uptime | None:
    """Return this machine's uptime; ``None`` where the system does not tell it."""
    with suppress(OSError, AttributeError):  # AttributeError: only Linux has this clock
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))
    return None


_source = machine_time
_uptime_source: Callable[[], Uptime | None] = machine_uptime


def now() -> datetime:
    """Return the time, UTC. All code takes the time from here.

    Durations are measured by ``time.monotonic``, and log lines have the machine's own time.
    """
    return _source()


def moment() -> ClockTime:
    """Return the time with the uptime, to be stored where its age will be asked for."""
    return ClockTime(now(), _uptime_source())


def age(stored: ClockTime, at: ClockTime) -> timedelta | None:
    """Return how long ago *stored* was; ``None`` if it is to come, so that a clock was wrong.

    Where the machine was not started again in between, its uptime says so, whatever the clock
    was set to.
    """
    if stored.uptime and at.uptime and stored.uptime.boot == at.uptime.boot:
        return timedelta(seconds=max(0.0, at.uptime.seconds - stored.uptime.seconds))
    passed = at.at - stored.at
    return max(passed, timedelta(0)) if passed > -LEAST_JUMP else None


def jump(stored: ClockTime, at: ClockTime) -> timedelta:
    """Return by how much the clock was set forward between two times; below zero: back.

    To the minute, because clock and uptime are not read at one moment. Zero is also what cannot
    be known: whether it was set while the machine was off.
    """
    passed = age(stored, at)
    ahead = at.at - stored.at - (passed or timedelta(0))
    is_known = passed is None or (stored.uptime and at.uptime)
    is_set = is_known and abs(ahead) >= LEAST_JUMP
    return round(ahead / MINUTE) * MINUTE if is_set else timedelta(0)


@contextmanager
def other_time(
    source: Callable[[], datetime], uptime_source: Callable[[], Uptime | None] = lambda: None
) -> Iterator[None]:
    """Take the time from *source* for a while, so that a year can be simulated."""
    global _source, _uptime_source
    before, _source = _source, source
    uptime_before, _uptime_source = _uptime_source, uptime_source
    try:
        yield
    finally:
        _source, _uptime_source = before, uptime_before


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
