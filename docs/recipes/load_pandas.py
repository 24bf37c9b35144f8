"""Feed lines as pandas tables, with the types that the feeds' JSON Schema says.

    from load_pandas import load_articles

    articles = load_articles("var/feeds")

Copy this file to where your program is; it needs pandas and nothing else.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

# "Int64" with a capital: a whole number or none.
TYPES = {"boolean": "bool", "integer": "Int64", "number": "Float64", "string": "string"}


def load_articles(feeds: Path | str, section: str = "*") -> pd.DataFrame:
    """Return the live articles of a section, or of all; each once."""
    table = _load(feeds, "current", f"current/{section}/*.jsonl")
    live = table[table["withdrawn_at"].isna()]
    return live.drop_duplicates("id").reset_index(drop=True)


def load_changes(feeds: Path | str, section: str = "*", above: int = 0) -> pd.DataFrame:
    """Return the changes of a section, or of all, that have a ``seq`` above that one."""
    table = _load(feeds, "changes", f"changes/{section}/*.jsonl*")
    package = json.loads((Path(feeds) / "datapackage.json").read_text(encoding="utf-8"))
    is_published = table["seq"].between(above, package["last_seq"], inclusive="right")
    return table[is_published].drop_duplicates("seq").sort_values("seq", ignore_index=True)


def _load(feeds: Path | str, part: str, pattern: str) -> pd.DataFrame:
    (schema,) = Path(feeds).glob(f"schema/{part}-[0-9].json")
    properties = json.loads(schema.read_text(encoding="utf-8"))["properties"]
    lines = list(_lines(sorted(Path(feeds).glob(pattern))))
    columns = {
        name: _column([line[name] for line in lines], described)
        for name, described in properties.items()
    }
    return pd.DataFrame(columns)


def _lines(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def _column(values: list[Any], described: dict[str, Any]) -> "pd.Series[Any]":
    if described.get("format") == "date-time":
        return pd.to_datetime(pd.Series(values, dtype="string"), utc=True, format="ISO8601")
    kinds = described["type"] if isinstance(described["type"], list) else [described["type"]]
    (kind,) = (name for name in kinds if name != "null")
    return pd.Series(values, dtype=TYPES.get(kind, "object"))  # lists and objects as they are
