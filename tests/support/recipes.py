"""The blocks of a document, and the types that a JSON Schema gives, as DuckDB writes them."""

import re
from pathlib import Path
from typing import Any, NamedTuple

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
