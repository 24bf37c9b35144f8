"""Values held against a JSON Schema, as far as the feeds' schemas use its words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], where: str = "line") -> Iterator[str]:
    """Yield a sentence for each part of *value* that is not as *schema* says."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(_is_of_type(value, kind) for kind in kinds):
        yield f"{where}: expected {' or '.join(kinds)}, found {value!r}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where}: expected one of {schema['enum']}, found {value!r}"
    elif isinstance(value, dict):
        yield from _faults_of_object(value, schema, where)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from faults(member, schema["items"], f"{where}[{number}]")
    elif schema.get("format") == "date-time" and not _is_time(value):
        yield f"{where}: expected a time in UTC, found {value!r}"


def _faults_of_object(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    if list(value) != list(schema["properties"]) or list(value) != schema["required"]:
        yield f"{where}: expected the keys {schema['required']}, found {list(value)}"
    for name in value.keys() & schema["properties"].keys():
        yield from faults(value[name], schema["properties"][name], f"{where}.{name}")


def _is_time(value: str | None) -> bool:
    is_utc = value is None or datetime.fromisoformat(value).tzinfo is not None
    return is_utc and (value is None or value.endswith("Z"))


def _is_of_type(value: Any, kind: str) -> bool:
    if isinstance(value, bool):  # which is an int to Python
        return kind == "boolean"
    return isinstance(value, TYPES[kind])
