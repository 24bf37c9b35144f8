"""The JSON Schemas (2020-12) of feed lines, made from ``items.py`` and its docstrings.

Every key has a type that importers know. Texts, numbers and times may be ``null``; lists and
booleans may not. Objects have all their keys.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import Any

from itemadapter import ItemAdapter

from diplonews.items import FIELDS_WITH_SOURCE, SCHEMA_VERSION, Article
from diplonews.lines import KEPT_BEFORE

PARTS = ("current", "changes")
KINDS = ("created", "updated", "withdrawn", "restored", "forgotten")

SEQ = {"seq": {"type": "integer", "minimum": 1, "description": "Number of the event."}}

# The keys that only ``changes/`` has, between ``seq`` and the article's.
CHANGE_KEYS: dict[str, dict[str, Any]] = {
    "event": {
        "type": "string",
        "enum": list(KINDS),
        "description": "What happened. forgotten: the article's words were erased, here too.",
    },
    "reason": {
        "type": ["string", "null"],
        "enum": ["reparse", None],
        "description": '"reparse" where the site changed nothing: our reading did.',
    },
    "changed": {
        "type": ["array", "null"],
        "items": {"type": "string"},
        "description": "Of an updated article: the keys that differ.",
    },
    "change_ratio": {
        "type": ["number", "null"],
        "minimum": 0,
        "maximum": 1,
        "description": "Of an updated body: the share of its words that is not common to both.",
    },
    "diff": {
        "type": ["string", "null"],
        "description": "Of an updated body: a unified diff, a paragraph a line.",
    },
    "before": {
        "type": ["object", "null"],
        "description": "Of an updated article: the old values of the keys that differ, null for "
        "those that do not. The old body follows from diff.",
    },
}

WITHDRAWN_AT = {
    "withdrawn_at": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "When its address was last found without it, UTC; null of a live article.",
    },
}

WORDS_OF_SCHEMAS = {"$comment", "description", "title"}

# Every line has these. In ``changes/``, a line whose words were erased may lack the others.
NEVER_NULL = {"seq", "event", "id"}
HAD_BY_ALL = NEVER_NULL | {
    "url", "headline", "fetched_at", "first_seen_at", "revised_at", "revision", "digest",
}  # fmt: skip


def source_digest() -> str:
    """Return the digest of the schemas' source, to tell whether they have changed.

    Making schemas takes a quarter of a second, nearly as long as a run that publishes nothing.
    """
    names = ("items.py", "lines.py", "feeds/schema.py")
    sources = (files("diplonews").joinpath(name) for name in names)
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


@cache
def schema_texts() -> dict[str, str]:
    """Return the text of each schema, by the name of its file."""
    made = {schema_name(place): json_schema(place) for place in PARTS}
    made |= {table_name(place): table_schema(place) for place in PARTS}
    texts = {name: json.dumps(made[name], ensure_ascii=False, indent=2) for name in made}
    assert texts.keys() == set(schema_files())
    return texts


def schema_files() -> list[str]:
    """Return the names of the schemas' files."""
    return [name(place) for place in PARTS for name in (schema_name, table_name)]


def schema_name(place: str) -> str:
    """Return the name of the schema's file of a *place*: ``current`` or ``changes``."""
    return f"schema/{place}-{SCHEMA_VERSION}.json"


def json_schema(place: str) -> dict[str, Any]:
    """Return the schema of a line of ``current`` or ``changes``."""
    article = {name: _property(name, described) for name, described in _described().items()}
    changes = dict(CHANGE_KEYS)
    changes["before"] |= _object({name: _or_null(article[name]) for name in KEPT_BEFORE})
    properties = SEQ | (changes if place == "changes" else {}) | article | WITHDRAWN_AT
    for name in NEVER_NULL if place == "changes" else HAD_BY_ALL:
        if name in properties:
            properties[name] = _not_null(properties[name])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_name(place).rpartition("/")[2],
        "$comment": f"made from {source_digest()}",
        "title": f"A line of {place}/, schema {SCHEMA_VERSION}",
        "description": "An article in a diplonews feed. Every line has every key.",
        "type": "object",
        **_object(properties),
    }


def has_todays_shape(text: str, place: str) -> bool:
    """Tell whether a published schema has the same keys and types as today's."""
    try:
        published = json.loads(text)
    except ValueError:
        return True  # it cannot be read, and is written again
    return bool(_shape(published) == _shape(json_schema(place)))


def _shape(described: Any) -> Any:
    """Return a schema without its texts for people."""
    if isinstance(described, dict):
        properties = described.get("properties", {})
        kept = {name: it for name, it in described.items() if name not in WORDS_OF_SCHEMAS}
        kept["properties"] = {name: _shape(it) for name, it in properties.items()}
        return kept | {"items": _shape(described.get("items"))}
    return described


@cache
def _described() -> dict[str, dict[str, Any]]:
    """Return itemadapter's description of the class, which is slow to make and used twice."""
    properties: dict[str, dict[str, Any]] = ItemAdapter.get_json_schema(Article)["properties"]
    return properties


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"properties": properties, "required": list(properties), "additionalProperties": False}


def _property(name: str, described: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in described.items() if key not in {"default", "anyOf"}}
    if name.endswith("_at"):  # itemadapter gives a time no type or format
        return _or_null(kept | {"type": "string", "format": "date-time"})
    if name == "read_from":
        sources = {name: {"type": ["string", "null"]} for name in FIELDS_WITH_SOURCE}
        return kept | {"type": "object", **_object(sources)}
    if kept["type"] == "array":
        return kept | {"items": _member(kept["items"])}
    return kept if kept["type"] == "boolean" else _or_null(kept)


def _member(described: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list's members: texts, or objects with their required keys."""
    if described["type"] != "object":
        return described
    needed = set(described["required"])
    properties = {
        name: kind if name in needed else _property(name, kind)
        for name, kind in described["properties"].items()
    }
    return described | _object(properties)


def _or_null(described: dict[str, Any]) -> dict[str, Any]:
    return described | {"type": [*sorted({*_types(described)} - {"null"}), "null"]}


def _not_null(described: dict[str, Any]) -> dict[str, Any]:
    (only,) = (name for name in _types(described) if name != "null")
    return described | {"type": only}


def _types(described: dict[str, Any]) -> list[str]:
    kind = described["type"]
    return [kind] if isinstance(kind, str) else kind


def table_name(place: str) -> str:
    """Return the name of the file that describes a *place* as a table (Table Schema)."""
    return f"schema/{place}-{SCHEMA_VERSION}.table.json"


def table_schema(place: str) -> dict[str, Any]:
    """Return a *place*'s keys as a Table Schema, by which data packages describe columns."""
    properties = json_schema(place)["properties"]
    fields = [_field(name, described) for name, described in properties.items()]
    return {"$comment": f"made from {source_digest()}", "fields": fields, "missingValues": []}


def _field(name: str, described: dict[str, Any]) -> dict[str, Any]:
    (kind,) = (name for name in _types(described) if name != "null")
    is_time = described.get("format") == "date-time"
    field = {"name": name, "type": "datetime" if is_time else kind}
    if "description" in described:
        field["description"] = described["description"]
    needed = {} if "null" in _types(described) else {"constraints": {"required": True}}
    return field | needed
