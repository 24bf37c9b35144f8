"""The figures of the overview, counted event by event.

Memory hardly grows with the articles: counters have a cell for each name and day, and each delay
takes eight bytes, for an exact median.
"""

import heapq
import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, MutableSequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from diplonews.archive.chronicle import Occurrence, RunCount
from diplonews.exports.selection import Keys, Selection
from diplonews.lines import NAMES

NEWEST = 20
LATEST_CHANGES = 12
LONGEST_HEADLINE = 500  # letters that are kept of it
# Only where a page tells the hour can an hour's delay be measured.
EXACT = {"second", "minute"}
STAMPS = {"modified_raw", "modified_at"}  # which change with every edit
REPARSE = "reparse"  # the reason of a change that is our reading's and not the site's
# An article is about a name that stands here; elsewhere it only mentions it.
MAIN_PLACES = {"category", "dateline", "headline"}
NOTHING: tuple[Any, ...] = (None, "", [], {})

NamesByDay = dict[date, Counter[str]]


@dataclass(slots=True)
class Attention:
    """How many articles name each of some names."""

    articles: Counter[str] = field(default_factory=Counter)
    main: Counter[str] = field(default_factory=Counter)  # those of them that are about it
    weeks: NamesByDay = field(default_factory=dict)  # by the day of publication

    def add(self, names: Mapping[str, bool], day: date | None) -> None:
        """Count an article that has *names*, each with whether it is about it."""
        self.articles.update(names.keys())
        self.main.update(name for name, is_main in names.items() if is_main)
        if day is not None and names:
            self.weeks.setdefault(day, Counter()).update(names.keys())


@dataclass(slots=True)
class Brief:
    """The values of one article in a list."""

    at: datetime | None
    headline: str
    url: str
    sections: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kind: str = ""  # the kind of event, if the list is about events
    detail: str = ""


@dataclass(slots=True)
class Figures:
    """All figures of the chosen articles; each article counts once, in its last state."""

    seq: int
    first_run_at: datetime | None = None
    article_count: int = 0
    withdrawn_count: int = 0
    syndicated_count: int = 0
    undated_count: int = 0
    days: Counter[date] = field(default_factory=Counter)  # all articles, by day of publication
    sections: Attention = field(default_factory=Attention)
    countries: Attention = field(default_factory=Attention)
    organisations: Attention = field(default_factory=Attention)
    agencies: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)  # articles that have a value, by key
    kinds: Counter[str] = field(default_factory=Counter)  # of events: what the site did
    changed: Counter[str] = field(default_factory=Counter)  # keys that edits changed
    own_change_count: int = 0  # changes of our reading
    feed_hours: MutableSequence[float] = field(default_factory=lambda: array("d"))
    edit_hours: MutableSequence[float] = field(default_factory=lambda: array("d"))
    withdrawal_hours: MutableSequence[float] = field(default_factory=lambda: array("d"))
    runs: list[RunCount] = field(default_factory=list)
    newest: list[Brief] = field(default_factory=list)
    latest_changes: list[Brief] = field(default_factory=list)

    def add(self, occurrence: Occurrence, selection: Selection) -> None:
        """Count an event; if it is the article's last, count the article too."""
        keys = json.loads(occurrence.line)
        if not selection.has(keys):
            return
        if occurrence.kind == "created":
            self._add_feed_hours(occurrence, keys)
        else:
            self._add_change(occurrence, keys)
        if occurrence.is_last:
            self._add_article(keys)

    def _add_article(self, keys: Keys) -> None:
        published_at = read_time(keys.get("published_at"))
        day = published_at.date() if published_at else None
        self.article_count += 1
        self.withdrawn_count += keys.get("withdrawn_at") is not None
        self.syndicated_count += bool(keys.get("is_syndicated"))
        self.undated_count += day is None
        if day is not None:
            self.days[day] += 1
        self.sections.add(dict.fromkeys(keys.get("sections") or (), True), day)
        self.countries.add(names_in(keys, "countries"), day)
        self.organisations.add(names_in(keys, "organisations"), day)
        self.agencies.update(filter(None, [keys.get("agency")]))
        self.languages[keys.get("language") or ""] += 1
        self.filled.update(name for name in NAMES if keys.get(name) not in NOTHING)
        if published_at is not None and keys.get("withdrawn_at") is None:
            keep_newest(self.newest, brief_of(keys, published_at), NEWEST)

    def _add_change(self, occurrence: Occurrence, keys: Keys) -> None:
        change = json.loads(occurrence.change)
        if change.get("reason") == REPARSE:
            self.own_change_count += 1
            return
        kind, changed = occurrence.kind, change.get("changed") or []
        self.kinds[kind] += 1
        self.changed.update(changed)
        hours = {"updated": self.edit_hours, "withdrawn": self.withdrawal_hours}.get(kind)
        happened_at = edited_at(occurrence, keys) if kind == "updated" else occurrence.at
        if hours is not None:
            hours.extend(hours_between(keys, happened_at))
        brief = brief_of(keys, happened_at)
        brief.kind = kind
        brief.detail = ", ".join(name for name in changed if name not in STAMPS)
        keep_newest(self.latest_changes, brief, LATEST_CHANGES)

    def _add_feed_hours(self, occurrence: Occurrence, keys: Keys) -> None:
        """Note how long it took until the feed had a new article that a run could see at once."""
        published_at, begun_at = read_time(keys.get("published_at")), self.first_run_at
        if published_at is not None and begun_at is not None and published_at >= begun_at:
            self.feed_hours.extend(hours_between(keys, occurrence.feed_at or occurrence.at))


def add_all(figures: Figures, occurrences: Iterable[Occurrence], selection: Selection) -> None:
    """Count all events into *figures*, and put its lists in order."""
    for occurrence in occurrences:
        figures.add(occurrence, selection)
    figures.newest = heapq.nlargest(NEWEST, figures.newest, key=order_of)
    figures.latest_changes = heapq.nlargest(LATEST_CHANGES, figures.latest_changes, key=order_of)


def read_time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def names_in(keys: Keys, name: str) -> dict[str, bool]:
    """Return the codes in a list of mentions, each with whether the article is about it."""
    return {one["code"]: one["where"] in MAIN_PLACES for one in keys.get(name) or ()}


def edited_at(occurrence: Occurrence, keys: Keys) -> datetime:
    """Return when the site says that it edited an article; else when a run saw the edit."""
    published_at, modified_at = (read_time(keys.get(f"{k}_at")) for k in ("published", "modified"))
    if published_at and modified_at and published_at < modified_at <= occurrence.at:
        return modified_at
    return occurrence.at


def hours_between(keys: Keys, at: datetime) -> list[float]:
    """Return the hours from publication to *at*; nothing where the page tells no hour."""
    published_at = read_time(keys.get("published_at"))
    if published_at is None or keys.get("published_precision") not in EXACT:
        return []
    return [max(at - published_at, timedelta(0)) / timedelta(hours=1)]


def brief_of(keys: Keys, at: datetime | None) -> Brief:
    return Brief(
        at=at,
        headline=str(keys.get("headline") or "")[:LONGEST_HEADLINE],
        url=str(keys.get("url") or ""),
        sections=tuple(keys.get("sections") or ()),
        countries=tuple(code for code, is_main in names_in(keys, "countries").items() if is_main),
    )


def order_of(brief: Brief) -> Any:
    return (brief.at, brief.url)


def keep_newest(briefs: list[Brief], brief: Brief, most: int) -> None:
    """Put *brief* into a list that keeps the newest only."""
    briefs.append(brief)
    if len(briefs) >= 4 * most:
        briefs[:] = heapq.nlargest(most, briefs, key=order_of)
