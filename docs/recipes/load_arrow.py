"""Feed lines as a pyarrow table, with the types that the feeds' JSON Schema says.

    from load_arrow import load_articles

    articles = load_articles("var/feeds")       # pl.from_arrow(articles) for polars

Copy this file to where your program is; it needs pyarrow and nothing else.
"""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json

TYPES = {"boolean": pa.bool_(), "integer": pa.int64(), "number": pa.float64()}


def load_articles(feeds: Path | str, section: str = "*") -> pa.Table:
    """Return the live articles of a section, or of all; each once."""
    (schema,) = Path(feeds).glob("schema/current-[0-9].json")
    properties = json.loads(schema.read_text(encoding="utf-8"))["properties"]
    options = pa.json.ParseOptions(explicit_schema=pa.schema(_fields(properties)))
    paths = sorted(Path(feeds).glob(f"current/{section}/*.jsonl"))
    table = pa.concat_tables(pa.json.read_json(path, parse_options=options) for path in paths)
    live = table.filter(table["withdrawn_at"].is_null())
    rows = {article_id: row for row, article_id in enumerate(live["id"].to_pylist())}
    return live.take(list(rows.values()))


def _fields(properties: dict[str, Any]) -> list[pa.Field]:
    return [pa.field(name, _type(described)) for name, described in properties.items()]


def _type(described: dict[str, Any]) -> pa.DataType:
    kinds = described["type"] if isinstance(described["type"], list) else [described["type"]]
    (kind,) = (name for name in kinds if name != "null")
    if kind == "array":
        return pa.list_(_type(described["items"]))
    if kind == "object":
        return pa.struct(_fields(described["properties"]))
    if described.get("format") == "date-time":
        return pa.timestamp("s", tz="UTC")
    return TYPES.get(kind, pa.string())
