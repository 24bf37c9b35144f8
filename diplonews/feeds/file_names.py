"""Names of feed files: which file has an event or an article, and which files are old. Pure."""

import re

# The changes of this month and of so many before it are in a file for each day.
MONTHS_BY_DAY = 3

# Older files are listed apart: changes from before last month, articles over a year old.
MONTHS_OF_CHANGES = 1
MONTHS_OF_ARTICLES = 12

DAY = re.compile(r"changes/[^/]+/(\d{4}-\d{2})-\d{2}\.jsonl")
MONTH = re.compile(r"(?:changes|current|parquet)/[^/]+/(\d{4}-\d{2})")


def change_name(feed: str, day: str, last_day: str) -> str:
    """Return the name of the file with a day's changes, as of *last_day*.

    >>> change_name("security", "2026-08-31", "2026-11-01")
    'changes/security/2026-08-31.jsonl'
    >>> change_name("security", "2026-07-31", "2026-11-01")
    'changes/security/2026-07.jsonl.gz'
    """
    if is_packed(day[:7], last_day):
        return f"changes/{feed}/{day[:7]}.jsonl.gz"
    return f"changes/{feed}/{day}.jsonl"


def current_name(feed: str, file: str) -> str:
    return f"current/{feed}/{file}.jsonl"


def days_of(name: str) -> tuple[str, str]:
    """Return the first and the last day of a file of changes.

    >>> days_of("changes/security/2026-07.jsonl.gz")
    ('2026-07-01', '2026-07-31')
    """
    stem = stem_of(name)
    return (stem, stem) if len(stem) == len("2026-07-01") else (f"{stem}-01", f"{stem}-31")


def stem_of(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]


def feed_of(name: str) -> str:
    return name.split("/")[1]


def is_packed(month: str, last_day: str) -> bool:
    """Tell whether the changes of a month are in one file."""
    return _age(month, last_day) > MONTHS_BY_DAY


def month_if_by_day(name: str) -> str:
    """Return the month of a file with one day's changes; empty for any other file."""
    match = DAY.fullmatch(name)
    return match[1] if match else ""


def is_old_name(name: str) -> bool:
    """Tell whether a file of changes has a run's name, as in schema 1."""
    return name.startswith("changes/") and not MONTH.match(name)


def is_older(name: str, last_day: str) -> bool:
    """Tell whether a file is listed apart, so that the manifest stays small."""
    match = MONTH.match(name)
    if match is None:
        return False
    most = MONTHS_OF_CHANGES if name.startswith("changes/") else MONTHS_OF_ARTICLES
    return _age(match[1], last_day) > most


def _age(month: str, last_day: str) -> int:
    """Return how many months *month* is before the month of *last_day*."""
    return _count_months(last_day) - _count_months(month)


def _count_months(day: str) -> int:
    year, month, *_ = day.split("-")
    return int(year) * 12 + int(month)
