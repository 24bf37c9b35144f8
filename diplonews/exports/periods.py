"""A moment or a stretch of time as people write it: "7d", "2026-03", "last-month". UTC. Pure."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EXPECTED = (
    "a time such as 7d (days ago), 2026, 2026-03, 2026-03-05, 2026-03-05T12:00Z, today, "
    "yesterday, last-week, this-month or last-month"
)
DAYS_AGO = re.compile(r"([0-9]{1,5})d")
CALENDAR = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|\+00:00)")
DAY = timedelta(days=1)


class Period(NamedTuple):
    """From a moment up to another one, which is not part of it."""

    start: datetime
    end: datetime


def read_period(text: str, now: datetime) -> Period:
    """Return what *text* means at *now*. ``ValueError`` where it means nothing.

    >>> now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    >>> [f"{moment:%Y-%m-%d}" for moment in read_period("last-month", now)]
    ['2026-10-01', '2026-11-01']
    >>> [f"{moment:%Y-%m-%d %H}" for moment in read_period("7d", now)]
    ['2026-11-21 12', '2026-11-21 12']
    """
    text = text.strip()
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    this_month = today.replace(day=1)
    this_week = today - today.weekday() * DAY
    names = {
        "today": Period(today, today + DAY),
        "yesterday": Period(today - DAY, today),
        "last-week": Period(this_week - 7 * DAY, this_week),
        "this-month": Period(this_month, _next_month(this_month)),
        "last-month": Period((this_month - DAY).replace(day=1), this_month),
    }
    if text in names:
        return names[text]
    if match := DAYS_AGO.fullmatch(text):
        moment = now - int(match[1]) * DAY  # OverflowError: before the year 1
        return Period(moment, moment)
    if match := CALENDAR.fullmatch(text):
        return _in_calendar(match)
    if MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return Period(moment, moment + timedelta(seconds=1))
    raise ValueError(EXPECTED)


def _in_calendar(match: re.Match[str]) -> Period:
    year, month, day = (int(number) if number else 0 for number in match.groups())
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day:
        return Period(start, start + DAY)
    return Period(start, _next_month(start) if month else start.replace(year=year + 1))


def _next_month(start: datetime) -> datetime:
    return (start + 31 * DAY).replace(day=1)
