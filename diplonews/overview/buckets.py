"""Buckets: weeks, months or years, whichever make few enough pieces. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

WEEK, MONTH, YEAR = "week", "month", "year"
MOST_WEEKS = 60
MOST_MONTHS = 130


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time of which all articles were asked for, and could be there."""

    since: datetime
    until: datetime  # exclusive

    def has_all_of(self, unit: str, start: date) -> bool:
        """Tell whether the bucket that begins at *start* lies in it as a whole.

        >>> counted = Stretch(midnight(date(2026, 1, 1)), midnight(date(2026, 3, 2)))
        >>> [counted.has_all_of("month", date(2026, month, 1)) for month in (2, 3)]
        [True, False]
        """
        end = next_start(unit, start)
        return self.since <= midnight(start) and midnight(end) <= self.until


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def monday(day: date) -> date:
    """Return the Monday of a day's week.

    >>> monday(date(2026, 11, 28)).isoformat()
    '2026-11-23'
    """
    return day - timedelta(days=day.weekday())


def unit_of(first: date, last: date) -> str:
    """Return the unit for the time from *first* to *last*.

    >>> unit_of(date(2026, 1, 1), date(2026, 11, 28)), unit_of(date(2017, 1, 1), date(2026, 1, 1))
    ('week', 'month')
    """
    if (last - first).days <= 7 * MOST_WEEKS:
        return WEEK
    months = 12 * (last.year - first.year) + last.month - first.month
    return MONTH if months <= MOST_MONTHS else YEAR


def start_of(unit: str, day: date) -> date:
    """Return the first day of the bucket that a day is in.

    >>> start_of("month", date(2026, 11, 28)).isoformat()
    '2026-11-01'
    """
    if unit == WEEK:
        return monday(day)
    return day.replace(day=1) if unit == MONTH else day.replace(month=1, day=1)


def next_start(unit: str, start: date) -> date:
    """Return the first day of the bucket after the one that begins at *start*."""
    if unit == WEEK:
        return start + timedelta(days=7)
    return start_of(unit, start + timedelta(days=31 if unit == MONTH else 366))


def starts(unit: str, first: date, last: date) -> list[date]:
    """Return the first days of all buckets from that of *first* to that of *last*.

    >>> [day.isoformat() for day in starts("month", date(2026, 11, 28), date(2027, 1, 1))]
    ['2026-11-01', '2026-12-01', '2027-01-01']
    """
    days = [start_of(unit, first)]
    while days[-1] < start_of(unit, last):
        days.append(next_start(unit, days[-1]))
    return days


def label(unit: str, start: date) -> str:
    """Return the name of a bucket in a table.

    >>> label("week", date(2026, 11, 23)), label("month", date(2026, 11, 1))
    ('23 Nov 2026', 'Nov 2026')
    """
    if unit == WEEK:
        return f"{start.day} {start:%b %Y}"
    return f"{start:%b %Y}" if unit == MONTH else f"{start:%Y}"
