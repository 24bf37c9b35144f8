"""The blocks of a document, and the types that a JSON Schema gives, as DuckDB writes them.

    python -m tests.support.recipes

writes the columns of today into the views of ``docs/recipes/`` (``make recipes``).
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

from diplonews.feeds.schema import json_schema

FOLDER = Path(__file__).parent.parent.parent / "docs" / "recipes"
VIEWS = {"articles.sql": "current", "changes.sql": "changes"}  # of which place, by file
COLUMNS = re.compile(r"    seq: 'BIGINT',\n.*?(?=\n\}\))", re.DOTALL)

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SIMPLE_TYPES = {"boolean": "BOOLEAN", "integer": "BIGINT", "number": "DOUBLE"}


class Block(NamedTuple):
    """A block of code in a document."""

    heading: str  # above it
    language: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.heading}-{self.language}".lower().replace(" ", "-")


def blocks(document: Path) -> list[Block]:
    text = document.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        headings = re.findall(r"^#+ (.+)$", text[: match.start()], re.MULTILINE)
        found.append(Block(headings[-1], match[1], match[2]))
    return found


def duckdb_type(described: dict[str, Any]) -> str:
    """Return the DuckDB type of what a property of a JSON Schema describes."""
    kinds = described["type"] if isinstance(described["type"], list) else [described["type"]]
    (kind,) = (name for name in kinds if name != "null")
    if kind == "string":
        return "TIMESTAMPTZ" if described.get("format") == "date-time" else "VARCHAR"
    if kind == "array":
        return f"{duckdb_type(described['items'])}[]"
    if kind == "object":
        members = (
            f'"{name}" {duckdb_type(member)}' for name, member in described["properties"].items()
        )
        return f"STRUCT({', '.join(members)})"
    return SIMPLE_TYPES[kind]


def duckdb_columns(schema: dict[str, Any]) -> str:
    """Return the columns of a line as ``read_json`` takes them, one a line."""
    columns = [
        f"    {name}: '{duckdb_type(described)}'"
        for name, described in schema["properties"].items()
    ]
    return ",\n".join(columns)


def with_columns(text: str, place: str) -> str:
    """Return the text of a view with the columns that lines of *place* have today."""
    columns = duckdb_columns(json_schema(place))
    return COLUMNS.sub(lambda _: columns, text, count=1)


if __name__ == "__main__":
    for name, place in VIEWS.items():
        view = FOLDER / name
        view.write_text(with_columns(view.read_text(encoding="utf-8"), place), encoding="utf-8")
