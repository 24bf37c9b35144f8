"""What a feed says of articles, beside what the replica knows to be true."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from diplonews.items import Article

SECTIONS = ("ecowas", "international", "security")

# Fields of which the replica says nothing: our identity and our reading, what we infer from the
# words alone, and dates in the words of a theme. Every other is in a line if the truth has it.
WITHOUT_TRUTH = frozenset({
    "id", "published_raw", "published_precision", "modified_raw", "sections", "word_count",
    "dateline_country", "sources", "same_text_as", "countries", "ecowas_members", "aes_members",
    "organisations", "found_in", "layout", "read_from", "reader", "fetched_at", "first_seen_at",
    "revised_at", "revision", "digest",
})  # fmt: skip
SITE_KEYS = tuple(it.name for it in fields(Article) if it.name not in WITHOUT_TRUTH)


def by_post_id(lines: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {line["post_id"]: line for line in lines}


def told(line: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """Return of *line* what the truth has an opinion on, times as times."""
    found = {name: without_nulls(line[name]) for name in keys}
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value else value
        for name, value in found.items()
    }


def without_nulls(value: Any) -> Any:
    """Return a value of a line without the keys that have none, at any depth."""
    if isinstance(value, list):
        return [without_nulls(member) for member in value]
    if isinstance(value, dict):
        return {name: without_nulls(of) for name, of in value.items() if of is not None}
    return value


def differences(lines: list[dict[str, Any]], truth: dict[int, dict[str, Any]]) -> list[str]:
    """Return a sentence for each article or field that is not what the site says."""
    read = by_post_id(lines)
    wrong = [f"post {number} is missing" for number in sorted(truth.keys() - read.keys())]
    wrong += [f"post {number} is extra" for number in sorted(read.keys() - truth.keys())]
    for number in sorted(truth.keys() & read.keys()):
        keys = truth[number]
        line = told(read[number], keys)
        wrong += [
            f"post {number}: {name}: expected {keys[name]!r}, found {line.get(name)!r}"
            for name in keys
            if line.get(name) != keys[name]
        ]
        wrong += [
            f"post {number}: {name}: expected nothing, found {read[number][name]!r}"
            for name in SITE_KEYS
            if read[number][name] not in (None, [], False) and name not in keys
        ]
    return wrong
