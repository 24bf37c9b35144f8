"""Parquet: every key with its own type, times in UTC, lists and structs; written in batches."""

import io
from collections.abc import Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from diplonews.exports.selection import Keys
from diplonews.exports.writing import Contents
from diplonews.feeds.schema import json_schema
from diplonews.lines import dumps

BATCH_BYTES = 8 << 20  # of JSON; a line that is longer is a batch of its own
TYPES = {"boolean": pa.bool_(), "integer": pa.int64(), "number": pa.float64()}


class ParquetWriter:
    """Lines as JSON, which pyarrow reads by the types of the feeds' schema."""

    def __init__(self, file: BinaryIO, contents: Contents) -> None:
        properties = json_schema(contents.place)["properties"]
        self.names = contents.names
        self.schema = pa.schema(_field(name, properties[name]) for name in self.names)
        self.file = pa.parquet.ParquetWriter(file, self.schema, compression="zstd")
        self.lines = io.BytesIO()

    def write(self, keys: Keys) -> None:
        self.lines.write(dumps({name: keys[name] for name in self.names}).encode() + b"\n")
        if self.lines.tell() >= BATCH_BYTES:
            self._write_batch()

    def close(self) -> None:
        if self.lines.tell():
            self._write_batch()
        self.file.close()

    def _write_batch(self) -> None:
        size = self.lines.tell()
        self.lines.seek(0)
        table = pa.json.read_json(
            self.lines,
            read_options=pa.json.ReadOptions(block_size=size + 1, use_threads=False),
            parse_options=pa.json.ParseOptions(
                explicit_schema=self.schema, unexpected_field_behavior="error"
            ),
        )
        self.file.write_table(table.cast(self.schema))
        self.lines = io.BytesIO()


def _field(name: str, described: Mapping[str, Any]) -> pa.Field:
    description = described.get("description")
    metadata = {"description": description} if description else None
    return pa.field(name, _type(described), metadata=metadata)


def _type(described: Mapping[str, Any]) -> pa.DataType:
    kinds = described["type"] if isinstance(described["type"], list) else [described["type"]]
    (kind,) = (name for name in kinds if name != "null")
    if kind == "array":
        return pa.list_(_type(described["items"]))
    if kind == "object":
        return pa.struct([_field(*item) for item in described["properties"].items()])
    if described.get("format") == "date-time":
        return pa.timestamp("ms", tz="UTC")
    return TYPES.get(kind, pa.string())
