"""A follower of feeds: the recipe of docs/feeds.md, and what it has to end with."""

import gzip
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

DOCUMENT = Path(__file__).parents[2] / "docs" / "feeds.md"
SECONDS = 0.2  # between two looks

Follow = Callable[[Path, str, dict[str, Any]], dict[str, Any]]


def recipe() -> Follow:
    """Return the function ``follow`` as the document has it."""
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (block,) = (text for text in blocks if "def follow(" in text)
    names: dict[str, Any] = {}
    exec(compile(block, str(DOCUMENT), "exec"), names)
    follow: Follow = names["follow"]
    return follow


class Follower:
    """Follow a folder's feeds while runs are killed, by the rule of the document alone."""

    def __init__(self, feeds: Path, sections: tuple[str, ...]) -> None:
        self.feeds = feeds
        self.follow = recipe()
        self.mine: dict[str, dict[str, Any]] = {section: {} for section in sections}
        self.seen: dict[str, set[int]] = {section: set() for section in sections}
        self.look_count = 0
        self.late_count = 0  # lines that appeared at or below a number that was passed
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look_again_and_again)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look_again_and_again(self) -> None:
        while not self._is_over.wait(SECONDS):
            self.look()

    def look(self) -> None:
        """Bring all sections up to date; where a file is gone, the next look begins again."""
        for section in self.mine:
            try:
                passed = self.mine[section].get("seq", 0)
                before = self.seen[section]
                self.mine[section] = self.follow(self.feeds, section, self.mine[section])
                self.seen[section] = published(self.feeds, section, self.mine[section]["seq"])
            except FileNotFoundError:
                continue
            self.look_count += 1
            fresh = self.seen[section] - before
            self.late_count += sum(seq <= passed for seq in fresh) if before else 0

    def count_wrong(self, section: str) -> int:
        """Return how many articles are not as ``current`` has them, lack or are too many."""
        current = {
            line["id"]: line
            for path in (self.feeds / "current" / section).glob("*.jsonl")
            for line in map(json.loads, path.read_text().splitlines())
            if line["withdrawn_at"] is None
        }
        mine = self.mine[section].get("articles", {})
        is_wrong = (
            mine.get(name, {}).get(key) != value
            for name, line in current.items()
            for key, value in line.items()
        )
        return sum(is_wrong) + len(mine.keys() - current.keys())


def published(feeds: Path, section: str, last_seq: int) -> set[int]:
    """Return the numbers of a section's lines up to *last_seq*."""
    found: set[int] = set()
    for path in (feeds / "changes" / section).glob("*.jsonl*"):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found.update(json.loads(line)["seq"] for line in data.splitlines())
    return {seq for seq in found if seq <= last_seq}
