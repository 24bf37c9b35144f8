"""Erasing traces of forgotten articles in a folder's files, and noting how far that is.

Captures lose records, JSON loses entries, texts lose lines. Another kind of file with a trace is
removed: it was made from the archive and can be made again. Files that cannot be searched are
named.
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
from diplonews.feeds.files import discard, write_whole
from diplonews.feeds.manifest import names_on_disk
from diplonews.file_owners import advice
from diplonews.printing import as_json

STATE = "erased.json"
LINES = {".jsonl", ".log", ".txt", ".tsv", ".holder", ".prom"}
PACKED = {
    ".parquet", ".xlsx", ".zip", ".zst", ".xz", ".bz2", ".tar", ".tgz", ".sqlite", ".db",
    ".feather", ".arrow", ".duckdb",
}  # fmt: skip
BROWSED = "browse"  # the folder of the database that `scrapy browse` makes again
FORGOTTEN = "(forgotten)"


class Erased(NamedTuple):
    """What was done with a file, or would be."""

    path: Path
    what: str  # "captures dropped", "rewritten", "removed", "cannot be searched"
    records: int = 0  # of captures


def erase_files(
    var: Path, own_files: set[Path], search: TraceSearch, *, is_dry: bool = False
) -> Iterator[Erased]:
    """Erase the traces in a folder's files; yield what was done with each file that has one.

    *own_files* are the archive's. Feeds are left out: they follow from the archive.
    """
    captures = Captures(var / "captures").files()
    for path in captures:
        count = drop_records(path, search, is_dry=is_dry)
        if count:
            yield Erased(path, "captures dropped", count)
    known_files = {*own_files, *captures, *_feed_files(var / "feeds"), var / STATE}
    known_paths = {path.absolute() for path in known_files}
    for path in sorted(var.rglob("*")):
        if path.absolute() in known_paths or path.is_symlink() or not path.is_file():
            continue
        is_of_browse = path.parent == var / BROWSED
        if is_of_browse:
            what = _remove(path, is_dry=is_dry)
        else:
            what = _erase_traces(path, search, is_dry=is_dry)
        if what:
            yield Erased(path, what)


def _feed_files(feeds: Path) -> set[Path]:
    return {feeds / name for name in names_on_disk(feeds)}


def _remove(path: Path, *, is_dry: bool) -> str:
    if not is_dry:
        discard(path)
    return "removed"


def _erase_traces(path: Path, search: TraceSearch, *, is_dry: bool) -> str:
    """Erase the traces in a file; return what was done, or an empty text."""
    try:
        if path.suffix in PACKED:
            return "cannot be searched"
        if path.name.endswith(".part"):  # of a process that died
            if not is_dry:
                discard(path)
            return ""
        stored = path.read_bytes()
        text = gzip.decompress(stored) if path.suffix == ".gz" else stored
        if b"\0" in text:  # compressed, or a database, whatever its name is
            return "cannot be searched"
        if not search.is_in_line(text):
            return ""
        if not is_dry:
            return _erase(path, text, search)
    except (OSError, EOFError) as error:
        raise FileError(
            f"{path}: could not be rewritten: {getattr(error, 'strerror', None) or error}"
            f"{advice(path, path.parent)}"
        ) from error
    return "rewritten" if _kind(path) in {".json", *LINES} else "removed"


def _kind(path: Path) -> str:
    """Return the ending that says what a file has, without that of compression."""
    return Path(path.name.removesuffix(".gz")).suffix


def _erase(path: Path, text: bytes, search: TraceSearch) -> str:
    if _kind(path) == ".json":
        try:
            kept = _without(json.loads(text), search)
        except ValueError:
            kept = {}
        write_whole(path, [(0, as_json(kept))])
        return "rewritten"
    if _kind(path) in LINES:
        lines = text.decode(errors="replace").splitlines()
        kept_lines = [line for line in lines if not search.is_in_line(line.encode())]
        write_whole(path, ((0, line) for line in kept_lines))
        return "rewritten"
    path.unlink()
    return "removed"


def _without(value: Any, search: TraceSearch) -> Any:
    """Return JSON without the entries and texts that have a trace."""
    if isinstance(value, dict):
        return {
            name: _without(member, search)
            for name, member in value.items()
            if not search.is_in_line(name.encode())
        }
    if isinstance(value, list):
        return [_without(member, search) for member in value if not _is_traced(member, search)]
    return FORGOTTEN if _is_traced(value, search) else value


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
