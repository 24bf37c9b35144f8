"""The manifest: which files a folder of feeds has, and which archive they were made from."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from diplonews.feeds.files import write_whole
from diplonews.items import SCHEMA_VERSION
from diplonews.lines import as_time

NAME = "manifest.json"


@dataclass
class Manifest:
    """What was published in one folder; the folder is complete in itself, whoever else has one."""

    folder_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    archive_id: str = ""  # empty: written before archives had one
    last_seq: int = 0
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # facts of each, by its name

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the manifest in *folder*; ``None`` where there is none that can be read."""
        try:
            found = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if found["schema"] != SCHEMA_VERSION:
                return None
            new = cls()
            return cls(
                folder_id=str(found.get("folder") or new.folder_id),
                archive_id=str(found.get("archive") or ""),
                last_seq=int(found["last_seq"]),
                files={str(name): dict(facts) for name, facts in found["files"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        """Write the manifest: last of all, since it says that the rest is there."""
        content = {
            "schema": SCHEMA_VERSION,
            "archive": self.archive_id,
            "folder": self.folder_id,
            "published_at": as_time(datetime.now(UTC)),
            "last_seq": self.last_seq,
            "files": dict(sorted(self.files.items())),
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        write_whole(folder / NAME, [(0, text)])


def names_on_disk(folder: Path) -> set[str]:
    """Return the names of the feed files that are in *folder*, listed or not."""
    found = (path for part in ("changes", "current") for path in (folder / part).rglob("*.jsonl"))
    return {path.relative_to(folder).as_posix() for path in found}
