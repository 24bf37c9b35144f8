"""Dates as pages give them, for machines or for readers, as aware times in UTC."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import dateparser

from diplonews.errors import UnreadableError

LONGEST = 200  # characters: what is longer is no date, and looking for one in it takes long
LANGUAGES = ["en", "fr", "pt"]

# What the theme can print: the WordPress setting "Date format" and its usual translations.
# Without these dateparser would read a date into almost anything.
FORMATS = [
    "%B %d, %Y",
    "%d %B %Y",
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y %H:%M",
    "%d %B %Y %I:%M %p",
    "%d %B %Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%d %H:%M",
]
AGO = re.compile(r"\b(ago|il y a|há|atrás)\b", re.IGNORECASE)
UPDATED = re.compile(r"\s+[-–—]\s+.*$")  # "<publish> - Updated on <modified>"
CLOCK = re.compile(r"\d:\d\d")
SECONDS = re.compile(r"\d:\d\d:\d\d")
HOURS = re.compile(r"(\d)\s?h\s?(\d\d)(\s?min)?\b")  # French: "16h10", "16 h 10 min"
ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th|er|º|°)\b")
# ISO 8601 with a time to the second (a theme prints "2023-05-28 09:41"), or RFC 2822.
MACHINE = re.compile(r"\d{4}-\d\d-\d\d(T|\s\d\d:\d\d:)|[A-Z][a-z]{2}, \d")
ISO_8601 = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?", re.ASCII
)
ZONE_WITHOUT_COLON = re.compile(r"([+-]\d\d)(\d\d)$")


class Moment(NamedTuple):
    """A time and how exact it is: ``second``, ``minute``, ``day`` or ``approximate``."""

    at: datetime
    precision: str


def parse_date(raw: str, fetched_at: datetime, timezone: ZoneInfo) -> Moment:
    """Return the time of a machine date, or else of a printed one.

    Raises ``UnreadableError`` on anything that is neither.
    """
    if len(raw) > LONGEST:
        raise UnreadableError(f"expected a date like 'February 25, 2025', got {raw[:LONGEST]!r}…")
    if MACHINE.match(raw.strip()):
        return parse_machine_date(raw, timezone)
    return parse_printed_date(raw, fetched_at, timezone)


def parse_machine_date(raw: str, timezone: ZoneInfo) -> Moment:
    """Return the time of an ISO 8601 or RFC 2822 date; without a zone it is in *timezone*.

    >>> parse_machine_date("2025-02-25T10:12:00+01:00", ZoneInfo("UTC")).at.isoformat()
    '2025-02-25T09:12:00+00:00'

    Raises ``UnreadableError`` on anything else.
    """
    text = raw.strip()
    try:
        if ISO_8601.fullmatch(text):
            local = datetime.fromisoformat(ZONE_WITHOUT_COLON.sub(r"\1:\2", text))
        else:
            # "-0000" is UTC in RFC 2822; Python makes it a time without a zone.
            local = parsedate_to_datetime(re.sub(r"-0000$", "+0000", text))
    except (ValueError, OverflowError):
        raise UnreadableError(
            f"expected a date like '2025-02-25T10:12:00+01:00', got {raw!r}"
        ) from None
    return Moment(_in_utc(local, timezone, raw), _precision(text))


def parse_printed_date(raw: str, fetched_at: datetime, timezone: ZoneInfo) -> Moment:
    """Return the time of a date printed for readers, who are in *timezone*.

    A day without a time is its start. "3 years ago" is counted back from *fetched_at* and
    ``approximate``. Of "<published> - Updated on <modified>" it is the first. Raises
    ``UnreadableError`` on what the theme cannot print.

    >>> at, precision = parse_printed_date("25 février 2025", datetime.now(UTC), ZoneInfo("UTC"))
    >>> at.isoformat(), precision
    ('2025-02-25T00:00:00+00:00', 'day')
    """
    text = ORDINAL.sub("", UPDATED.sub("", " ".join(raw.split())))
    text = HOURS.sub(r"\1:\2", text)
    if AGO.search(text):
        found = _ask(text, ["relative-time"], fetched_at)
        precision = "approximate"
    else:
        found = _ask(_without_words(text), ["custom-formats"], fetched_at)
        precision = _precision(text)
    if found is None:
        raise UnreadableError(f"expected a date like 'February 25, 2025', got {raw!r}")
    return Moment(_in_utc(found, timezone, raw), precision)


def _precision(text: str) -> str:
    if SECONDS.search(text):
        return "second"
    return "minute" if CLOCK.search(text) else "day"


def _without_words(text: str) -> str:
    # Portuguese parts a date by "de", French puts "à" before the time.
    return re.sub(r"\s+(de|à|às|at|um)\s+", " ", text, flags=re.IGNORECASE)


def _ask(text: str, parsers: list[str], fetched_at: datetime) -> datetime | None:
    settings: Any = {
        "PARSERS": parsers,
        "RELATIVE_BASE": fetched_at.astimezone(UTC).replace(tzinfo=None),
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": parsers == ["relative-time"],
    }
    formats = FORMATS if parsers == ["custom-formats"] else None
    return dateparser.parse(text, date_formats=formats, languages=LANGUAGES, settings=settings)


def _in_utc(local: datetime, timezone: ZoneInfo, raw: str) -> datetime:
    aware = local if local.tzinfo else local.replace(tzinfo=timezone)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise UnreadableError(f"expected a date of this age, got {raw!r}") from None
