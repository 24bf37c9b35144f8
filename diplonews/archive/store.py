"""The archive as a whole: how it is opened and brought up to date, and its transactions.

On both databases one transaction writes at a time, so that ``seq`` is also the order of commits.
SQLite has BEGIN IMMEDIATE for that, PostgreSQL an advisory lock until the transaction ends.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from diplonews.archive import completing, database_urls, migrations, tables
from diplonews.archive.addresses import Addresses
from diplonews.archive.articles import Articles
from diplonews.archive.chronicle import Chronicle
from diplonews.archive.compacting import compact
from diplonews.archive.completeness import Comparison
from diplonews.archive.database_locks import DatabaseLock, connect_args
from diplonews.archive.erasing import Erasing
from diplonews.archive.feeds import Feeds
from diplonews.archive.forgotten import Forgotten
from diplonews.archive.history import History
from diplonews.archive.kept_pages import KeptPages
from diplonews.archive.listed_dates import Dates
from diplonews.archive.pending import Pending
from diplonews.archive.published_lines import Lines
from diplonews.archive.runs import Runs
from diplonews.archive.standing import Standing
from diplonews.archive.surfaces import Surfaces
from diplonews.archive.validators import Validators
from diplonews.archive.waiting import Waiting
from diplonews.archive.walks import Walks
from diplonews.archive.withdrawals import Withdrawals
from diplonews.errors import ArchiveError, MissingArchiveError, SettingError
from diplonews.file_owners import advice
from diplonews.printing import without_passwords

# How long one writer waits for another. A transaction takes milliseconds.
WAIT_SECONDS = 60

# Any number that no other program uses for its advisory locks.
LOCK_NUMBER = 6_404_270_911


class Archive:
    """The archive; its parts (runs, walks, pending, articles, feeds) are attributes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = database_urls.name_of(engine.url)
        self.lock: DatabaseLock | None = None  # without it a run may no longer write
        self.runs = Runs(self.read, self.write)
        self.walks = Walks(self.read, self.write)
        self.pending = Pending(self.read, self.write)
        self.addresses = Addresses(self.read, self.write)
        self.articles = Articles(self.read, self.write)
        self.chronicle = Chronicle(self.read, self.write)
        self.history = History(self.read, self.write)
        self.feeds = Feeds(self.read, self.write)
        self.forgotten = Forgotten(self.read, self.write)
        self.erasing = Erasing(self.read, self.write)
        self.lines = Lines(self.read, self.write)
        self.validators = Validators(self.read, self.write)
        self.surfaces = Surfaces(self.read, self.write)
        self.dates = Dates(self.read, self.write)
        self.withdrawals = Withdrawals(self.read, self.write)
        self.standing = Standing(self.read, self.write)
        self.comparison = Comparison(self.read, self.write)
        self.waiting = Waiting(self.read, self.write)
        self.kept_pages = KeptPages(self.read, self.write)

    @classmethod
    def open(cls, url: str | URL, *, create: bool = True) -> Self:
        """Open the archive at a database *url*; make or migrate it where that is needed.

        Raises ``SettingError`` where the URL names no usable database. Raises ``ArchiveError``
        where the database cannot be reached or was written by newer code; without *create*, also
        where there is no archive.
        """
        archive = cls.reach(url)
        try:
            if create or archive.exists():
                archive._bring_up_to_date()
            else:
                raise MissingArchiveError(
                    f"{archive.name}: expected an archive, found none: crawl first"
                )
        except ArchiveError:
            archive.close()
            raise
        return archive

    @classmethod
    def reach(cls, url: str | URL) -> Self:
        """Return the archive at a database *url* as it is: nothing is made or migrated.

        Raises ``SettingError`` where the URL names no usable database, ``ArchiveError`` where it
        cannot be reached.
        """
        try:
            archive = cls(_engine(database_urls.parse(url) if isinstance(url, str) else url))
        except ValueError as error:
            given = database_urls.without_secrets(str(url))
            raise SettingError(
                f"DIPLONEWS_ARCHIVE: expected sqlite:///path or postgresql://…, "
                f"found {given}: {error}"
            ) from None
        try:
            archive._check_encoding()
        except ArchiveError:
            archive.close()
            raise
        return archive

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read one state of the archive, whatever others write meanwhile."""
        with self._errors("read"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Change the archive: all changes count at the end of the block, or none."""
        writer = self.engine.execution_options(writes=True)
        with self._errors("written"), writer.begin() as connection:
            if self.lock is not None:
                self.lock.check(connection)
            yield connection

    def checkpoint(self) -> None:
        """Bring what is committed to disk for good, so that no feed is ahead of the archive."""
        if self.engine.dialect.name == "sqlite":
            with self._errors("written"), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(FULL)")

    def compact(self) -> list[str]:
        """Rewrite the database without what was deleted; return what is not ours to rewrite.

        ``ArchiveError`` if it is in use.
        """
        with self._errors("rewritten"):
            return compact(self.engine, self.name)

    def wait_for_lock(self, name: str) -> DatabaseLock | None:
        """Take a lock that all machines see; ``None`` where the archive is one machine's."""
        if self.engine.dialect.name == "sqlite":
            return None
        return DatabaseLock.take(self.engine.url, name, waits=True)

    def exists(self) -> bool:
        """Tell whether there is an archive; make no file to find out."""
        path = self.engine.url.database or ""
        if self.engine.dialect.name == "sqlite" and not Path(path).exists():
            return False
        with self.read() as connection:
            return inspect(connection).has_table("about")

    @property
    def is_shared(self) -> bool:
        """Tell whether several machines may use it."""
        return self.engine.dialect.name != "sqlite"

    @property
    def id(self) -> str:
        """The identity of the archive, which the manifest of its feeds names."""
        return self._about("id")

    def _about(self, name: str) -> str:
        with self.read() as connection:
            value = select(tables.about.c.value).where(tables.about.c.name == name)
            return connection.scalar(value) or ""

    @contextmanager
    def _errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            said = " ".join(str(cause).split())  # PostgreSQL says it in several lines
            reason = f"{without_passwords(said)}{self._advice()}"
            raise ArchiveError(f"{self.name} could not be {verb}: {reason}") from error

    def _advice(self) -> str:
        """Return advice where another user owns one of SQLite's files."""
        path = self.engine.url.database or ""
        if self.engine.dialect.name != "sqlite":
            return ""
        return advice(*(Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")))

    def _check_encoding(self) -> None:
        """Raise ``ArchiveError`` where the database cannot keep every letter."""
        if self.engine.dialect.name != "postgresql":
            return
        with self.read() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise ArchiveError(
                f"{self.name}: expected a database in UTF8, found {encoding}: make one by "
                f"createdb --encoding=UTF8 --template=template0"
            )

    def _bring_up_to_date(self) -> None:
        """Make, migrate or complete the archive, in one transaction, where that is needed."""
        is_of_today = self.exists() and self.schema() == tables.SCHEMA
        if is_of_today and completing.has_every_key(self._about("keys")):
            return
        with self.write() as connection:
            if inspect(connection).has_table("about"):
                # Another process may have migrated it since: only here nobody else writes.
                self.migrate(connection)
                completing.complete_lines(connection)
            else:
                self.make(connection)

    @staticmethod
    def make(connection: Connection) -> None:
        """Make the tables of a new archive, which has only an identity."""
        tables.metadata.create_all(connection)
        schema = {"name": "schema", "value": str(tables.SCHEMA)}
        connection.execute(insert(tables.about).values(schema))
        migrations.name_archive(connection)
        completing.note_keys(connection)

    def migrate(self, connection: Connection) -> None:
        """Bring the tables up to today's schema, in the transaction of *connection*."""
        for number in range(self.schema(connection), tables.SCHEMA):
            migrations.STEPS[number].take(connection)
        mine = tables.about.c.name == "schema"
        connection.execute(update(tables.about).where(mine).values(value=str(tables.SCHEMA)))

    def schema(self, connection: Connection | None = None) -> int:
        """Return the schema of the archive; ``ArchiveError`` where this code does not know it."""
        if connection is None:
            with self.read() as reading:
                return self.schema(reading)
        schema = select(tables.about.c.value).where(tables.about.c.name == "schema")
        number = connection.scalar(schema) or ""
        if number not in map(str, range(1, tables.SCHEMA + 1)):
            raise ArchiveError(
                f"{self.name} was written by schema {number[:20]} and this code knows "
                f"{tables.SCHEMA}: update the code or move the archive away"
            )
        return int(number)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, connect_args=connect_args(url))
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # _begin_sqlite begins transactions
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_NUMBER})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
