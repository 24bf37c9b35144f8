"""Erasing traces of forgotten articles in a folder's files, and noting how far that is.

Captures lose records, JSON loses entries, texts lose lines. Another kind of text with a trace is
removed: it was made from the archive and can be made again. Compressed files and databases with a
trace are named, because they may have more than articles; so are files that cannot be searched.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from diplonews.archive.capture_rewriting import drop_records
from diplonews.archive.captures import Captures
from diplonews.archive.traces import TraceSearch
from diplonews.errors import FileError
from diplonews.feeds.files import write_whole
from diplonews.feeds.manifest import Manifest
from diplonews.file_owners import advice
from diplonews.forgetting.folder_walk import FolderEntry, walk
from diplonews.forgetting.packed_texts import UnsearchableError, is_text, texts_of
from diplonews.printing import as_json

STATE = "erased.json"
LINES = {".jsonl", ".log", ".txt", ".tsv", ".holder", ".prom"}
BROWSED = "browse"  # the folder of the database that `scrapy browse` makes again
FORGOTTEN = "(forgotten)"
GZIP = b"\x1f\x8b"

UNSEARCHED = "cannot be searched"
OUTSIDE = "leads out of the folder, and was not searched"
HOLDS = "has it still: remove it, or make it again"
LEFT = {UNSEARCHED, OUTSIDE, HOLDS}  # a person has to look at these


class Erased(NamedTuple):
    """What was done with a file, or would be."""

    path: Path
    what: str  # "captures dropped", "rewritten", "removed", one of ``LEFT``, or what went wrong
    records: int = 0  # of captures
    is_fault: bool = False


def erase_files(
    var: Path, own_files: set[Path], search: TraceSearch, *, is_dry: bool = False
) -> Iterator[Erased]:
    """Erase the traces in a folder's files; yield what was done with each file that has one.

    *own_files* are the archive's. Feeds are left out: they follow from the archive. If one file
    cannot be read or written, the others are still searched.
    """
    eraser = _Eraser(var, search, is_dry=is_dry)
    known_files = {path.resolve() for path in {*own_files, *_feed_files(var), var / STATE}}
    for place in walk(var):
        if place.path.resolve() in known_files:
            continue
        try:
            erased = eraser.erase(place)
        except FileNotFoundError:  # somebody removed it meanwhile
            continue
        except FileError as error:
            erased = Erased(place.path, str(error), is_fault=True)
        except OSError as error:
            why = f"{place.path}: could not be rewritten: {error.strerror or error}"
            why += advice(place.path, place.path.parent)
            erased = Erased(place.path, why, is_fault=True)
        if erased.what:
            yield erased


def _feed_files(var: Path) -> set[Path]:
    """Return the files of the feeds; other files in their folder are searched like any other."""
    manifest = Manifest.read(var / "feeds")
    return set() if manifest is None else {var / "feeds" / name for name in manifest.files}


class _Eraser:
    def __init__(self, var: Path, search: TraceSearch, *, is_dry: bool) -> None:
        self.search = search
        self.is_dry = is_dry
        self.browsed = var / BROWSED
        self.captures = set(Captures(var / "captures").files())

    def erase(self, place: FolderEntry) -> Erased:
        """Erase the traces in a file; return what was done, or an empty text."""
        path = place.path
        if place.error is not None:
            raise place.error
        if place.leads_out:
            return Erased(path, OUTSIDE)
        if path in self.captures:
            count = drop_records(path, self.search, is_dry=self.is_dry)
            return Erased(path, "captures dropped" if count else "", count)
        if path.parent == self.browsed:
            return Erased(path, self._remove(path))
        if path.name.endswith(".part"):  # of a process that died
            self._remove(path)
            return Erased(path, "")
        return Erased(path, self._look(path))

    def _remove(self, path: Path) -> str:
        if not self.is_dry:
            path.unlink()
        return "removed"

    def _look(self, path: Path) -> str:
        try:
            is_traced = any(self.search.is_in_line(text) for text in texts_of(path))
        except UnsearchableError:
            return UNSEARCHED
        if not is_traced:
            return ""
        text = _text_of(path)
        if text is None:
            return HOLDS
        kind = Path(path.name.removesuffix(".gz")).suffix
        if kind not in {".json", *LINES}:
            return self._remove(path)
        if not self.is_dry:
            lines = [_kept_json(text, self.search)] if kind == ".json" else self._kept_lines(text)
            write_whole(path, ((0, line) for line in lines))
        return "rewritten"

    def _kept_lines(self, text: bytes) -> list[str]:
        lines = text.decode(errors="replace").splitlines()
        return [line for line in lines if not self.search.is_in_line(line.encode())]


def _text_of(path: Path) -> bytes | None:
    """Return a file's text, unpacked if the file is compressed; ``None``: it is no text."""
    stored = path.read_bytes()
    if path.suffix == ".gz" and stored.startswith(GZIP):
        stored = gzip.decompress(stored)
    return stored if is_text(stored) else None


def _kept_json(text: bytes, search: TraceSearch) -> str:
    try:
        return as_json(_without(json.loads(text), search))
    except ValueError:
        return as_json({})


def _without(value: Any, search: TraceSearch) -> Any:
    """Return JSON without the entries and texts that have a trace, and what stands beside it."""
    if isinstance(value, dict):
        named = {
            key: member for key, member in value.items() if not search.is_in_line(key.encode())
        }
        if any(
            _is_traced({key: member}, search) for key, member in named.items() if _is_plain(member)
        ):
            return {}  # it is about the article
        return {key: _without(member, search) for key, member in named.items()}
    if isinstance(value, list):
        return [_without(member, search) for member in value if not _is_traced(member, search)]
    return FORGOTTEN if _is_traced(value, search) else value


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _is_traced(value: Any, search: TraceSearch) -> bool:
    return not isinstance(value, list) and search.is_in_line(as_json(value).encode())


def read_state(var: Path, archive_id: str) -> int:
    """Return the number of the last address by which files were searched; 0: not known."""
    try:
        kept = json.loads((var / STATE).read_text(encoding="utf-8"))
        return int(kept["number"]) if kept["archive"] == archive_id else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def note_state(var: Path, archive_id: str, number: int) -> None:
    write_whole(var / STATE, [(0, as_json({"archive": archive_id, "number": number}))])
