"""What is reset in a restored archive: its last looks at the site are older than they seem."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from diplonews.archive.runs import free_id
from diplonews.archive.tables import folder, run, surface, validator, walk


def note_renewal(connection: Connection, name: str, process: str, now: datetime) -> int:
    """Note a command *name* that renewed the archive as a run that is over; return its number."""
    row = {
        "run_id": free_id(connection, f"{now:%Y%m%dT%H%M%SZ}-{name}"), "section": name,
        "arguments": {}, "started_at": now, "ended_at": now, "closed_at": now,
        "verdict": "ok", "counts": {}, "process": process,
    }  # fmt: skip
    key = connection.execute(insert(run).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def ask_for_everything(connection: Connection, number: int) -> None:
    """Let the next runs check everything: walk every category, ask the RSS, go through surfaces.

    Walks go down to what runs before *number* sighted. The RSS is asked without a condition.
    """
    connection.execute(update(walk).where(walk.c.boundary.is_(None)).values(boundary=number))
    connection.execute(delete(validator))
    connection.execute(update(surface).values(whole_at=None))


def note_folder(connection: Connection, feed_id: str, last_seq: int) -> None:
    """Note that a folder of feeds is published up to *last_seq*; a later seq stays."""
    is_this = folder.c.feed_id == feed_id
    folder_seq = connection.scalar(select(func.max(folder.c.last_seq)).where(is_this))
    if folder_seq is None:
        row = {"feed_id": feed_id, "last_seq": last_seq}
        connection.execute(insert(folder).values(row))
    elif folder_seq < last_seq:
        connection.execute(update(folder).where(is_this).values(last_seq=last_seq))
