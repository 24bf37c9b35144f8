"""The memory of incidents, in a file, so that notices work when the archive does not.

The file has a least size, so that it can be overwritten on a full disk. Otherwise each run on a
full disk would send the message again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from diplonews.clock import ClockTime, Uptime
from diplonews.errors import FileError
from diplonews.feeds.files import write_whole
from diplonews.lines import as_time
from diplonews.notices.ending import Cause
from diplonews.notices.incidents import Incident, Memory, Unsent
from diplonews.printing import as_json

LONGEST_WAIT = 60  # seconds, while another run sends
LEAST_SIZE = 16_384  # bytes; some incidents with their sentences take two thousand


@contextmanager
def remembered(var: Path) -> Iterator[Memory]:
    """Lock and give the memory; keep its changes at the end; ``FileError`` if that fails."""
    path = var / "incidents.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(var / ".incidents.lock", timeout=LONGEST_WAIT):
            memory = read(path)
            yield memory
            write(path, memory)
    except OSError as error:
        why = getattr(error, "strerror", None) or error
        raise FileError(f"{path}: could not be kept: {why}") from error


def read(path: Path) -> Memory:
    """Return the memory in *path*; an empty one where the file is missing or damaged."""
    try:
        kept = json.loads(path.read_text())
        return Memory(
            incidents=[_incident(row) for row in kept["incidents"]],
            degraded_runs={str(name): int(count) for name, count in kept["degraded_runs"].items()},
            last_read={name: _moment(*kept_one) for name, kept_one in kept["last_read"].items()},
            unsent=[Unsent(str(row["message"]), list(row["taken_by"])) for row in kept["unsent"]],
        )
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        # Where the file is damaged, a message may be sent twice, which is better than never.
        return Memory()


def write(path: Path, memory: Memory) -> None:
    """Write *memory* beside *path* and rename it; on a full disk, overwrite the old file."""
    document = asdict(memory) | {
        "last_read": {
            name: [as_time(last.at), last.uptime] for name, last in memory.last_read.items()
        },
        "incidents": [
            asdict(incident) | {"since": as_time(incident.since)} for incident in memory.incidents
        ],
    }
    text = as_json(document)
    padded = text.ljust(LEAST_SIZE)
    try:
        write_whole(path, [(0, padded)])
    except FileError:
        _write_in_place(path, padded)


def _write_in_place(path: Path, text: str) -> None:
    data = text.encode()
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _moment(at: str, uptime: list[Any] | None) -> ClockTime:
    return ClockTime(datetime.fromisoformat(at), Uptime(*uptime) if uptime else None)


def _incident(row: dict[str, Any]) -> Incident:
    return Incident(
        cause=Cause(row["cause"]),
        is_broken=bool(row["is_broken"]),
        since=datetime.fromisoformat(row["since"]),
        what=str(row["what"]),
        sections=[str(name) for name in row["sections"]],
        met_by=[str(name) for name in row["met_by"]],
    )
