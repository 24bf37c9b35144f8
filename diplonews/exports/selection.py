"""Selections: which articles an export has, chosen and checked on the command line."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from diplonews import site
from diplonews.archive.published_lines import Span
from diplonews.errors import SettingError
from diplonews.exports import typed_names
from diplonews.exports.display_names import country_name, language_name, section_name
from diplonews.exports.periods import EXPECTED, read_period
from diplonews.lines import as_time

Keys = Mapping[str, Any]  # of a line

FULL, EXCERPT, NONE = "full", "excerpt", "none"
TEXTS = (FULL, EXCERPT, NONE)
STATUSES = ("all", "live", "withdrawn")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)

# The values of a line that a filter compares, in lower case, by the filter's name.
VALUES: Mapping[str, Callable[[Keys], Iterable[str]]] = {
    "section": lambda keys: keys["sections"],
    "category": lambda keys: (category["slug"] for category in keys["categories"]),
    "country": lambda keys: (country["code"] for country in keys["countries"]),
    "organisation": lambda keys: (one["code"] for one in keys["organisations"]),
    "agency": lambda keys: (keys["agency"] or "",),
    "language": lambda keys: (keys["language"] or "",),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """A line is chosen if every filter has one of the line's values."""

    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)  # lower case, by name
    since: datetime = EARLIEST  # of publication
    until: datetime = LATEST  # exclusive
    status: str = "all"
    changed_since: int = 0  # a seq
    has_events: bool = False  # whether it has the history instead of newest lines

    def has(self, keys: Keys) -> bool:
        """Tell whether a line is chosen."""
        if self.status != "all" and (keys["withdrawn_at"] is None) != (self.status == "live"):
            return False
        if (self.since, self.until) != (EARLIEST, LATEST):
            published_at = keys["published_at"]
            if published_at is None:
                return False
            if not self.since <= datetime.fromisoformat(published_at) < self.until:
                return False
        return all(
            any(value.lower() in wanted for value in VALUES[name](keys))
            for name, wanted in self.filters.items()
        )

    def span(self, until: int) -> Span:
        """Return the span of events to read from the archive, up to a seq."""
        return Span(
            until,
            self.changed_since,
            "" if self.since == EARLIEST else f"{self.since:%Y-%m}",
            "" if self.until == LATEST else f"{self.until:%Y-%m}",
        )

    def as_words(self) -> str:
        """Return the filters in words and codes, to compare: equal selections have equal words."""
        filters = [f"{name} {' or '.join(sorted(self.filters[name]))}" for name in self.filters]
        return self._with_bounds(filters)

    def as_sentence(self) -> str:
        """Return the filters as people read them: "country Ghana (GH), section Security"."""
        return self._with_bounds(
            f"{name} {' or '.join(sorted(_shown(name, value) for value in self.filters[name]))}"
            for name in self.filters
        )

    def as_title(self) -> str:
        """Return the filters as a heading has them: "Ghana, Security"."""
        return self._with_bounds(
            " or ".join(sorted(SHOWN_NAMES[name](value) for value in self.filters[name]))
            for name in self.filters
        )

    def _with_bounds(self, filters: Iterable[str]) -> str:
        words = list(filters)
        if self.since != EARLIEST:
            words.append(f"published since {as_time(self.since)}")
        if self.until != LATEST:
            words.append(f"published before {as_time(self.until)}")
        if self.status != "all":
            words.append(self.status)
        if self.changed_since:
            words.append(f"changed since seq {self.changed_since}")
        return ", ".join(words) or "all articles"


def read_selection(given: Mapping[str, Any], now: datetime) -> Selection:
    """Return the selection of the options; ``SettingError`` where one is wrong.

    Each of the ``VALUES`` is a list of texts, or ``None``; a text may name several, by commas.
    """
    filters = {
        name: frozenset(read(f"--{name}", text) for text in _texts(given[name]))
        for name, read in PARSERS.items()
        if given.get(name)
    }
    since = read_moment("--since", given["since"], now) if given.get("since") else EARLIEST
    until = read_moment("--until", given["until"], now) if given.get("until") else LATEST
    if since >= until:
        raise SettingError(
            f"--since, --until: expected a time and a later one, found {given['since']!r}, which "
            f"is {as_time(since)}, and {given['until']!r}, which ends at {as_time(until)}"
        )
    return Selection(
        filters=filters,
        since=since,
        until=until,
        status=read_choice("--status", given.get("status") or "all", STATUSES),
        changed_since=read_seq("--changed-since", given.get("changed_since")),
        has_events=bool(given.get("events")),
    )


def read_moment(option: str, text: str, now: datetime) -> datetime:
    """Return the beginning of a period, or for ``--until`` its end."""
    try:
        period = read_period(text, now)
    except (ValueError, OverflowError):
        raise SettingError(f"{option}: expected {EXPECTED}, found {text!r}") from None
    return period.end if option == "--until" else period.start


def read_choice(option: str, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise SettingError(f"{option}: expected one of {', '.join(choices)}, found {text!r}")
    return text


def read_seq(option: str, text: str | None) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > len(str(2**31)):
        raise SettingError(f"{option}: expected a seq, a number from 0 on, found {text!r}")
    return int(text)


def read_fields(text: str | None, keys: Sequence[str]) -> tuple[str, ...]:
    """Return the chosen keys, in the order in which they were named; all by default."""
    if text is None:
        return tuple(keys)
    chosen = tuple(dict.fromkeys(piece.strip() for piece in text.split(",") if piece.strip()))
    wrong = [name for name in chosen if name not in keys]
    if wrong or not chosen:
        near = [key for name in wrong for key in get_close_matches(name, keys, n=1)]
        meant = f"; did you mean {', '.join(near)}?" if near else ""
        raise SettingError(
            f"--fields: expected keys such as {', '.join(keys[:6])} (docs/feeds.md has them "
            f"all), found {', '.join(wrong) or 'none'}{meant}"
        )
    return chosen


def _texts(given: Sequence[str]) -> list[str]:
    return [piece.strip() for text in given for piece in text.split(",") if piece.strip()] or [""]


def _section(option: str, text: str) -> str:
    return read_choice(option, text.lower(), tuple(site.SECTIONS))


def _category(option: str, text: str) -> str:
    """Return a slug, which may be one that `site.py` lacks."""
    slug = text.lower()
    if not SLUG.fullmatch(slug):
        raise SettingError(f"{option}: expected a slug such as burkina-faso, found {text!r}")
    meant = [] if slug in site.CATEGORIES else get_close_matches(slug, site.CATEGORIES, cutoff=0.8)
    if meant:
        raise SettingError(
            f"{option}: expected a slug such as burkina-faso, found {text!r}; did you mean "
            f"{' or '.join(meant)}?"
        )
    return slug


def _country(option: str, text: str) -> str:
    """Return the code of a country: ISO 3166-1, or its name in English, French or Portuguese."""
    code = typed_names.countries().get(typed_names.key_of(text))
    if code is None:
        raise SettingError(
            f"{option}: expected a code of ISO 3166-1 or a name, such as GH or Ghana, found "
            f"{text!r}{typed_names.nearest(text, typed_names.countries())}"
        )
    return code.lower()


def _language(option: str, text: str) -> str:
    return read_choice(option, text.lower(), site.LANGUAGES)


def _organisation(option: str, text: str) -> str:
    return _named(option, text, typed_names.organisations())


def _agency(option: str, text: str) -> str:
    return _named(option, text, typed_names.agencies())


def _named(option: str, text: str, known_names: Mapping[str, str]) -> str:
    if not text:
        raise SettingError(f"{option}: expected a name such as ECOWAS or AFP, found nothing")
    name = known_names.get(typed_names.key_of(text))
    if name is None:
        raise SettingError(
            f"{option}: expected a name such as ECOWAS or AFP that our tables have, found "
            f"{text!r}{typed_names.nearest(text, known_names)}"
        )
    return name.lower()


def _shown(filter_name: str, value: str) -> str:
    name = SHOWN_NAMES[filter_name](value)
    return f"{name} ({value.upper()})" if filter_name == "country" else name


def _category_name(slug: str) -> str:
    return site.CATEGORIES[slug].title if slug in site.CATEGORIES else slug


def _as_listed(lowered: str, names: Mapping[str, str]) -> str:
    """Return a name of a table as the table writes it, with its capitals."""
    return next((name for name in names.values() if name.lower() == lowered), lowered)


# What people call a filter's value, by the filter's name.
SHOWN_NAMES: Mapping[str, Callable[[str], str]] = {
    "section": section_name,
    "category": _category_name,
    "country": lambda code: country_name(code.upper()),
    "organisation": lambda name: _as_listed(name, typed_names.organisations()),
    "agency": lambda name: _as_listed(name, typed_names.agencies()),
    "language": language_name,
}

PARSERS: Mapping[str, Callable[[str, str], str]] = {
    "section": _section,
    "category": _category,
    "country": _country,
    "organisation": _organisation,
    "agency": _agency,
    "language": _language,
}
