"""Incidents: people get a message when one begins, and one when it is over. Pure.

A section is in at most one incident at a time. Sections with the same cause share one: when the
site is down, there is one message, not one for each section. Where the kind of cause is the same
but the trouble differs, these are two incidents.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from diplonews.clock import ClockTime, age
from diplonews.notices.ending import ADVICE, Cause, Ending

# A section that is degraded once causes no message, only an exit status: mostly the next run is
# well.
DEGRADED_RUNS = 2

# A section that read something so long after an incident began does not share it. If it is broken
# now, that is another incident, even with the same cause. `recheck` runs once an hour.
SHARED_WITHIN = timedelta(hours=1)

# Crashes and unreadable pages are shared only if they are the same ones.
OF_ONE_PAGE = {Cause.PROGRAM, Cause.READING}


@dataclass(slots=True)
class Incident:
    """One cause, from the first run that met it to the last section that is well again."""

    cause: Cause
    is_broken: bool  # else degraded
    since: datetime
    what: str
    sections: list[str]  # sections that are not well yet
    met_by: list[str]  # all sections that were not well


@dataclass(slots=True)
class Unsent:
    """A message that not every address has taken yet."""

    message: str
    taken_by: list[str] = field(default_factory=list)  # fingerprints of addresses


@dataclass(slots=True)
class Memory:
    """What is remembered between runs."""

    incidents: list[Incident] = field(default_factory=list)
    degraded_runs: dict[str, int] = field(default_factory=dict)  # in a row, by section
    last_read: dict[str, ClockTime] = field(default_factory=dict)  # by section
    unsent: list[Unsent] = field(default_factory=list)


def observe(memory: Memory, ending: Ending) -> Iterator[str]:
    """Take in how a run ended; yield the messages that are due."""
    section = ending.section
    if ending.has_read:
        memory.last_read[section] = ending.end
        yield from _leave(memory, section, ending.ended_at, of_silence=True)
    if ending.cause is None:
        memory.degraded_runs.pop(section, None)
        yield from _leave(memory, section, ending.ended_at, of_silence=False)
        return
    is_broken = ending.verdict == "broken"
    count = memory.degraded_runs.get(section, 0) + 1
    memory.degraded_runs[section] = count
    if is_broken or count >= DEGRADED_RUNS:
        yield from _enter(memory, ending, is_broken=is_broken)


def listen(memory: Memory, fresh_seconds: Mapping[str, int], now: ClockTime) -> Iterator[str]:
    """Yield the messages on sections that are silent for too long.

    A wrong clock has dated a last reading that lies in the future: it counts from now on.
    """
    for section, last_read in list(memory.last_read.items()):
        silence = age(last_read, now)
        if silence is None:
            memory.last_read[section] = now
        limit = fresh_seconds.get(section, fresh_seconds.get(""))
        is_in_one = any(section in incident.sections for incident in memory.incidents)
        if limit is None or is_in_one or not silence or silence <= timedelta(seconds=limit):
            continue
        read_at = now.at - silence  # by the clock as it is now
        ending = Ending(
            section=section,
            verdict="broken",
            started_at=read_at,
            ended_at=now.at,
            cause=Cause.SILENCE,
            what=f"nothing was read since {read_at:%Y-%m-%d %H:%M} UTC",
        )
        yield from _enter(memory, ending, is_broken=True)


def _enter(memory: Memory, ending: Ending, *, is_broken: bool) -> Iterator[str]:
    """Put a section into the incident of its cause; yield a message if the incident is new."""
    assert ending.cause is not None
    joined = [incident for incident in memory.incidents if ending.section in incident.sections]
    is_worse = is_broken and not any(incident.is_broken for incident in joined)
    is_other = all(incident.cause is not ending.cause for incident in joined)
    if joined and not (is_worse and is_other):
        return
    for incident in memory.incidents:
        if incident.is_broken >= is_broken and _is_shared(memory, incident, ending):
            incident.sections.append(ending.section)
            if ending.section not in incident.met_by:
                incident.met_by.append(ending.section)
            return
    memory.incidents.append(
        Incident(
            ending.cause, is_broken, ending.started_at, ending.what, [ending.section],
            [ending.section],
        )
    )  # fmt: skip
    state = "broken" if is_broken else "degraded"
    yield (
        f"{ending.section} is {state}: {ending.what}\n"
        f"Since {ending.started_at:%Y-%m-%d %H:%M} UTC. Cause: {ending.cause}.\n"
        f"What to do: {ADVICE[ending.cause]}."
    )


def _is_shared(memory: Memory, incident: Incident, ending: Ending) -> bool:
    """Tell whether the section of *ending* shares *incident*."""
    if incident.cause is not ending.cause:
        return False
    if ending.cause is Cause.CLOCK:
        return True  # a machine has one
    if ending.cause in OF_ONE_PAGE:
        return _first_trouble(incident.what) == _first_trouble(ending.what)
    last_read = memory.last_read.get(ending.section)
    return last_read is None or last_read.at <= incident.since + SHARED_WITHIN


def _first_trouble(what: str) -> str:
    return what.partition(" (and ")[0]


def _leave(memory: Memory, section: str, at: datetime, *, of_silence: bool) -> Iterator[str]:
    """Take a section out of its incidents; yield a message for each that is over now."""
    for incident in list(memory.incidents):
        if section not in incident.sections or (incident.cause is Cause.SILENCE) != of_silence:
            continue
        incident.sections.remove(section)
        if not incident.sections:
            memory.incidents.remove(incident)
            minutes = int((at - incident.since).total_seconds()) // 60
            # Below zero the clock was set back meanwhile, and nobody knows how long it took.
            how_long = f", after {minutes} min" if minutes >= 0 else ""
            yield (
                f"{', '.join(incident.met_by)}: well again at {at:%Y-%m-%d %H:%M} UTC{how_long}."
                f"\nIt was: {incident.what}"
            )
