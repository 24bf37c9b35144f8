"""What happens at a site over months: editors at work, and what breaks. It keeps the accounts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from diplonews.demo import Replica
from diplonews.demo.faults import Fault

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECTIONS = (
    ("ghana",), ("mali", "security"), ("security",), ("international", "security"),
    ("nigeria",), ("togo",), ("international",), ("niger",),
)  # fmt: skip


@dataclass
class Newsroom:
    """Editors who publish, edit, rename, withdraw and restore, some times a day."""

    replica: Replica
    choose: Random
    edits: Counter[int] = field(default_factory=Counter)  # of words, by post
    absences: dict[int, list[tuple[datetime, datetime | None]]] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)

    def work(self, now: datetime, hours: float, pace: float) -> None:
        """Do what editors do in so many hours; *pace* is how busy they are, about 1."""
        wishes = (
            (self.publish, 8), (self.edit, 2), (self.touch, 1), (self.rename, 0.2),
            (self.recategorise, 0.2), (self.withdraw, 1.5), (self.restore, 0.5),
        )  # fmt: skip
        for act, times_a_day in wishes:
            if self.choose.random() < pace * times_a_day * hours / 24:
                self.acts[act.__name__] += 1
                act(now)

    def publish(self, now: datetime) -> None:
        self.replica.publish(self.choose.choice(SECTIONS))

    def edit(self, now: datetime) -> None:
        post_id = self._recent()
        self.edits[post_id] += 1
        self.replica.edit(post_id, paragraph=f"Correction of {now:%d %B, %H:%M}: it was signed.")

    def touch(self, now: datetime) -> None:
        self.replica.touch(self._recent())

    def rename(self, now: datetime) -> None:
        post_id = self._recent()
        self.edits[post_id] += 1
        self.replica.rename(post_id)

    def recategorise(self, now: datetime) -> None:
        post_id = self._recent()
        self.edits[post_id] += 1
        self.replica.recategorise(post_id, self.choose.choice(SECTIONS))

    def withdraw(self, now: datetime) -> None:
        post_id = self._recent()
        self.absences.setdefault(post_id, []).append((now, None))
        self.replica.withdraw(post_id)

    def restore(self, now: datetime) -> None:
        absent = [number for number, spans in self.absences.items() if spans[-1][1] is None]
        if absent:
            post_id = self.choose.choice(absent)
            self.edits[post_id] += 1
            self.absences[post_id][-1] = (self.absences[post_id][-1][0], now)
            self.replica.restore(post_id)

    def was_absent(self, post_id: int, at: datetime) -> bool:
        """Tell whether a post was not public at that time, or in the day before it.

        A run may find out late, but never of an article that was there all the time.
        """
        return any(
            start <= at and (end is None or at <= end + DAY)
            for start, end in self.absences.get(post_id, [])
        )

    def _recent(self) -> int:
        return self.choose.choice(sorted(self.replica.truth())[-150:])


Begin = Callable[[], Callable[[], None]]  # begins something, and returns what ends it


@dataclass
class Disturbance:
    """Something that is not as always, from one time to another."""

    name: str
    start: datetime
    end: datetime
    begin: Begin
    undo: Callable[[], None] | None = None
    is_over: bool = False

    def look(self, now: datetime) -> None:
        """Begin or end it, when its time has come."""
        if not self.is_over and self.undo is None and now >= self.start:
            self.undo = self.begin()
        if self.undo is not None and now >= self.end:
            self.undo()
            self.undo, self.is_over = None, True


def failing(replica: Replica, **how: str | int) -> Begin:
    """Return what makes a replica fail in some way, until that is undone."""

    def begin() -> Callable[[], None]:
        fault: Fault = replica.fail(**how)  # type: ignore[arg-type]
        return lambda: replica.faults.remove(fault)

    return begin


def changed(replica: Replica, **attributes: object) -> Begin:
    """Return what sets attributes of a replica, until that is undone."""

    def begin() -> Callable[[], None]:
        before = {name: getattr(replica, name) for name in attributes}
        for name, value in attributes.items():
            setattr(replica, name, value)

        def undo() -> None:
            for name, value in before.items():
                setattr(replica, name, value)

        return undo

    return begin


class Period(NamedTuple):
    begin: datetime
    days: int


def disturbances(
    replica: Replica, jump: Callable[[timedelta], Begin], period: Period, choose: Random
) -> list[Disturbance]:
    """Return what breaks in a period: of each kind at least one in thirty days.

    *jump* sets the crawler's clock wrong by so much.
    """
    begin, days = period
    kinds = [
        ("down for hours", 3 * HOUR, failing(replica, path="", status=503)),
        ("connections reset", 2 * HOUR, failing(replica, path="", kind="reset")),
        ("database down", HOUR, failing(replica, path="", kind="database")),
        ("challenges", 2 * HOUR, failing(replica, path="", kind="challenge")),
        ("another theme that is known", 2 * DAY, changed(replica, theme="jnews-elementor")),
        ("a theme that nobody knows", 6 * HOUR, changed(replica, theme="renamed")),
        ("no sitemap, no REST", DAY, changed(replica, sitemap_open=False, rest_open=False)),
        ("articles that answer 404", HOUR, failing(replica, path="^/[^/]+/$", status=404)),
        ("articles that lead home", HOUR, failing(
            replica, path="^/[^/]+/$", kind="redirect", location="/")),
        ("categories elsewhere", DAY, moved_categories(replica)),
        ("our clock weeks ahead", HOUR, jump(21 * DAY)),
        ("our clock a year behind", HOUR, jump(-365 * DAY)),
        ("down for three days", 3 * DAY, failing(replica, path="", status=503)),
    ]  # fmt: skip
    step = days * DAY / (len(kinds) * max(1, round(days / 30)) + 1)
    planned, start = [], begin + step / 2
    for number in range(round(days * DAY / step) - 1):
        name, length, act = kinds[number % len(kinds)]
        later = start + step * choose.uniform(0, 0.2)
        planned.append(Disturbance(name, later, later + min(length, step * 0.6), act))
        start += step
    return planned


def moved_categories(replica: Replica) -> Begin:
    """Return what moves the countries' listings out from below ECOWAS, until it is undone."""

    def begin() -> Callable[[], None]:
        terms = dict(replica.wordpress.terms)
        for slug, term in terms.items():
            replica.wordpress.terms[slug] = replace(term, parent="")

        def undo() -> None:
            replica.wordpress.terms.update(terms)

        return undo

    return begin
