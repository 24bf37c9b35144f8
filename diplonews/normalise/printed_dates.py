"""Dates as WordPress prints them for visitors: English, French and Portuguese. Pure.

A printed date is a day, and perhaps a time before or after it, in the forms that WordPress's
settings "Date Format" and "Time Format" can make. Anything else is not a date: looser rules would
find one in almost any text.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from diplonews.errors import UnreadableError

LONGEST = 120  # characters; no setting makes a longer date, and two of them fit

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv janeiro",
            "february feb fevrier fevr fev fevereiro",
            "march mar mars marco",
            "april apr avril avr abril abr",
            "may mai maio",
            "june jun juin junho",
            "july jul juillet juil julho",
            "august aug aout agosto ago",
            "september sept sep septembre setembro set",
            "october oct octobre outubro out",
            "november nov novembre novembro",
            "december dec decembre dezembro dez",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = re.split(
    r"\s+",
    """\
monday mon lundi lun segunda-feira segunda seg
tuesday tues tue mardi mar terca-feira terca ter
wednesday wed mercredi mer quarta-feira quarta qua
thursday thurs thur thu jeudi jeu quinta-feira quinta qui
friday fri vendredi ven sexta-feira sexta sex
saturday sat samedi sam sabado sab
sunday sun dimanche dim domingo dom""",
)

DAY = r"(?P<day>\d{1,2})\.?(?:\s?(?:st|nd|rd|th|er|o|a))?\.?"
MONTH = r"(?P<month>[a-z]{3,10})\.?"
YEAR = r"(?P<year>\d{4}|['’]\d\d)"
JOINT = r"(?:\s*[,/-]\s*|\s+de\s+|\s+of\s+|\s+)"
DATES = (
    rf"{DAY}{JOINT}{MONTH}{JOINT}{YEAR}",
    rf"{MONTH}\s+{DAY}(?:\s*,\s*|\s+){YEAR}",
    rf"{YEAR}{JOINT}{MONTH}\s+{DAY}",
    r"(?P<year>\d{4})(?P<joint>[-/]|\.\s?)(?P<number>\d{1,2})(?P=joint)(?P<day>\d{1,2})",
    r"(?P<first>\d{1,2})(?P<joint>[-/]|\.\s?)(?P<second>\d{1,2})(?P=joint)(?P<year>\d{4}|\d\d)",
)
# Hours ahead of UTC: the zones of Africa and western Europe, as PHP shortens them.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "tu": 0, "wet": 0, "wat": 1, "cet": 1, "west": 1, "bst": 1,
    "cat": 2, "cest": 2, "sast": 2, "eat": 3,
}  # fmt: skip
ZONE = rf"(?:\s*\(?(?P<zone>{'|'.join(ZONES)})?(?P<offset>[+-]\d{{1,2}}(?::?\d\d)?)?\)?)"
TIME = (
    r"(?P<hour>\d{1,2})"
    r"(?:\s?(?:[:h.]|heures?)\s?(?P<minute>\d\d)(?:\s?min)?(?::(?P<seconds>\d\d))?)?"
    r"(?P<h>\s?h(?:eures?|oras?)?)?\s?(?P<half>[ap]\.?\s?m\.?)?" + ZONE
)
BETWEEN = r"\s*(?:[-–—,|@•·/]|,?\s(?:at|a|as|um)\s)?\s*"
FORMS = tuple(
    re.compile(form)
    for date in DATES
    for form in (date, rf"{date}{BETWEEN}{TIME}", rf"{TIME}{BETWEEN}{date}")
)
NOON = re.compile(r"(?<![\w-])(?:12(?::00)?\s)?(?:noon|midi|meio-dia)\b")
MIDNIGHT = re.compile(r"(?<![\w-])(?:12(?::00)?\s)?(?:midnight|minuit|meia-noite)\b")
WEEKDAY = re.compile(rf"(?:{'|'.join(WEEKDAYS)})\.?\s*,?\s+(?:le\s+)?")
WEEKDAY_BEHIND = re.compile(rf"\s*[\s,(]\s*(?:{'|'.join(WEEKDAYS)})\.?\)?$")
EDGES = " \t,;.|•·/()[]–—-"  # what themes put between a date and its neighbours

# The labels that say which date follows.
PUBLICATION = (
    r"(?:(?:first|originally|post|article|entry|story)\s+)*(?:published|posted|created|publication"
    r"|publiee?|paru|poste|mis\s+en\s+ligne|publicad[oa]|postad[oa]|criado|date|data)"
    r"(?:\s+(?:date|de\s+publication|de\s+publicacao))?"
)
UPDATE = (
    r"(?:(?:post|last|latest|derniere|ultima)\s+)*(?:updated?|modified|revised|mise?\s+a\s+jour"
    r"|actualisee?|modifiee?|modification|atualizad[oa]|actualizad[oa]|modificad[oa]"
    r"|at?c?tualizacao|modificacao)"
)
LABEL = re.compile(
    rf"(?:^|(?<=[\s,|(/•·–—-]))(?:(?P<update>{UPDATE})|{PUBLICATION})(?=[\s:]|$)\s*:?\s*"
)
JOINING = re.compile(r"(?:on|le|em|at|a|the|of)\s*:?\s+")
# The byline that some themes print in one line with the date, and the category after it.
NAMED_BEFORE = re.compile(
    r"(?:by|par|por)\s\D{2,60}?(?:\s?[|•·/,]\s?|\s[–—-]\s|\s(?:on|le|em)\s)(?=.*\d)"
)
NAMED_BEHIND = re.compile(r"[\s|•·/,–—-]+(?:by|par|por|in|dans)\s\D{2,60}$")


class PrintedDate(NamedTuple):
    """A printed date: in the site's time unless it names a zone itself."""

    at: datetime  # aware only where the text names a zone
    precision: str  # "second", "minute" or "day"
    is_modified: bool = False  # it says of itself that it is the time of an update


def read_printed_date(raw: str, *, is_day_first: bool | None = None) -> PrintedDate:
    """Return the date that *raw* prints; raise ``UnreadableError`` if it prints none.

    *is_day_first* says how the site prints dates of numbers alone. Without it "03/04/2025" cannot
    be read.

    >>> read_printed_date("Lundi 3 mars 2025 à 14h30").at.isoformat()
    '2025-03-03T14:30:00'
    >>> read_printed_date("March 3, 2025 - Updated on March 9, 2025").at.day
    3
    """
    text = _fold(raw)
    if len(text) > LONGEST:
        raise UnreadableError(
            f"expected a date of at most {LONGEST} characters, found {len(text)}"
        )
    published, updated = _published_and_updated(text)
    if published or not updated:
        return _read_one(published, raw, is_day_first)
    return _read_one(updated, raw, is_day_first)._replace(is_modified=True)


def is_printed_date(text: str) -> bool:
    """Tell whether a text is a date and nothing else."""
    if not any(character.isdigit() for character in text):
        return False
    try:
        read_printed_date(text, is_day_first=True)
    except UnreadableError:
        return False
    return True


def day_comes_first(raw: str) -> bool | None:
    """Return whether the first number of a date is the day; ``None`` if it could be either.

    >>> [day_comes_first(date) for date in ("25/02/2025", "02/25/2025", "02/03/2025")]
    [True, False, None]
    """
    first, second = _two_numbers(raw) or (0, 0)
    if first == second or (first > 12) == (second > 12):
        return None
    return first > 12


def day_comes_first_on(raw: str, day: datetime) -> bool | None:
    """Return whether the first number of a date is the day, given that the date is *day*.

    >>> day_comes_first_on("02/03/2025", datetime(2025, 3, 2))
    True
    """
    numbers = _two_numbers(raw)
    if numbers is None or day.day == day.month:
        return None
    return {(day.day, day.month): True, (day.month, day.day): False}.get(numbers)


def is_ambiguous(raw: str) -> bool:
    """Tell whether a date of numbers alone could be two days."""
    numbers = _two_numbers(raw)
    return numbers is not None and numbers[0] != numbers[1] and day_comes_first(raw) is None


def printed_update(raw: str) -> str:
    """Return the part of a printed date that is the time of an update; empty where none is.

    >>> printed_update("March 3, 2025 - Updated on March 9, 2025")
    'March 9, 2025'
    """
    line = " ".join(raw.split())
    text = _fold(line)
    if len(text) > LONGEST:
        return ""
    same_places = line if len(line) == len(text) else text
    return _published_and_updated(text, same_places)[1]


def _published_and_updated(text: str, printed: str = "") -> tuple[str, str]:
    """Return the part of a line that is the date of publication, and that of the update.

    A date without a label before it is the publication. *printed* is the text before it was
    folded; it has the same length as *text*.

    >>> _published_and_updated("updated: 9 march 2025 | published: 3 march 2025")
    ('3 march 2025', '9 march 2025')
    """
    labels = list(LABEL.finditer(text))
    starts = [0, *(label.end() for label in labels)]
    ends = [*(label.start() for label in labels), len(text)]
    updates = [False, *(label["update"] is not None for label in labels)]
    spans = [
        (is_update, _trimmed((printed or text)[start:end]))
        for is_update, start, end in zip(updates, starts, ends, strict=True)
    ]
    published = next((text for is_update, text in spans if text and not is_update), "")
    updated = next((text for is_update, text in spans if text and is_update), "")
    return published, updated


def _trimmed(span: str) -> str:
    """Return a span of a line without the words that join it to others, and without the byline."""
    bare = span.strip(EDGES)
    bare = NAMED_BEHIND.sub("", NAMED_BEFORE.sub("", bare, count=1))
    joining = JOINING.match(bare)
    return bare[joining.end() :] if joining else bare


def _two_numbers(raw: str) -> tuple[int, int] | None:
    text = _fold(raw)
    published, updated = _published_and_updated(text) if len(text) <= LONGEST else ("", "")
    match = _match_form(published or updated)
    if match is None or "first" not in match.re.groupindex:
        return None
    return int(match["first"]), int(match["second"])


def _fold(raw: str) -> str:
    """Return small letters without accents, with single spaces."""
    if len(raw) > 2 * LONGEST:  # folding can make a text shorter, but not by half
        return raw
    characters = unicodedata.normalize("NFKD", raw.replace("°", "o"))
    plain = "".join(c for c in characters if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def _match_form(text: str) -> re.Match[str] | None:
    """Return the form that all of *text* has, with or without a weekday before it."""
    text = WEEKDAY_BEHIND.sub("", MIDNIGHT.sub("00:00", NOON.sub("12:00", text)))
    weekday = WEEKDAY.match(text)
    candidates = [text[weekday.end() :], text] if weekday else [text]
    forms = (form.fullmatch(candidate) for candidate in candidates for form in FORMS)
    return next((match for match in forms if match and _has_month(match)), None)


def _has_month(match: re.Match[str]) -> bool:
    return "month" not in match.re.groupindex or match["month"] in MONTHS


def _read_one(text: str, raw: str, is_day_first: bool | None) -> PrintedDate:
    match = _match_form(text)
    if match is None:
        raise UnreadableError(f"expected a date like 'February 25, 2025', found {raw!r}")
    has = match.re.groupindex
    try:
        day = datetime(_year(match), *_month_and_day(match, raw, is_day_first))  # noqa: DTZ001
        if "hour" not in has:
            return PrintedDate(day, "day")
        return _with_time(day, match)
    except (ValueError, OverflowError):
        raise UnreadableError(f"expected a day of the calendar, found {raw!r}") from None


def _year(match: re.Match[str]) -> int:
    digits = match["year"].strip("'’")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month_and_day(match: re.Match[str], raw: str, is_day_first: bool | None) -> tuple[int, int]:
    has = match.re.groupindex
    if "month" in has:
        return MONTHS[match["month"]], int(match["day"])
    if "number" in has:
        return int(match["number"]), int(match["day"])
    first, second = int(match["first"]), int(match["second"])
    certain = day_comes_first(match[0]) if first != second else True
    order = is_day_first if certain is None else certain
    if order is None:
        raise UnreadableError(
            f"expected a date that tells day and month apart, found {raw!r}: no date of the site "
            f"has shown yet which of them comes first"
        )
    return (second, first) if order else (first, second)


def _with_time(day: datetime, match: re.Match[str]) -> PrintedDate:
    half = (match["half"] or "")[:1]
    if not (match["minute"] or half or match["h"]):
        raise ValueError("a number alone is no time")
    hour = int(match["hour"])
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if half == "p" else 0)
    seconds = int(match["seconds"] or 0)
    at = day.replace(
        hour=hour, minute=int(match["minute"] or 0), second=seconds, tzinfo=_zone(match)
    )
    return PrintedDate(at, "second" if match["seconds"] else "minute")


def _zone(match: re.Match[str]) -> tzinfo | None:
    name, offset = match["zone"], match["offset"]
    if not name and not offset:
        return None
    ahead = timedelta(hours=ZONES.get(name or "z", 0))
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        shift = timedelta(hours=int(hours), minutes=int(minutes))
        ahead += -shift if offset[0] == "-" else shift
    return timezone(ahead) if ahead else UTC
