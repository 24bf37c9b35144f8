"""Health of the crawler: what a person must look at, and what to do. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diplonews.archive.completeness import Completeness
from diplonews.archive.standing import Backlog, LastRun
from diplonews.archive.validators import Hold
from diplonews.clock import ClockTime, Uptime, age, jump
from diplonews.printing import counted

# In the order of how bad it is; the exit status of each.
WELL, ATTENTION, BROKEN = "well", "attention", "broken"
STATUS = {WELL: 0, ATTENTION: 3, BROKEN: 4}

# What is pending for so long was tried some 15 times, so chance is not the reason.
LONGEST_PENDING = timedelta(days=2)

# A run that has not ended after this time has died, or hangs.
LONGEST_RUN = timedelta(hours=12)

# Of the disk with DIPLONEWS_VAR.
LEAST_DISK = 500_000_000  # bytes


@dataclass(frozen=True, slots=True)
class SectionHealth:
    """How a section is."""

    name: str
    last_run: LastRun | None
    fresh_seconds: int | None  # how old its last reading may be; None: any age
    sound_walk_at: datetime | None
    new_article_at: datetime | None
    backlog: Backlog
    open_categories: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk, now and what was added in the last 30 days."""

    archive: int
    archive_growth: int  # since "archive_since"; negative: it shrank; 0: not known
    feeds: int
    captures: int
    captures_growth: int
    disk_left: int
    archive_since: datetime | None = None  # when the oldest size within 30 days was noted


@dataclass(frozen=True, slots=True)
class Verification:
    """What the last `scrapy verify` found."""

    at: datetime
    differences: int


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the whole crawler at one moment."""

    at: datetime
    sections: Sequence[SectionHealth]
    completeness: Completeness | None
    unchecked_at: datetime | None  # the last reading of the article not read for longest
    rejected_count: int
    held_count: int
    holds: Mapping[str, Hold]
    sizes: Sizes
    verification: Verification | None
    uptime: Uptime | None = None  # of this machine, at that moment

    @property
    def moment(self) -> ClockTime:
        return ClockTime(self.at, self.uptime)


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is not well."""

    level: str  # ATTENTION or BROKEN
    what: str
    advice: str


def level_of(concerns: Sequence[Concern]) -> str:
    """Return how bad the worst of *concerns* is.

    >>> level_of([]), level_of([Concern("attention", "", ""), Concern("broken", "", "")])
    ('well', 'broken')
    """
    levels = {concern.level for concern in concerns}
    return BROKEN if BROKEN in levels else ATTENTION if levels else WELL


def concerns(health: Health) -> Iterator[Concern]:
    """Yield what a person must look at, sections first."""
    if not any(section.last_run for section in health.sections):
        yield Concern(ATTENTION, "nothing was crawled yet", "`scrapy crawl security`")
    for section in health.sections:
        yield from _section_concerns(section, health.moment)
    yield from _clock_concerns(health)
    yield from _whole_concerns(health)


def _section_concerns(section: SectionHealth, now: ClockTime) -> Iterator[Concern]:
    last, name = section.last_run, section.name
    if last is None:
        return
    run_age = age(last.began, now)
    if last.verdict == "broken":
        what = f"{name}: its last run is broken"
        yield Concern(BROKEN, what, f"`scrapy runs {last.run_id}`")
    elif last.verdict == "degraded":
        what = f"{name}: its last run is degraded"
        yield Concern(ATTENTION, what, f"`scrapy runs {last.run_id}`")
    elif not last.verdict and run_age and run_age > LONGEST_RUN:
        what = f"{name}: its last run began {ago(run_age)} ago and has not ended"
        yield Concern(ATTENTION, what, f"does it hang? `scrapy runs {last.run_id}`")
    if section.fresh_seconds is not None:
        silence = age(last.last_read or last.began, now)
        limit = timedelta(seconds=section.fresh_seconds)
        if silence and silence > limit:
            what = f"{name}: nothing was read for {ago(silence)}, expected at most {ago(limit)}"
            yield Concern(BROKEN, what, "does the schedule run? `scrapy runs`")
    oldest = section.backlog.oldest_at
    if section.backlog.failed_count and oldest and now.at - oldest > LONGEST_PENDING:
        what = f"{name}: an address is pending for {ago(now.at - oldest)}"
        yield Concern(ATTENTION, what, f"`scrapy pending --section {name}`")


def _clock_concerns(health: Health) -> Iterator[Concern]:
    """Yield that the clock was set since the last run of some section: all its ages are wrong."""
    jumps = {
        section.name: jump(section.last_run.began, health.moment)
        for section in health.sections
        if section.last_run
    }
    names = [name for name, ahead in jumps.items() if ahead]
    if names:
        ahead = max(jumps.values(), key=abs)
        what = (
            f"this machine's clock was set {'forward' if ahead > timedelta(0) else 'back'} by "
            f"{ago(abs(ahead))} since the last run of {', '.join(names)}"
        )
        yield Concern(
            ATTENTION, what, "is `date -u` right? Then the next runs end this; else set it"
        )


def _whole_concerns(health: Health) -> Iterator[Concern]:
    for url, hold in health.holds.items():
        why = hold.why.rstrip(".")
        what = f"{url} is asked for nothing before {hold.until:%Y-%m-%d %H:%M}: {why}"
        yield Concern(ATTENTION, what, "nothing, if the site is down; else docs/operations.md")
    if health.held_count:
        what = f"{counted(health.held_count, 'article')} held as gone"
        yield Concern(ATTENTION, what, "look at some; `scrapy crawl recheck -a confirm=yes`")
    lacking = health.completeness.missing_count if health.completeness else 0
    if lacking:
        what = f"the site lists {counted(lacking, 'article')} that nobody has read"
        yield Concern(ATTENTION, what, "`scrapy crawl recheck`, then `scrapy pending`")
    difference_count = health.verification.differences if health.verification else 0
    if difference_count:
        what = f"the feeds differ from the archive in {counted(difference_count, 'place')}"
        yield Concern(ATTENTION, what, "`scrapy verify`, then `scrapy verify --repair`")
    sizes = health.sizes
    if sizes.disk_left < max(LEAST_DISK, sizes.archive_growth + sizes.captures_growth):
        what = f"the disk has {megabytes(sizes.disk_left)} left"
        yield Concern(ATTENTION, what, "make room, or keep captures for fewer days")


def ago(age: timedelta) -> str:
    """Return a span of time for people, in its largest unit.

    >>> ago(timedelta(minutes=5)), ago(timedelta(hours=1)), ago(timedelta(days=3, hours=5))
    ('5 minutes', '1 hour', '3 days')
    """
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return counted(seconds // length, unit)
    return counted(seconds, "second")


def megabytes(count: int) -> str:
    """Return bytes for people.

    >>> megabytes(12_345_678), megabytes(2_500_000_000)
    ('12.3 MB', '2.5 GB')
    """
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"
