"""The list of forgotten articles, taken over when one archive replaces another.

What was forgotten stays forgotten, whatever an older backup says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, inspect, or_, select, update

from diplonews.archive.description import number_on
from diplonews.archive.erasing import erase_entry, erase_traces, overwrite_free_space
from diplonews.archive.forgotten import FORGOTTEN, entry_of
from diplonews.archive.tables import article, forgotten, forgotten_address


@dataclass(frozen=True, slots=True)
class ForgottenList:
    """The entries of an archive's list, and their addresses."""

    entries: Sequence[RowMapping]
    addresses: Sequence[RowMapping]

    @classmethod
    def read(cls, connection: Connection) -> "ForgottenList":
        """Read the list of an archive; it is empty where earlier schemas had none."""
        if not inspect(connection).has_table(forgotten.name):
            return cls([], [])
        entries = connection.execute(select(forgotten).order_by(forgotten.c.number))
        addresses = connection.execute(select(forgotten_address))
        return cls(entries.mappings().all(), addresses.mappings().all())

    def put_back(self, connection: Connection) -> None:
        """Put the entries on the list of the archive that replaced theirs.

        Their numbers come after all others of both lists, so machines search their files again.
        """
        overwrite_free_space(connection)
        last = connection.scalar(select(func.max(forgotten.c.number))) or 0
        last_entry = max([last, *(entry["number"] for entry in self.entries)])
        last = connection.scalar(select(func.max(forgotten_address.c.number))) or 0
        number = max([last, *(address["number"] for address in self.addresses)])
        for place, entry in enumerate(self.entries, last_entry + 1):
            row = dict(entry) | {"number": place, "erased_at": None, "compacted_at": None}
            connection.execute(insert(forgotten).values(self._merged(connection, row)))
            for address in self.addresses:
                is_its = address["forgotten"] == entry["number"]
                if is_its:
                    number += 1
                    self._put_address(connection, dict(address), number, place)
        for table in (forgotten, forgotten_address):
            number_on(connection, table.name, "number")

    @staticmethod
    def _merged(connection: Connection, row: dict[str, object]) -> dict[str, object]:
        """Remove the restored entry of the same article; return *row*."""
        is_same = or_(
            forgotten.c.article_id == row["article_id"], forgotten.c.post_id == row["post_id"]
        )
        for number in connection.scalars(select(forgotten.c.number).where(is_same)).all():
            mine = forgotten_address.c.forgotten == number
            connection.execute(forgotten_address.delete().where(mine))
            connection.execute(forgotten.delete().where(forgotten.c.number == number))
        return row

    @staticmethod
    def _put_address(
        connection: Connection, address: dict[str, object], number: int, entry: int
    ) -> None:
        is_same = forgotten_address.c.url_key == address["url_key"]
        connection.execute(forgotten_address.delete().where(is_same))
        row = address | {"number": number, "forgotten": entry}
        connection.execute(insert(forgotten_address).values(row))

    def obey(self, connection: Connection, now: datetime) -> None:
        """Erase what the archive has of its listed articles: rows, and the words of events."""
        is_open = forgotten.c.erased_at.is_(None)
        for number in connection.scalars(select(forgotten.c.number).where(is_open)).all():
            entry = entry_of(connection, number)
            status = select(article.c.status).where(article.c.id == entry.article_id)
            if connection.scalar(status) in {None, FORGOTTEN}:
                erase_traces(connection, entry)
                is_this = forgotten.c.number == number
                connection.execute(update(forgotten).where(is_this).values(erased_at=now))
            else:
                erase_entry(connection, number, now)
