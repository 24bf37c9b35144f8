"""The formats of exports: a row for each, with its writer."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from diplonews.errors import SettingError
from diplonews.exports.atom_feed import AtomWriter
from diplonews.exports.json_feed import JsonFeedWriter
from diplonews.exports.line_writers import CsvWriter, JsonLinesWriter
from diplonews.exports.rss_feed import RssWriter
from diplonews.exports.selection import EXCERPT, FULL
from diplonews.exports.writing import Contents, OpenWriter, Writer, ending_of
from diplonews.extras import check_package


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    name: str
    ending: str  # of the file's name, which chooses the format
    writer: OpenWriter | None  # None: a database, which is brought up to date
    needs_file: bool = False  # else it can be written to a pipe, and compressed
    package: str = ""  # the package that it needs
    extra: str = ""  # our extra that installs it
    text: str = FULL  # how much of the text a line has by default
    has_columns: bool = True  # whether --fields may choose some
    has_events: bool = True  # whether --events can be written


def _open_workbook(file: BinaryIO, contents: Contents) -> Writer:
    from diplonews.exports.workbook import WorkbookWriter  # its package may not be installed

    return WorkbookWriter(file, contents)


def _open_parquet(file: BinaryIO, contents: Contents) -> Writer:
    from diplonews.exports.parquet import ParquetWriter  # its package may not be installed

    return ParquetWriter(file, contents)


XLSX = Format(
    "xlsx", ".xlsx", _open_workbook, needs_file=True, package="xlsxwriter", extra="excel"
)
PARQUET = Format(
    "parquet", ".parquet", _open_parquet, needs_file=True, package="pyarrow", extra="parquet"
)

FORMATS: Mapping[str, Format] = {
    row.name: row
    for row in (
        Format("jsonl", ".jsonl", JsonLinesWriter),
        Format("csv", ".csv", CsvWriter),
        XLSX,
        PARQUET,
        Format("sqlite", ".sqlite", None, needs_file=True, has_columns=False, has_events=False),
        Format("atom", ".atom", AtomWriter, text=EXCERPT, has_columns=False, has_events=False),
        Format("rss", ".rss", RssWriter, text=EXCERPT, has_columns=False, has_events=False),
        Format(
            "jsonfeed", ".json", JsonFeedWriter, text=EXCERPT, has_columns=False, has_events=False
        ),
    )
}


def choose_format(name: str | None, path: Path | None) -> Format:
    """Return the format that is named, or that a file's name ends with; else JSON Lines.

    Raises ``SettingError`` where there is no such format, it needs a file, or its package is
    missing.
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
