"""The newest articles in a folder's files of ``current``, and what was withdrawn last."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from diplonews.exports.selection import EXCERPT, Keys
from diplonews.exports.texts import with_text
from diplonews.feeds.file_names import feed_of, stem_of
from diplonews.feeds.files import FileFacts

MOST = 50  # of each feed, live and withdrawn
MONTHS = 36  # months that are searched for a seldom named country
WITHDRAWN, UNDATED = "withdrawn", "undated"

ById = dict[str, Keys]


class Newest:
    """Reads only as many of the latest months' files as needed."""

    def __init__(self, folder: Path, current: Mapping[str, FileFacts]) -> None:
        self.folder = folder
        self.names = sorted(current)
        self.feeds = sorted({feed_of(name) for name in current})
        stems = {stem_of(name) for name in current} - {WITHDRAWN, UNDATED}
        self.months = [*sorted(stems, reverse=True), UNDATED]
        self.by_country: dict[str, ById] = {}

    def of_feed(self, feed: str) -> list[Keys]:
        """Return the newest lines of a feed, and its last withdrawals."""
        live: ById = {}
        for month in self.months:
            if len(live) >= MOST:
                break
            live |= {keys["id"]: keys for keys in self._lines(month, [feed])}
        gone = {keys["id"]: keys for keys in self._lines(WITHDRAWN, [feed])}
        return _newest(live, gone)

    def of_country(self, code: str, codes: Collection[str]) -> list[Keys]:
        """Return the newest lines that name a country; all *codes* are searched at once."""
        if not self.by_country:
            self.by_country = self._of_countries(codes)
        gone = {
            keys["id"]: keys
            for keys in self._lines(WITHDRAWN, self.feeds, [code])
            if code in _codes(keys)
        }
        return _newest(self.by_country[code], gone)

    def _of_countries(self, codes: Collection[str]) -> dict[str, ById]:
        live: dict[str, ById] = {code: {} for code in codes}
        for month in self.months[:MONTHS]:
            wanted = [code for code in codes if len(live[code]) < MOST]
            for keys in self._lines(month, self.feeds, wanted) if wanted else ():
                for code in _codes(keys) & set(wanted):
                    live[code][keys["id"]] = keys
        return live

    def _lines(
        self, stem: str, feeds: Iterable[str], codes: Collection[str] | None = None
    ) -> Iterator[Keys]:
        """Yield lines with the beginning of their texts; with *codes*, those that name one."""
        needles = None if codes is None else [f'"code":"{code}"' for code in codes]
        for feed in feeds:
            name = f"current/{feed}/{stem}.jsonl"
            if name not in self.names:
                continue
            with (self.folder / name).open(encoding="utf-8") as lines:
                for line in lines:
                    if needles is None or any(needle in line for needle in needles):
                        yield with_text(json.loads(line), EXCERPT)


def _codes(keys: Keys) -> set[str]:
    return {country["code"] for country in keys["countries"]}


def _newest(live: ById, gone: ById) -> list[Keys]:
    newest = sorted(live.values(), key=_published, reverse=True)[:MOST]
    last = sorted(gone.values(), key=lambda keys: (keys["withdrawn_at"], keys["id"]), reverse=True)
    return [*newest, *last[:MOST]]


def _published(keys: Keys) -> tuple[str, str]:
    return keys["published_at"] or keys["first_seen_at"] or "", keys["id"]
