"""The format of a backup: a tar of header, rows, captures and sums (docs/backup.md). Pure.

Rows are JSON Lines, compressed by gzip, so that `tar` and `zcat` are enough to read them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import JSON, Boolean, Integer, Table

from diplonews.archive.tables import UtcTime

FORMAT = 1

HEADER = "backup.json"  # the first member
SUMS = "sums.json"  # the last one

ROWS = re.compile(r"tables/([a-z_]+)/\d{6}\.jsonl\.gz")
CAPTURES = re.compile(r"captures/(\d{4}/\d{2}/[A-Za-z0-9_-]+\.(?:warc\.gz|cdxj))")


class FormatError(Exception):
    """A file is not a backup, or not a whole one; the message says what was found."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header, which describes the backup."""

    made_at: datetime
    program: str  # the program that wrote it, with its version
    schema: int
    archive_id: str
    last_seq: int
    last_run: int
    rows: Mapping[str, int]  # by table
    tables: Mapping[str, Any]  # as ``archive.description`` describes them
    has_captures: bool
    format: int = FORMAT

    def dump(self) -> bytes:
        content = asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps({"format": content.pop("format"), **content}, indent=1).encode() + b"\n"

    @classmethod
    def load(cls, data: bytes) -> Self:
        content = _load(data)
        if content.get("format") != FORMAT:
            raise FormatError(f"expected format {FORMAT}, found {content.get('format')!r:.20}")
        try:
            content["made_at"] = datetime.fromisoformat(content["made_at"])
            return cls(**content)
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(f"expected the header of a backup: {error}") from error


@dataclass(frozen=True, slots=True)
class Member:
    """Size and fingerprint of one member, and how many rows it has."""

    bytes: int
    sha256: str
    rows: int = 0


@dataclass
class Sums:
    """The sums of all members: a backup without them is not whole."""

    members: dict[str, Member] = field(default_factory=dict)

    def dump(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode() + b"\n"

    @classmethod
    def load(cls, data: bytes) -> Self:
        try:
            members = _load(data)["members"].items()
            return cls({name: Member(**member) for name, member in members})
        except (KeyError, TypeError, AttributeError) as error:
            raise FormatError(f"expected the sums of a backup: {error}") from error

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has."""
        counts: dict[str, int] = {}
        for name, member in self.members.items():
            if match := ROWS.fullmatch(name):
                counts[match[1]] = counts.get(match[1], 0) + member.rows
        return counts

    def capture_count(self) -> int:
        return sum(name.endswith(".warc.gz") for name in self.members)


def _load(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError as error:
        raise FormatError(f"expected JSON: {error}") from error
    if not isinstance(content, dict):
        raise FormatError(f"expected a JSON object, found {type(content).__name__}")
    return content


def dump_row(row: Mapping[str, Any]) -> bytes:
    """Return a row as one line of JSON, with times in ISO 8601, in UTC."""
    line = json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_as_time)
    return line.encode() + b"\n"


def load_row(table: Table, line: bytes) -> dict[str, Any]:
    """Return the values of a line for *table*; ``FormatError`` where they do not fit."""
    row = _load(line)
    if row.keys() != table.c.keys() and set(row) != set(table.c.keys()):
        raise FormatError(f"expected the columns of {table.name}, found {', '.join(row)[:200]}")
    for column in table.c:
        value = row[column.name]
        if value is None:
            continue
        if isinstance(column.type, UtcTime):
            row[column.name] = _read_time(table, value)
        elif not isinstance(value, _expected(column.type)):
            raise FormatError(f"{table.name}.{column.name}: found {value!r:.60}")
    return row


def _as_time(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat()


def _read_time(table: Table, value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise FormatError(f"{table.name}: expected a time: {error}") from error


def _expected(kind: object) -> type | tuple[type, ...]:
    if isinstance(kind, JSON):
        return object
    if isinstance(kind, Boolean):
        return bool
    return int if isinstance(kind, Integer) else str
