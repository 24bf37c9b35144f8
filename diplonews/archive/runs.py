"""Runs: one row for each execution of a spider."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from diplonews.archive.part import Part
from diplonews.archive.tables import run


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


class Runs(Part):
    """The runs, in the order of their numbers."""

    def begin(
        self,
        section: str,
        arguments: Mapping[str, str],
        started_at: datetime,
        process: str = "",
    ) -> tuple[int, str]:
        """Note a new run; return its number and its id, "20261122T133000Z-security".

        Two runs of a section in one second get "-2", "-3" behind their ids.
        """
        stem = f"{started_at:%Y%m%dT%H%M%SZ}-{section}"
        with self.write() as connection:
            same = select(run.c.run_id).where(run.c.run_id.startswith(stem, autoescape=True))
            taken = set(connection.scalars(same))
            tries = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
            run_id = next(name for name in tries if name not in taken)
            row = insert(run).values(
                run_id=run_id,
                section=section,
                arguments=dict(arguments),
                started_at=started_at,
                process=process,
            )
            key = connection.execute(row).inserted_primary_key
        assert key is not None
        return int(key[0]), run_id

    def end(
        self, number: int, verdict: str, counts: Mapping[str, Any], ended_at: datetime
    ) -> None:
        with self.write() as connection:
            connection.execute(
                update(run)
                .where(run.c.number == number)
                .values(verdict=verdict, counts=dict(counts), ended_at=ended_at)
            )

    def close(self, number: int, section: str, at: datetime) -> None:
        """Note that no event can follow of the section's runs up to *number*.

        Of those before it, because who holds the section's lock knows that they have died.
        Only what is closed is published, so that no file of changes is ever written again.
        """
        closed = (
            update(run)
            .where(run.c.section == section, run.c.number <= number, run.c.closed_at.is_(None))
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

    def find(self, run_id: str) -> RunRow | None:
        """Return the run of an id; ``None`` where there is none."""
        with self.read() as connection:
            found = (
                connection.execute(select(run).where(run.c.run_id == run_id)).mappings().first()
            )
        return _row(found) if found is not None else None

    def sections(self) -> list[str]:
        """Return the sections that had a run, in alphabetical order."""
        with self.read() as connection:
            return sorted(connection.scalars(select(run.c.section).distinct()))

    def names(self, run_ids: Iterable[str]) -> set[str]:
        """Return those of *run_ids* that are runs of this archive."""
        with self.read() as connection:
            return set(run_ids) & set(connection.scalars(select(run.c.run_id)))


def _row(row: RowMapping) -> RunRow:
    return RunRow(
        run_id=row["run_id"],
        section=row["section"],
        arguments=row["arguments"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        verdict=row["verdict"] or "",
        counts=row["counts"] or {},
        process=row["process"] or "",
    )
