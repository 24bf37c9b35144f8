"""Pages to read, and the truth of them: the replica's in any theme, and captured ones."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from diplonews.demo import Replica
from tests.support.readers import days
from tests.support.scores import Reading, names

THEMES = ("jnews", "jnews-elementor", "plain")


@dataclass(frozen=True)
class Case:
    """An article's pages, as bytes by address, and the truth of it."""

    name: str
    pages: dict[str, bytes]
    true: Reading


def of_replica(theme: str, posts: int) -> Iterator[Case]:
    replica = Replica(articles=posts, theme=theme)
    for number, keys in replica.truth().items():
        yield Case(str(keys["url"]), replica.pages(number), _as_truth(keys))


def _as_truth(keys: dict[str, Any]) -> Reading:
    return Reading(
        headline=keys["headline"],
        # As printed: what is worked out of it later is another matter.
        body=" ".join(keys.get(name, "") for name in ("dateline_raw", "body", "agency_notice")),
        published_on=days(keys["published_at"]),
        authors=names(author["name"] for author in keys.get("authors", [])),
        categories=names(category["title"] for category in keys["categories"]),
    )


def of_captures(folder: Path) -> Iterator[Case]:
    """Yield the captured articles that a person read by hand, as that person read them."""
    for name, keys in json.loads((folder / "truth.json").read_text()).items():
        authors, published = keys.get("authors"), keys.get("datePublished")
        true = Reading(
            headline=keys["headline"],
            body=keys["articleBody"],
            published_on=frozenset({date.fromisoformat(published)}) if published else None,
            authors=names(authors) if authors else None,
        )
        yield Case(name, {keys["url"]: (folder / name).read_bytes()}, true)


def captures() -> Path | None:
    folder = os.environ.get("DIPLONEWS_CAPTURES")
    return Path(folder) if folder else None
