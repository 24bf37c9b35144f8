"""The JSON Schema (2020-12) of a feed line, made from ``items.py`` and its docstrings."""

import hashlib
import json
from importlib.resources import files
from typing import Any

from itemadapter import ItemAdapter

from diplonews.items import SCHEMA_VERSION, Article

CHANGE_KEYS: dict[str, dict[str, Any]] = {
    "seq": {"type": "integer", "description": "Number of the event; grows through the archive."},
    "event": {"enum": ["created", "updated", "withdrawn", "restored"]},
    "reason": {
        "enum": ["reparse"],
        "description": "Where the site changed nothing: our reading did.",
    },
    "changed": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Of an updated article: the keys that differ.",
    },
    "diff": {
        "type": "string",
        "description": "Of an updated body: a unified diff, a paragraph a line.",
    },
    "change_ratio": {
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "Of an updated body: the share of its words that is not common to both.",
    },
    "withdrawn_at": {
        "type": "string",
        "format": "date-time",
        "description": "Of a withdrawn article: when its address was last found without it, UTC.",
    },
}


def source_digest() -> str:
    """Return the digest of what the schema is made from, to tell whether a file of it is new.

    Making the schema reads the docstrings and takes a quarter of a second; a run that has
    nothing to publish takes not much more.
    """
    sources = (files("diplonews").joinpath(name) for name in ("items.py", "feeds/schema.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def schema_text() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2)


def json_schema() -> dict[str, Any]:
    """Return the schema of a line, of ``current/`` or, with the change keys, of ``changes/``."""
    schema = ItemAdapter.get_json_schema(Article)
    properties = {name: _property(name, of) for name, of in schema["properties"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"article-{SCHEMA_VERSION}.json",
        "$comment": f"made from {source_digest()}",
        "title": f"An article, schema {SCHEMA_VERSION}",
        "description": "A line of a diplonews feed. Keys without a value are left out.",
        "type": "object",
        "properties": properties | CHANGE_KEYS,
        "required": ["id", "url", "headline", "fetched_at", "revision", "digest"],
        "additionalProperties": False,
    }


def _property(name: str, described: dict[str, Any]) -> dict[str, Any]:
    # itemadapter gives a time no type or format, and says null where we leave the key out.
    kept = {key: value for key, value in described.items() if key != "default"}
    if isinstance(kept.get("type"), list):
        kept["type"] = next(kind for kind in kept["type"] if kind != "null")
    if name.endswith("_at"):
        kept |= {"type": "string", "format": "date-time"}
        kept.pop("anyOf", None)
    return kept
