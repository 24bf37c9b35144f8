"""Rewriting a database without deleted rows, which free pages would keep for long."""

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from diplonews.archive.database_locks import connect_args
from diplonews.archive.erasing import WITH_WORDS
from diplonews.errors import ArchiveError


def compact(engine: Engine, name: str) -> None:
    """Rewrite the archive *name*; ``ArchiveError`` where another process reads it too long.

    SQLite rewrites the whole file and empties its write-ahead log. PostgreSQL rewrites the tables
    that may have had words, with their indexes and statistics. Its own write-ahead log and backups
    are its operator's (docs/operations.md).
    """
    if engine.dialect.name == "sqlite":
        _compact_sqlite(engine, name)
    else:
        _compact_postgresql(engine)


def _compact_sqlite(engine: Engine, name: str) -> None:
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("VACUUM")
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if is_busy:
        raise ArchiveError(
            f"{name}: expected to empty its write-ahead log, found somebody reading the archive. "
            f"The next run tries again"
        )


def _compact_postgresql(engine: Engine) -> None:
    url = engine.url
    server = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=connect_args(url)
    )
    try:
        with server.connect() as connection:
            for table in WITH_WORDS:
                _rewrite(connection, table.name)
    finally:
        server.dispose()


def _rewrite(connection: Connection, table: str) -> None:
    # The statistics too: they have a column's most common values.
    connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table}"')
