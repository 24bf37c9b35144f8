"""Rewriting a database without deleted rows, which free pages would keep for long."""

import re
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from diplonews.archive.database_locks import connect_args
from diplonews.archive.erasing import WITH_WORDS
from diplonews.errors import ArchiveError

# Seconds before each try: other processes seldom read the archive for longer.
PAUSES = (0, 1, 4, 15, 40)

STATISTICS = "pg_statistic"  # of the whole database: common values of each column
NOT_REACHED = (
    "PostgreSQL's statistics, which keep headlines for a while: the database's owner can call "
    "VACUUM FULL pg_statistic"
)
NUMBER = re.compile(r"\D*(\d+)")


def compact(engine: Engine, name: str) -> list[str]:
    """Rewrite the archive *name*; return what may still have words and has another owner.

    Raises ``ArchiveError`` where another process reads it for too long, or where it is refused.

    SQLite rewrites the whole file and empties its write-ahead log. PostgreSQL rewrites the tables
    that may have had words, with their indexes and statistics. Its own write-ahead log and backups
    are its operator's (docs/operations.md).
    """
    if engine.dialect.name == "sqlite":
        _compact_sqlite(engine, name)
        return []
    return _compact_postgresql(engine, name)


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


def _compact_postgresql(engine: Engine, name: str) -> list[str]:
    url = engine.url
    server = create_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=connect_args(url)
    )
    try:
        with server.connect() as connection:
            for table in WITH_WORDS:
                if not _rewrite(connection, table.name, name):
                    raise ArchiveError(
                        f"{name}: expected to rewrite table {table.name} without old rows, found "
                        f"that {url.username or 'this user'} may not: its owner has to"
                    )
                connection.exec_driver_sql(f'ANALYZE "{table.name}"')
            return [] if _rewrite(connection, STATISTICS, name) else [NOT_REACHED]
    finally:
        server.dispose()


def _rewrite(connection: Connection, table: str, name: str) -> bool:
    """Rewrite a table without its old rows; tell whether we may.

    PostgreSQL keeps old rows for transactions that began before the rows were deleted.
    """
    for seconds in PAUSES:
        time.sleep(seconds)
        kept_count = _vacuum(connection, table)
        if not kept_count:
            return kept_count is not None
    raise ArchiveError(
        f"{name}: expected to rewrite table {table} without old rows, found somebody reading the "
        f"archive since before they were erased. The next run tries again"
    )


def _vacuum(connection: Connection, table: str) -> int | None:
    """Return how many old rows had to be kept; ``None`` where we may not rewrite the table.

    PostgreSQL says both only in notices, in its own language.
    """
    details: list[str] = []

    def note(notice: Any) -> None:
        details.append(notice.message_detail or "")

    driver: Any = connection.connection.driver_connection
    driver.add_notice_handler(note)
    try:
        connection.exec_driver_sql(f'VACUUM (FULL, VERBOSE) "{table}"')
    finally:
        driver.remove_notice_handler(note)
    counts = [int(match[1]) for match in map(NUMBER.match, details) if match]
    return counts[0] if counts else None
