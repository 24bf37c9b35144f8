"""Runs: one row for each execution of a spider."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from diplonews.archive.part import Part
from diplonews.archive.tables import run


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

    def names(self, run_ids: Iterable[str]) -> set[str]:
        """Return those of *run_ids* that are runs of this archive."""
        with self.read() as connection:
            return set(run_ids) & set(connection.scalars(select(run.c.run_id)))
