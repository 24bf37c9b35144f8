"""Locks in the database, so that they count on every machine that uses the archive.

Each is a session's advisory lock on a connection of its own. PostgreSQL frees it when the
connection ends, for whatever reason.
"""

from contextlib import ExitStack, suppress
from typing import Self
from zlib import crc32

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from diplonews.archive import database_urls
from diplonews.errors import ArchiveError, LockedError, LostLockError

# A number that no other program uses; the first of a lock's two numbers.
LOCK_CLASS = 640_427_091

# Every run shares this lock. A command that rewrites the archive takes it alone.
ALL_RUNS = "all runs"

# A server should not keep the locks of a lost machine for hours.
OPTIONS = (
    "-c lock_timeout=60000 -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 "
    "-c tcp_keepalives_count=3 -c idle_in_transaction_session_timeout=300000"
)

# A client should notice that the server or the network is gone.
CLIENT = {
    "client_encoding": "utf8",  # an SQL_ASCII database would answer in bytes
    "connect_timeout": "30",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",  # milliseconds
}


def connect_args(url: URL) -> dict[str, object]:
    """Return options of a connection; those in the URL come last and win."""
    options = f"{OPTIONS} {url.query.get('options', '')}".rstrip()
    defaults = {name: value for name, value in CLIENT.items() if name not in url.query}
    return {**defaults, "options": options}


class DatabaseLock:
    """A lock with a name; it lasts as long as its connection."""

    def __init__(self, engine: Engine, connection: Connection, name: str) -> None:
        self.engine = engine
        self.connection = connection
        self.name = name
        self.number = _number(name)
        self.process = connection.scalar(text("SELECT pg_backend_pid()"))

    @classmethod
    def take(cls, url: URL, name: str, *, waits: bool = False) -> Self:
        """Take the lock *name*; ``LockedError`` where another session holds it."""
        engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args=connect_args(url),
        )
        with ExitStack() as undo:
            try:
                connection = engine.connect()
                undo.callback(connection.close)
                lock = cls(engine, connection, name)
                lock._take(waits=waits)
            except DBAPIError as error:
                why = " ".join(str(error.orig).split())
                raise ArchiveError(
                    f"{database_urls.name_of(url)} could not be locked: {why}"
                ) from error
            undo.pop_all()
        return lock

    def _take(self, *, waits: bool) -> None:
        keys = {"class": LOCK_CLASS, "number": self.number}
        if waits:
            if self.name == ALL_RUNS:  # however long a run takes
                self.connection.execute(text("SET lock_timeout = 0"))
            self.connection.execute(text("SELECT pg_advisory_lock(:class, :number)"), keys)
        elif not self.connection.scalar(
            text("SELECT pg_try_advisory_lock(:class, :number)"), keys
        ):
            raise LockedError(self._refusal())

    def _refusal(self) -> str:
        if self.name == ALL_RUNS:
            who = _holder(self.connection, "%")
            return f"the archive is in use by {who}: nothing done. --wait waits for the end"
        who = _holder(self.connection, self.name)
        return f"{self.name} is being crawled by {who}: nothing done"

    def share_archive(self) -> None:
        """Share the archive with other runs, as long as the lock lasts.

        Raises ``LockedError`` where a command has it alone.
        """
        keys = {"class": LOCK_CLASS, "number": _number(ALL_RUNS)}
        share = text("SELECT pg_try_advisory_lock_shared(:class, :number)")
        if not self.connection.scalar(share, keys):
            raise LockedError("the archive is in use by a command that rewrites it: nothing done")

    @classmethod
    def take_alone(cls, url: URL, *, waits: bool = False) -> Self:
        """Take the archive alone; ``LockedError`` where a run on any machine shares it."""
        return cls.take(url, ALL_RUNS, waits=waits)

    def is_lost(self) -> bool:
        """Tell whether the connection has ended, and the lock with it."""
        try:
            self.connection.execute(text("SELECT 1"))
        except DBAPIError:
            return True
        return self.connection.invalidated or self.connection.closed

    def check(self, writing: Connection) -> None:
        """Raise ``LostLockError`` unless the transaction *writing* sees the lock.

        Transactions that write come one by one, also those of the lock's next owner. So what is
        committed after this check was committed under the lock.
        """
        granted = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND pid = :pid AND classid::bigint = :class AND objid::bigint = :number"
        )
        number = self.number & 0xFFFFFFFF  # pg_locks shows it without its sign
        values = {"pid": self.process, "class": LOCK_CLASS, "number": number}
        if not writing.scalar(granted, values):
            raise LostLockError(
                "the lock was lost with its connection to the database: another run may have it"
            )

    def name_holder(self, run_id: str) -> None:
        """Do nothing: the archive says which run has the lock."""

    def release(self) -> None:
        with suppress(DBAPIError):  # the connection has ended already
            self.connection.close()
        self.engine.dispose()


def _number(name: str) -> int:
    """Return a signed 32-bit number, as PostgreSQL wants it."""
    return (crc32(name.encode()) ^ 0x80000000) - 0x80000000


def _holder(connection: Connection, section: str) -> str:
    latest = text(
        "SELECT run_id, process FROM run WHERE section LIKE :section AND closed_at IS NULL "
        "ORDER BY number DESC LIMIT 1"
    )
    try:
        row = connection.execute(latest, {"section": section}).first()
    except DBAPIError:  # an archive that is not made yet, or of an earlier schema
        row = None
    return f"run {row.run_id}, {row.process}" if row else "a run that just began"
