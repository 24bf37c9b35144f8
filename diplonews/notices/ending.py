"""How a run ended, for notices; also a run that could not begin. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from diplonews.clock import ClockTime, Uptime
from diplonews.errors import ArchiveError, DiplonewsError, FileError
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind, Trouble


class Cause(StrEnum):
    """The cause of a bad run, as far as the run knows it. Each cause is one incident."""

    SITE = "site"  # the site does not answer, or not as a site does
    STORAGE = "storage"  # archive, feeds or disk cannot be read or written
    THEME = "theme"  # pages are not as our layouts say
    PROGRAM = "program"  # an unexpected exception
    CLOCK = "clock"  # this machine's clock is far from the site's
    READING = "reading"  # some pages or values could not be read
    SILENCE = "silence"  # nothing runs


# What to do, by cause.
ADVICE = {
    Cause.SITE: "nothing, if the site is down in a browser too; else docs/operations.md",
    Cause.STORAGE: "make room, or give the rights back; the next run makes everything whole",
    Cause.THEME: "CONTRIBUTING.md, 'The theme changed'",
    Cause.PROGRAM: "tell the maintainers; the report has the traceback",
    Cause.CLOCK: "set this machine's clock, and have it kept right (NTP); nothing is lost",
    Cause.READING: "`scrapy runs latest` says which, and what to do",
    Cause.SILENCE: "does the schedule run? `scrapy status`",
}

OF_THE_THEME = {Kind.FALLBACK}
OF_THE_PROGRAM = {Kind.CRASH, Kind.ACCOUNT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """One run's end."""

    section: str
    verdict: str
    started_at: datetime
    ended_at: datetime
    uptime: Uptime | None = None  # of this machine, at the end
    cause: Cause | None = None  # None: all is well
    what: str = ""  # what went wrong, in a sentence
    run_id: str = ""  # empty: it could not begin
    requests: int = 0
    articles: int = 0
    changes: int = 0
    troubles: Mapping[str, int] = field(default_factory=dict)  # by their kind

    @property
    def end(self) -> ClockTime:
        return ClockTime(self.ended_at, self.uptime)

    @property
    def has_read(self) -> bool:
        """Tell whether the run read anything from the site."""
        return self.verdict in {"ok", "unchanged", "degraded"}


def ending_of(run: Run, counts: Mapping[str, int], end: ClockTime) -> Ending:
    """Return how *run* ended; *counts* are its counts by the names of docs/operations.md.

    Its times are the site's where our clock is far from it.
    """
    changes = ("created", "updated", "withdrawn", "restored")
    cause = cause_of(run)
    is_clock_off = any(trouble.kind is Kind.CLOCK for trouble in run.troubles)
    ahead = (is_clock_off and run.clock.ahead) or timedelta(0)
    return Ending(
        section=run.section,
        verdict=run.verdict,
        started_at=run.started_at + ahead,
        ended_at=end.at + ahead,
        uptime=end.uptime,
        cause=cause,
        what=_what(run) if cause else "",
        run_id=run.run_id,
        requests=run.account.opened,
        articles=counts.get("diplonews/article_count", 0),
        changes=sum(counts.get(f"diplonews/{kind}_count", 0) for kind in changes),
        troubles=Counter(str(trouble.kind) for trouble in run.troubles),
    )


def ending_without_run(section: str, error: Exception, started_at: datetime) -> Ending:
    """Return the ending of a run that could not begin, or whose end is not known."""
    is_storage = isinstance(error, ArchiveError | FileError | OSError)
    is_foreseen = isinstance(error, DiplonewsError | OSError)
    cause = Cause.STORAGE if is_storage or is_foreseen else Cause.PROGRAM
    what = str(error) if is_foreseen else f"{type(error).__name__}: {error}"
    return Ending(
        section=section,
        verdict="broken",
        started_at=started_at,
        ended_at=started_at,
        cause=cause,
        what=what,
    )


def cause_of(run: Run) -> Cause | None:
    """Return the cause of a bad run; ``None`` for a good one."""
    if run.verdict in {"ok", "unchanged"}:
        return None
    kinds = {trouble.kind for trouble in run.troubles}
    if run.unwritten:
        return Cause.STORAGE
    if run.is_over:
        return Cause.SITE
    if kinds & OF_THE_THEME:
        return Cause.THEME
    if run.verdict == "broken" and not kinds & OF_THE_PROGRAM:
        return Cause.SITE
    if kinds & OF_THE_PROGRAM:
        return Cause.PROGRAM
    return Cause.CLOCK if kinds == {Kind.CLOCK} else Cause.READING


def _what(run: Run) -> str:
    if run.unwritten:
        return run.unwritten
    if not run.troubles:
        return f"run {run.run_id} is {run.verdict}"
    first = _first(run.troubles)
    more = len(run.troubles) - 1
    return f"{first.url}: {first.why}".removeprefix(": ") + (f" (and {more} more)" if more else "")


def _first(troubles: list[Trouble]) -> Trouble:
    """Return the trouble that says most: one of a listing before one of an article."""
    listing = [trouble for trouble in troubles if trouble.kind is Kind.LISTING]
    return (listing or troubles)[0]
