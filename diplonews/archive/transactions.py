"""What the archive's parts share: how they reach the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection

Transaction = Callable[[], AbstractContextManager[Connection]]


class ArchivePart:
    """A part of the archive: some tables and all that is done with them."""

    def __init__(self, read: Transaction, write: Transaction) -> None:
        self.read = read
        self.write = write
