"""Dates of pages, for machines or for visitors, as aware times in UTC."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from diplonews.errors import UnreadableError
from diplonews.normalise.printed_dates import LONGEST, read_printed_date

LANGUAGES = ["en", "fr", "pt"]

# Nothing was published on the site before there were web sites; clocks may be a little off.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
MOST_AHEAD = timedelta(days=2)

AGO = re.compile(r"\b(ago|il y a|há|atrás)\b", re.IGNORECASE)
YEAR = re.compile(r"\b\d{4}\b")  # "3 ago 2025" is a day of August
CLOCK = re.compile(r"\d:\d\d")
SECONDS = re.compile(r"\d:\d\d:\d\d")
# ISO 8601 with a time to the second (a theme prints "2023-05-28 09:41"), or RFC 2822.
MACHINE = re.compile(
    r"""
      \d{4}-\d\d-\d\d (?: [Tt] | \s\d\d:\d\d: )                     # 2025-02-25T…
    | \d{8}T\d{6}                                                   # 20250225T101200
    | [A-Z][a-z]{2}, [ ] \d{1,2} [ ] [A-Z][a-z]{2} [ ] \d{4} [ ] \d  # Tue, 25 Feb 2025 1…
    | (?: \d{10} | \d{13} ) $                                       # since 1970
    """,
    re.VERBOSE,
)
ISO_8601 = re.compile(
    r"""
    \d{4}-\d\d-\d\d
    (?:
        [T ] \d\d:\d\d (?: :\d\d (?: [.,]\d+ )? )?     # to the minute or second, or beyond
        (?: [ ]? (?: Z | UTC | GMT | [+-]\d\d (?: :?\d\d )? ) )?
    )?
    """,
    re.ASCII | re.VERBOSE,
)
WHOLE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
WITHOUT_SIGNS = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?!\d)", re.ASCII)
UTC_NAMED = re.compile(r" ?(?:UTC|GMT|Z)$")
SINCE_1970 = re.compile(r"(\d{10})(\d{3})?", re.ASCII)  # seconds, or thousandths of them
ZONE_WITHOUT_COLON = re.compile(r"([+-]\d\d)(\d\d)$")


class Moment(NamedTuple):
    """A time and how exact it is.

    ``second``, ``minute`` and ``day`` are units. ``approximate`` is counted back from now ("3
    years ago"). ``latest`` is the time of an update: the article was published then or before.
    """

    at: datetime
    precision: str


def parse_date(
    raw: str, fetched_at: datetime, timezone: ZoneInfo, *, is_day_first: bool | None = None
) -> Moment:
    """Return the time of a machine date, or else of a printed one.

    *is_day_first* says how the site prints dates of numbers alone. Raises ``UnreadableError`` on
    anything that is neither.
    """
    if len(raw) > LONGEST:
        raise UnreadableError(
            f"expected a date like 'February 25, 2025', found {raw[:LONGEST]!r}…"
        )
    if MACHINE.match(raw.strip()):
        return parse_machine_date(raw, timezone)
    return parse_printed_date(raw, fetched_at, timezone, is_day_first=is_day_first)


def is_likely(raw: str, fetched_at: datetime) -> bool:
    """Tell whether *raw* can be read, as a time that an article of the web can have.

    Not a zero, the epoch (1970), or a day after tomorrow: plugins print those for "none".
    """
    try:
        at = _whole(raw) or parse_date(raw, fetched_at, ZoneInfo("UTC"), is_day_first=True).at
    except UnreadableError:
        return False
    return EARLIEST <= at <= fetched_at + MOST_AHEAD


def _whole(raw: str) -> datetime | None:
    """Return the time of the most usual form: date, time to the second and zone."""
    if not WHOLE.fullmatch(raw):
        return None
    try:
        return datetime.fromisoformat(raw)
    except ValueError:
        return None


def parse_machine_date(raw: str, timezone: ZoneInfo) -> Moment:
    """Return the time of an ISO 8601 or RFC 2822 date; without a zone it is in *timezone*.

    >>> parse_machine_date("2025-02-25T10:12:00+01:00", ZoneInfo("UTC")).at.isoformat()
    '2025-02-25T09:12:00+00:00'

    Raises ``UnreadableError`` on anything else.
    """
    text = WITHOUT_SIGNS.sub(r"\1-\2-\3T\4:\5:\6", raw.strip(), count=1)
    try:
        if ISO_8601.fullmatch(text.upper()):
            local = datetime.fromisoformat(_with_usual_zone(text.upper()))
        elif seconds := SINCE_1970.fullmatch(text):
            local = datetime.fromtimestamp(int(seconds[1]), UTC)
            return Moment(local, "second")
        else:
            # "-0000" is UTC in RFC 2822; Python makes it a time without a zone.
            local = parsedate_to_datetime(re.sub(r"-0000$", "+0000", text))
    except (ValueError, OverflowError):
        raise UnreadableError(
            f"expected a date like '2025-02-25T10:12:00+01:00', found {raw!r}"
        ) from None
    return Moment(_in_utc(local, timezone, raw), _precision(text))


def _with_usual_zone(text: str) -> str:
    """Return an ISO 8601 time with its zone as Python reads it: "+01:00", no space before."""
    joined = text.replace(" +", "+").replace(" -", "-")
    return ZONE_WITHOUT_COLON.sub(r"\1:\2", UTC_NAMED.sub("+00:00", joined))


def parse_printed_date(
    raw: str, fetched_at: datetime, timezone: ZoneInfo, *, is_day_first: bool | None = None
) -> Moment:
    """Return the time of a date printed for visitors, in *timezone*.

    A day without a time is its start. "3 years ago" is counted back from *fetched_at*. Of
    "<published> - Updated on <modified>" it is the first. Raises ``UnreadableError`` on what
    the theme cannot print.

    >>> at, precision = parse_printed_date("25 février 2025", datetime.now(UTC), ZoneInfo("UTC"))
    >>> at.isoformat(), precision
    ('2025-02-25T00:00:00+00:00', 'day')
    """
    if len(raw) <= LONGEST and AGO.search(raw) and not YEAR.search(raw):
        return Moment(_ago(raw, fetched_at), "approximate")
    printed = read_printed_date(raw, is_day_first=is_day_first)
    precision = "latest" if printed.is_modified else printed.precision
    return Moment(_in_utc(printed.at, timezone, raw), precision)


def _precision(text: str) -> str:
    if SECONDS.search(text):
        return "second"
    return "minute" if CLOCK.search(text) else "day"


def _ago(raw: str, fetched_at: datetime) -> datetime:
    import dateparser  # half a second to load, for what few pages print

    settings: Any = {
        "PARSERS": ["relative-time"],
        "RELATIVE_BASE": fetched_at.astimezone(UTC).replace(tzinfo=None),
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    moment = dateparser.parse(" ".join(raw.split()), languages=LANGUAGES, settings=settings)
    if moment is None:
        raise UnreadableError(f"expected a date like '3 days ago', found {raw!r}")
    return moment.astimezone(UTC)


def _in_utc(local: datetime, timezone: ZoneInfo, raw: str) -> datetime:
    aware = local if local.tzinfo else local.replace(tzinfo=timezone)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        raise UnreadableError(f"expected a date of this age, found {raw!r}") from None
