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
        self, section: str, arguments: Mapping[str, str], started_at: datetime
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
                run_id=run_id, section=section, arguments=dict(arguments), started_at=started_at
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

    def unpublished(self, section: str) -> list[tuple[int, str]]:
        """Return number and id of the section's runs whose events are not in the feeds yet.

        More than the present one where earlier ones died.
        """
        waiting = (
            select(run.c.number, run.c.run_id)
            .where(run.c.section == section, run.c.published_at.is_(None))
            .order_by(run.c.number)
        )
        with self.read() as connection:
            return [(row.number, row.run_id) for row in connection.execute(waiting)]

    def unpublished_numbers(self) -> list[int]:
        """Return the numbers of all runs, of any section, that are not in the feeds yet."""
        with self.read() as connection:
            waiting = select(run.c.number).where(run.c.published_at.is_(None))
            return list(connection.scalars(waiting))

    def note_published(self, numbers: Iterable[int], published_at: datetime) -> None:
        with self.write() as connection:
            connection.execute(
                update(run).where(run.c.number.in_(numbers)).values(published_at=published_at)
            )
