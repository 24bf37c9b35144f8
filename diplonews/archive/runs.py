"""Runs: one row for each execution of a spider."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, insert, select, update

from diplonews.archive.tables import IS_OPEN, run
from diplonews.archive.transactions import ArchivePart
from diplonews.clock import ClockTime, Uptime

# Among a run's counts: the machine's uptime when it began, as a list.
UPTIME = "uptime"

MOST_AT_ONCE = 500  # values in one statement: databases have a limit


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, as the archive keeps it."""

    run_id: str
    section: str
    arguments: Mapping[str, str]
    started_at: datetime
    ended_at: datetime | None  # None: it is under way, or has died
    verdict: str  # empty, likewise
    counts: Mapping[str, Any]  # by the names of docs/operations.md
    process: str


class Runs(ArchivePart):
    """The runs, in the order of their numbers."""

    def begin(
        self,
        section: str,
        arguments: Mapping[str, str],
        started_at: datetime,
        process: str = "",
        uptime: Uptime | None = None,
    ) -> tuple[int, str]:
        """Note a new run; return its number and its id, "20261122T133000Z-security".

        If two runs of a section begin in one second, the second id ends with "-2". The *uptime*
        of the machine tells the run's age, even after somebody has set the clock.
        """
        stem = f"{started_at:%Y%m%dT%H%M%SZ}-{section}"
        with self.write() as connection:
            run_id = free_id(connection, stem)
            row = insert(run).values(
                run_id=run_id,
                section=section,
                arguments=dict(arguments),
                started_at=started_at,
                process=process,
                counts={UPTIME: uptime} if uptime else None,
            )
            key = connection.execute(row).inserted_primary_key
        assert key is not None
        return int(key[0]), run_id

    def end(
        self, number: int, verdict: str, counts: Mapping[str, Any], ended_at: datetime
    ) -> None:
        is_this = run.c.number == number
        with self.write() as connection:
            earlier_counts = connection.scalar(select(run.c.counts).where(is_this)) or {}
            all_counts = earlier_counts | dict(counts)
            values = {"verdict": verdict, "counts": all_counts, "ended_at": ended_at}
            connection.execute(update(run).where(is_this).values(values))

    def close(self, number: int, section: str, at: datetime) -> None:
        """Note that the section's runs up to *number* will archive no more events.

        The earlier ones have died: this run has the section's lock.
        """
        closed = (
            update(run)
            .where(run.c.section == section, run.c.number <= number, IS_OPEN)
            .values(closed_at=at)
        )
        with self.write() as connection:
            connection.execute(closed)

    def newest(self, section: str | None, limit: int) -> list[RunRow]:
        """Return the newest *limit* runs, of a section or of all, newest first."""
        newest = select(run).order_by(run.c.number.desc()).limit(limit)
        if section is not None:
            newest = newest.where(run.c.section == section)
        with self.read() as connection:
            return [_row(row) for row in connection.execute(newest).mappings()]

    def last_began(self) -> ClockTime | None:
        """Return when the newest run of all began; ``None`` where there was none yet."""
        with self.read() as connection:
            row = connection.execute(select(run).order_by(run.c.number.desc()).limit(1)).first()
        return moment_of(row) if row else None

    def all(self) -> Iterator[tuple[int, RunRow]]:
        """Yield every run with its number, oldest first."""
        rows = select(run).order_by(run.c.number)
        with self.read() as connection:
            streaming = connection.execution_options(yield_per=1_000)
            for row in streaming.execute(rows).mappings():
                yield row["number"], _row(row)

    def find(self, run_id: str) -> RunRow | None:
        """Return the run of an id; ``None`` where there is none."""
        with self.read() as connection:
            first_row = (
                connection.execute(select(run).where(run.c.run_id == run_id)).mappings().first()
            )
        return _row(first_row) if first_row is not None else None

    def sections(self) -> list[str]:
        """Return the sections that had a run, in alphabetical order."""
        sections: list[str] = []
        next_section = select(func.min(run.c.section))
        with self.read() as connection:
            section = connection.scalar(next_section)
            while section is not None:
                sections.append(section)
                section = connection.scalar(next_section.where(run.c.section > section))
        return sorted(sections)

    def names(self, run_ids: Iterable[str]) -> set[str]:
        """Return those of *run_ids* that are runs of this archive."""
        wanted = list(run_ids)
        names: set[str] = set()
        with self.read() as connection:
            for start in range(0, len(wanted), MOST_AT_ONCE):
                some = wanted[start : start + MOST_AT_ONCE]
                names.update(
                    connection.scalars(select(run.c.run_id).where(run.c.run_id.in_(some)))
                )
        return names


def moment_of(row: Row[Any]) -> ClockTime:
    """Return when a run began."""
    uptime = (row.counts or {}).get(UPTIME)
    return ClockTime(row.started_at, Uptime(*uptime) if uptime else None)


def free_id(connection: Connection, stem: str) -> str:
    """Return *stem*, or the first of *stem*-2, *stem*-3, … that no run has."""
    run_id, number = stem, 1
    while connection.scalar(select(run.c.number).where(run.c.run_id == run_id)) is not None:
        number += 1
        run_id = f"{stem}-{number}"
    return run_id


def _row(row: RowMapping) -> RunRow:
    return RunRow(
        run_id=row["run_id"],
        section=row["section"],
        arguments=row["arguments"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        verdict=row["verdict"] or "",
        counts={k: count for k, count in (row["counts"] or {}).items() if k != UPTIME},
        process=row["process"] or "",
    )
