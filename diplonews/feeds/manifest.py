"""The manifest: which files a folder of feeds has, and up to which event it is published.

It is a data package (https://datapackage.org), so that other tools can read it. Old files are
listed in a part of its own, which seldom changes, so that the manifest stays small.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from diplonews import __version__, clock, site
from diplonews.feeds.file_names import is_older
from diplonews.feeds.files import FileFacts, write_whole
from diplonews.feeds.schema import table_name
from diplonews.items import SCHEMA_VERSION
from diplonews.lines import as_time

NAME = "datapackage.json"
OLDER = "datapackage-older.json"
OLD_NAME = "manifest.json"  # of schema 1
# Folders of editions, and the media type of their files.
EDITIONS = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "jsonfeed": "application/feed+json",
    "parquet": "application/vnd.apache.parquet",
}
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TERMS = (
    "The site's articles are copyrighted. Agency copy (is_syndicated) may not be redistributed. "
    "Other terms are not known: ask the site before you publish any of it."
)


@dataclass
class Manifest:
    """What was published in one folder. Each folder is complete, however many there are."""

    feed_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    archive_id: str = ""
    last_seq: int = 0
    last_day: str = ""  # of that event
    feeds: list[str] = field(default_factory=list)  # the folder's feeds
    files: dict[str, FileFacts] = field(default_factory=dict)  # by name
    schema_digest: str = ""  # of the source of the schemas
    removed: list[str] = field(default_factory=list)  # replaced files, to be removed
    editions: dict[str, str] = field(default_factory=dict)  # by name: the programs that wrote them
    # Files of changes whose lines were erased, with the seq of the event that erased them.
    rewritten: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, *, with_older: bool = True) -> Self | None:
        """Return the manifest in *folder*; ``None`` where there is none that can be read."""
        try:
            content = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if content["schema_version"] != SCHEMA_VERSION:
                return None
            resources = content["resources"]
            if with_older and content["older"]:
                older = json.loads((folder / OLDER).read_text(encoding="utf-8"))
                resources = [*older["resources"], *resources]
            return cls(
                feed_id=str(content["feed_id"]),
                archive_id=str(content["archive"]),
                last_seq=int(content["last_seq"]),
                last_day=str(content["last_day"] or ""),
                feeds=[str(name) for name in content["feeds"]],
                files={str(resource["path"]): _facts(resource) for resource in resources},
                schema_digest=str(content["schemas_made_from"]),
                removed=[str(name) for name in content["removed"]],
                editions={
                    str(name): str(text) for name, text in content.get("editions", {}).items()
                },
                # Earlier code did not write this; its feeds go on nevertheless.
                rewritten={
                    str(row["path"]): int(row["seq"]) for row in content.get("rewritten", [])
                },
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path, contact: str = "") -> None:
        """Write the manifest. This comes last, since it says that the rest is there."""
        older = {name for name in self.files if is_older(name, self.last_day)}
        older_part = self._write_older(folder, older) if older else None
        content = self._about(contact) | {
            "older": older_part,
            "removed": sorted(self.removed),
            "rewritten": [
                {"path": name, "seq": self.rewritten[name]}
                for name in sorted(self.rewritten.keys() & self.files.keys())
            ],
            "resources": self._resources(self.files.keys() - older),
        }
        write_whole(folder / NAME, [(0, _dumps(content))])

    def _write_older(self, folder: Path, names: Iterable[str]) -> dict[str, Any]:
        """Write the part that lists old files, unless it is there; return its description."""
        resources = self._resources(names)
        content = {
            "$schema": PROFILE,
            "name": f"{site.NAME}-feeds-older",
            "title": f"Older files of the feeds of {site.NAME}",
            "feed_id": self.feed_id,
            "resources": resources,
        }
        text = _dumps(content)
        path = folder / OLDER
        if not path.exists() or path.read_text(encoding="utf-8") != f"{text}\n":
            write_whole(path, [(0, text)])
        last = max(self.files[resource["path"]].last_seq for resource in resources)
        return {"path": OLDER, "files": len(resources), "last_seq": last}

    def _about(self, contact: str) -> dict[str, Any]:
        people = [{"title": contact or "the operator of this crawler", "roles": ["contact"]}]
        return {
            "$schema": PROFILE,
            "name": f"{site.NAME}-feeds",
            "title": f"Articles of {site.NAME}, and what changed in them",
            "homepage": site.ORIGIN,
            "sources": [{"title": site.NAME, "path": site.ORIGIN}],
            "licenses": [{"name": "other-closed", "title": TERMS}],
            "contributors": people,
            "generator": f"diplonews {__version__}",
            "created": as_time(clock.now()),
            "schema_version": SCHEMA_VERSION,
            "schemas_made_from": self.schema_digest,
            "archive": self.archive_id,
            "feed_id": self.feed_id,
            "last_seq": self.last_seq,
            "last_day": self.last_day or None,
            "feeds": sorted(self.feeds),
            "editions": self.editions,
        }

    def _resources(self, names: Iterable[str]) -> list[dict[str, Any]]:
        return [_resource(name, self.files[name]) for name in sorted(names)]


def _resource(name: str, facts: FileFacts) -> dict[str, Any]:
    about = {"name": name.partition(".json")[0].lower(), "path": name}
    size_and_hash = {"bytes": facts.bytes, "hash": f"sha256:{facts.sha256}"}
    place = name.partition("/")[0]
    if place == "schema":
        return about | {"format": "json", "type": "json"} | size_and_hash
    if place in EDITIONS:
        about["mediatype"] = EDITIONS[place]
        made_from = {"made_from": facts.made_from}
        counts = {"lines": facts.lines, "last_seq": facts.last_seq}
        return about | size_and_hash | counts | made_from
    counts = {"lines": facts.lines, "last_seq": facts.last_seq}
    return about | {"type": "table", "schema": table_name(place)} | size_and_hash | counts


def _facts(resource: Mapping[str, Any]) -> FileFacts:
    return FileFacts(
        bytes=int(resource["bytes"]),
        lines=int(resource.get("lines", 0)),
        sha256=str(resource["hash"]).removeprefix("sha256:"),
        last_seq=int(resource.get("last_seq", 0)),
        made_from=str(resource.get("made_from", "")),
    )


def _dumps(content: Mapping[str, Any]) -> str:
    """Return JSON that a person can read: each file on a line of its own."""
    resources = content["resources"]
    rows = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in resources]
    head = json.dumps({**content, "resources": []}, ensure_ascii=False, indent=1)
    listed = ",\n  ".join(rows)
    return head.removesuffix("[]\n}") + (f"[\n  {listed}\n ]" if rows else "[]") + "\n}"


def names_on_disk(folder: Path) -> set[str]:
    """Return the names of all feed files in *folder*, listed or not."""
    endings = dict.fromkeys(("changes", "current"), "*.jsonl*") | dict.fromkeys(EDITIONS, "*.*")
    paths = (path for place in endings for path in (folder / place).rglob(endings[place]))
    names = (path.relative_to(folder).as_posix() for path in paths if path.name[0] != ".")
    return set(names)
