"""The formats that can be exported: a row for each, and its writer behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from diplonews.errors import SettingError
from diplonews.exports.line_writers import CsvWriter, JsonLinesWriter
from diplonews.exports.selection import FULL
from diplonews.exports.writing import OpenWriter, ending_of
from diplonews.extras import check_package


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    name: str
    ending: str  # of a file's name, by which it is chosen
    writer: OpenWriter
    needs_file: bool = False  # else it can be written to a pipe, and compressed
    package: str = ""  # that has to be installed for it
    extra: str = ""  # of ours, which installs it
    text: str = FULL  # what a line keeps of the text if nobody says
    has_columns: bool = True  # so that --fields chooses some
    has_events: bool = True  # so that --events can be written


FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format("jsonl", ".jsonl", JsonLinesWriter),
        Format("csv", ".csv", CsvWriter),
    )
}


def choose_format(name: str | None, path: Path | None) -> Format:
    """Return the format that is named, or that a file's name ends with; else JSON Lines.

    ``SettingError`` where there is none, where it needs a file, or where its package is missing.
    """
    ending, compression = ending_of(path) if path else ("", "")
    if name is not None and name not in FORMATS:
        raise SettingError(f"--format: expected one of {', '.join(FORMATS)}, found {name!r}")
    by_ending = {row.ending: row for row in FORMATS.values()}
    chosen = FORMATS[name] if name else by_ending.get(ending) if path else FORMATS["jsonl"]
    if chosen is None:
        raise SettingError(
            f"-o: expected a name that ends with one of {', '.join(by_ending)}, or --format; "
            f"found {path}"
        )
    if chosen.needs_file and path is None:
        raise SettingError(f"--format {chosen.name}: expected -o FILE{chosen.ending} with it")
    if chosen.needs_file and compression:
        raise SettingError(
            f"-o: expected a name that ends with {chosen.ending}, which is compressed "
            f"in itself or cannot be; found {path}"
        )
    if chosen.package:
        check_package(chosen.name, chosen.package, chosen.extra)
    return chosen
