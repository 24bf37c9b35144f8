"""`scrapy overview`: what the archive has, and its history, as one page to mail."""

import argparse
import os
from pathlib import Path

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive_commands import ArchiveCommand, expect_no_arguments, take_once
from diplonews.errors import SettingError
from diplonews.exports.selection import EARLIEST, LATEST, Selection, read_selection
from diplonews.exports.writing import open_file
from diplonews.extras import check_package
from diplonews.output_files import check_output
from diplonews.printing import counted, say

OUTPUT = "overview.html"
ENDINGS = (".html", ".htm")


class Command(ArchiveCommand):
    """Write the overview."""

    has_json = False

    def short_desc(self) -> str:
        return "Write a page on what the archive has: attention, edits, runs"

    def long_desc(self) -> str:
        return (
            "Write a page of HTML that needs nothing else, so it can be mailed: attention by "
            "country, organisation, section and week with its share of all articles, agencies, "
            "edits and withdrawals, time from publication to our feed, runs, coverage of fields, "
            "newest articles. Exit status: 0 done, 2 wrong argument or setting, or matplotlib is "
            "missing, 3 no archive yet, 4 archive or file cannot be read or written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        take_once(parser)
        add = parser.add_argument
        add("-o", "--output", metavar="FILE", default=OUTPUT, help=f"what to write ({OUTPUT})")
        add("--section", metavar="NAME", action="append", help="ecowas, international, security")
        add("--since", metavar="TIME", help="of publication, UTC: 90d, 2026-03, last-month")
        add("--until", metavar="TIME", help="the same, inclusive")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        expect_no_arguments(args)
        check_package("overview", "matplotlib", "overview")
        path = Path(opts.output)
        check_ending(path)
        check_output("-o", path)
        os.environ.setdefault("MPLCONFIGDIR", str(self.var.absolute() / "matplotlib"))
        count = write_overview(archive, read_selection(vars(opts), clock.now()), path)
        say(f"{path}: {counted(count, 'article')}")
        return 0


def check_ending(path: Path) -> None:
    """Refuse a name that promises what the page is not."""
    if path.suffix.lower() not in ENDINGS:
        raise SettingError(
            f"-o: expected a name that ends in .html or .htm, found {str(path)!r}: for a PDF, "
            "print the page from the browser"
        )


def write_overview(archive: Archive, selection: Selection, path: Path) -> int:
    """Write the page whole, or leave *path* as it was; return the count of articles."""
    from diplonews.overview.buckets import Stretch
    from diplonews.overview.figures import Figures, add_all
    from diplonews.overview.page import Title, as_page  # needs matplotlib

    now = clock.now()
    chronicle = archive.chronicle
    figures = Figures(archive.feeds.last_seq(), chronicle.first_run_at())
    figures.runs = chronicle.run_counts(selection.since)
    add_all(figures, chronicle.events(figures.seq, months_of(selection)), selection)
    until = min(now, selection.until, chronicle.last_run_at() or now)
    counted = Stretch(selection.since, until)
    page = as_page(figures, Title(selection.as_sentence(), now, counted))
    with open_file(path) as file:
        file.write(page.encode("utf-8", "replace"))
    return figures.article_count


def months_of(selection: Selection) -> tuple[str, str]:
    """Return the first and the last month that chosen articles can be of."""
    first = "" if selection.since == EARLIEST else f"{selection.since:%Y-%m}"
    return first, "" if selection.until == LATEST else f"{selection.until:%Y-%m}"
