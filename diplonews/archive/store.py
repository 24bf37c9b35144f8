"""The archive as a whole: opened, brought up to date, and its transactions.

One writer at a time, on both databases, so that ``seq`` is also the order of commits: SQLite
by BEGIN IMMEDIATE, PostgreSQL by an advisory lock held to the end of the transaction.
"""

import json
from collections.abc import Callable, Iterator
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

from diplonews.archive import tables, urls
from diplonews.archive.articles import Articles
from diplonews.archive.feeds import Feeds
from diplonews.archive.history import History
from diplonews.archive.pending import Pending
from diplonews.archive.runs import Runs
from diplonews.archive.surfaces import Surfaces
from diplonews.archive.twins import note_marks
from diplonews.archive.validators import Validators
from diplonews.archive.walks import Walks
from diplonews.errors import ArchiveError, SettingError
from diplonews.ownership import advice

# How long a writer waits for another before it gives up. A transaction takes milliseconds.
WAIT_SECONDS = 60

# Any number that no other program uses for its advisory locks.
LOCK_NUMBER = 6_404_270_911


def _to_schema_2(connection: Connection) -> None:
    """2026-11-23: what `recheck` keeps, and holds."""
    connection.exec_driver_sql(
        "ALTER TABLE pending ADD COLUMN article_id VARCHAR "
        "REFERENCES article (id) ON UPDATE CASCADE"
    )
    connection.exec_driver_sql(
        "UPDATE pending SET article_id = "
        "(SELECT article_id FROM alias WHERE alias.url_key = pending.url_key)"
    )
    connection.exec_driver_sql("CREATE INDEX ix_pending_article_id ON pending (article_id)")
    for new in (tables.absence, tables.listed, tables.surface, tables.term, tables.hold):
        new.create(connection)


def _to_schema_3(connection: Connection) -> None:
    """2026-11-23: what near copies are found by, of what is already there too."""
    tables.text_mark.create(connection)
    lines = connection.execute(select(tables.article.c.id, tables.article.c.line)).all()
    for article_id, line in lines:
        note_marks(connection, article_id, json.loads(line).get("body", ""))


# One step per schema: MIGRATIONS[1] brings an archive of schema 1 to schema 2.
MIGRATIONS: dict[int, Callable[[Connection], None]] = {1: _to_schema_2, 2: _to_schema_3}


class Archive:
    """What is kept; its parts (runs, walks, pending, articles, feeds) are its attributes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name = urls.name_of(engine.url)
        self.runs = Runs(self.read, self.write)
        self.walks = Walks(self.read, self.write)
        self.pending = Pending(self.read, self.write)
        self.articles = Articles(self.read, self.write)
        self.history = History(self.read, self.write)
        self.feeds = Feeds(self.read, self.write)
        self.validators = Validators(self.read, self.write)
        self.surfaces = Surfaces(self.read, self.write)

    @classmethod
    def open(cls, url: str | URL, *, create: bool = True) -> Self:
        """Open the archive at a database *url*, made or migrated where that is needed.

        Without *create* an archive that is not there is an ``ArchiveError`` too. Raises
        ``SettingError`` on a URL that names no usable database, ``ArchiveError`` on one that
        cannot be reached or was written by newer code.
        """
        try:
            archive = cls(_engine(urls.parse(url) if isinstance(url, str) else url))
        except (ValueError, ModuleNotFoundError) as error:
            found = urls.without_secrets(str(url))
            raise SettingError(
                f"DIPLONEWS_ARCHIVE: expected sqlite:///path or postgresql://…, "
                f"found {found}: {error}"
            ) from None
        try:
            if not create:
                archive.check_exists()
            with archive.write() as connection:
                archive._bring_up_to_date(connection)
        except ArchiveError:
            archive.close()
            raise
        return archive

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Look at one state of the archive, whatever others write meanwhile."""
        with self._errors("read"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Change the archive: all of it at the end of the block, or nothing."""
        writer = self.engine.execution_options(writes=True)
        with self._errors("written"), writer.begin() as connection:
            yield connection

    def checkpoint(self) -> None:
        """Bring what is committed to disk for good, so that no feed is ahead of it."""
        if self.engine.dialect.name == "sqlite":
            with self._errors("written"), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(FULL)")

    def check_exists(self) -> None:
        """Raise ``ArchiveError`` where nothing has been archived yet."""
        path = self.engine.url.database or ""
        if self.engine.dialect.name == "sqlite" and not Path(path).exists():
            raise ArchiveError(f"{self.name}: expected an archive, found none: crawl first")

    @contextmanager
    def _errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = f"{error.orig}{self._advice()}"
            raise ArchiveError(f"{self.name} could not be {verb}: {reason}") from error

    def _advice(self) -> str:
        """Return what to do where another user owns one of SQLite's files."""
        path = self.engine.url.database or ""
        if self.engine.dialect.name != "sqlite":
            return ""
        return advice(*(Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")))

    def _bring_up_to_date(self, connection: Connection) -> None:
        if not inspect(connection).has_table("about"):
            tables.metadata.create_all(connection)
            schema = {"name": "schema", "value": str(tables.SCHEMA)}
            connection.execute(insert(tables.about).values(schema))
            return
        about = tables.about.c
        found = connection.scalar(select(about.value).where(about.name == "schema"))
        schema_found = int(found or 0)
        if schema_found > tables.SCHEMA:
            raise ArchiveError(
                f"{self.name} was written by schema {schema_found} and this code knows "
                f"{tables.SCHEMA}: update the code or move the archive away"
            )
        for number in range(schema_found, tables.SCHEMA):
            MIGRATIONS[number](connection)
        mine = tables.about.c.name == "schema"
        connection.execute(update(tables.about).where(mine).values(value=str(tables.SCHEMA)))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
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
