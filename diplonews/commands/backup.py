"""`scrapy backup FILE`: the whole archive in one file, while runs are under way."""

import argparse
import os
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from diplonews.archive import Archive
from diplonews.archive_commands import ArchiveCommand
from diplonews.backups.backup_file import save
from diplonews.backups.backup_format import Sums
from diplonews.backups.backup_writer import BackupWriter
from diplonews.errors import FileError
from diplonews.output_files import check_output
from diplonews.printing import counted, say


class Command(ArchiveCommand):
    """Write a backup, and read it back before it takes its name."""

    has_json = False
    is_migrating = False  # a backup is wanted before an update, not after it

    def syntax(self) -> str:
        return "[options] FILE"

    def short_desc(self) -> str:
        return "Write the whole archive into one file"

    def long_desc(self) -> str:
        return (
            "Write the whole archive into FILE, as it is at one moment, while runs may be under "
            "way. FILE is read back, and takes its name when it is whole; an earlier backup of "
            "the same archive is replaced. `-` is standard output, which is not read back. "
            "`scrapy restore` reads it. Exit status: 0 done, 2 wrong argument, 3 there is no "
            "archive yet, 4 the archive cannot be read or FILE cannot be written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--captures", action="store_true", help="and the captured pages")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise UsageError("expected one FILE, or - for standard output")
        captures = self.var / "captures" if opts.captures else None
        if args[0] == "-":
            _write_out(archive, captures)
            return 0
        path = Path(args[0])
        check_output("FILE", path)
        sums = save(archive, path, captures)
        say(f"{args[0]}: {_summary(sums)}, read back and whole")
        return 0


def _write_out(archive: Archive, captures: Path | None) -> None:
    if sys.stdout.isatty():
        raise UsageError("expected standard output to be a file or a pipe, found a terminal")
    try:
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as file:
            sums = BackupWriter(file).write(archive, captures)
    except OSError as error:
        raise FileError(f"standard output: could not be written: {error.strerror}") from error
    say(f"standard output: {_summary(sums)}; not read back", is_error=True)


def _summary(sums: Sums) -> str:
    rows = sums.rows()
    parts = [counted(rows.get("article", 0), "article"), counted(rows.get("event", 0), "event")]
    if sums.capture_count():
        parts.append(counted(sums.capture_count(), "file of captures", "files of captures"))
    return ", ".join(parts)
