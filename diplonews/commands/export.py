"""`scrapy export`: articles chosen from the archive, in the formats that people use."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from diplonews.archive import Archive
from diplonews.archive_commands import ArchiveCommand, expect_no_arguments, take_once
from diplonews.clock import now
from diplonews.errors import SettingError
from diplonews.exports.database import Wanted, bring_up_to_date
from diplonews.exports.export import CHANGES, CURRENT, Order, Result, Source, export, names_of
from diplonews.exports.following import Stop, follow
from diplonews.exports.formats import FORMATS, Format, choose_format
from diplonews.exports.selection import (
    STATUSES,
    TEXTS,
    VALUES,
    read_choice,
    read_fields,
    read_selection,
)
from diplonews.output_files import check_output
from diplonews.printing import binary_output, counted, say

T = TypeVar("T")

FILTERS = {
    "section": "ecowas, international, security",
    "category": "a slug, such as burkina-faso",
    "country": "that it names, such as GH or Ghana",
    "organisation": "that it names, such as ECOWAS or AES",
    "agency": "whose copy it is, such as AFP",
    "language": "en, fr, pt",
}


class Command(ArchiveCommand):
    """Write articles, or their history, to a file or to standard output."""

    has_json = False

    def short_desc(self) -> str:
        return "Write chosen articles as CSV, Excel, Parquet, SQLite and more"

    def long_desc(self) -> str:
        return (
            "Write the newest revision of each article that was published, also of the withdrawn "
            "ones, by default as JSON Lines to standard output. Filters take several values, by "
            "commas: any of them. A file is whole or not there. Exit status: 0 done, 2 wrong "
            "argument or setting, 3 no archive yet, 4 archive or file cannot be read or written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        take_once(parser)
        add = parser.add_argument
        add("-o", "--output", metavar="FILE", help="what to write; .gz and .zst compress")
        add("--format", metavar="NAME", help=f"else by FILE's ending: {', '.join(FORMATS)}")
        for name in VALUES:
            add(f"--{name}", metavar="NAME", action="append", help=FILTERS[name])
        add("--since", metavar="TIME", help="of publication, UTC: 7d, 2026-03, last-month")
        add("--until", metavar="TIME", help="the same, inclusive")
        add("--status", metavar="STATUS", help=f"{', '.join(STATUSES)} (all)")
        add("--changed-since", metavar="SEQ", help="what has an event after that number")
        add("--events", action="store_true", help="the history: a line for each event")
        add("--follow", action="store_true", help="with --events: go on as they are published")
        add("--fields", metavar="KEYS", help="by commas, in this order")
        add("--text", metavar="HOW", help=f"{', '.join(TEXTS)}: what body has")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        expect_no_arguments(args)
        order = read_order(opts)
        try:
            if opts.follow:
                return self._follow(archive, order)
            result = write(archive, order)
        except BrokenPipeError:  # the pipe was closed, as by `| head`
            return 0
        say(*sentences(order, result, archive.feeds.count_waiting(result.seq)), is_error=True)
        return 0

    def _follow(self, archive: Archive, order: Order) -> int:
        """Write events until a signal or a closed pipe; say from which seq to go on."""
        with binary_output() as file, Stop() as stop:
            seq = follow(order, archive, self.var / "feeds", file, stop)
        say(f"standard output: events up to seq {seq}: --changed-since {seq}", is_error=True)
        return 0


def write(archive: Archive, order: Order) -> Result:
    """Write the export; show progress on a terminal."""
    if order.format.writer is None and order.path is not None:
        wanted = Wanted(order.selection, order.text)
        return Result(*bring_up_to_date(archive, order.path, wanted, with_progress))
    source = Source(archive, order.selection)
    lines = source.candidates()
    if order.path is not None:
        lines = with_progress(lines, len(source))
    return export(order, source, lines)


def read_order(opts: argparse.Namespace) -> Order:
    """Return the order of the options; ``SettingError`` where one is wrong."""
    path = None if opts.output in (None, "-") else Path(opts.output)
    if path is not None:
        check_output("-o", path)
    chosen = choose_format(opts.format, path)
    selection = read_selection(vars(opts), now())
    place = CHANGES if selection.has_events else CURRENT
    check_options(chosen, opts)
    return Order(
        format=chosen,
        selection=selection,
        names=read_fields(opts.fields, names_of(place)),
        text=read_choice("--text", opts.text or chosen.text, TEXTS),
        path=path,
    )


def check_options(chosen: Format, opts: argparse.Namespace) -> None:
    """Raise ``SettingError`` where a format cannot have what an option asks for."""
    if opts.fields and not chosen.has_columns:
        raise SettingError(f"--fields: expected a format with columns, found {chosen.name}")
    if opts.changed_since and chosen.writer is None:
        raise SettingError(
            f"--changed-since: expected no seq for {chosen.name}, which keeps its own"
        )
    if opts.follow and (not opts.events or chosen.name != "jsonl" or opts.output):
        raise SettingError("--follow: expected --events with it, as jsonl to standard output")
    if opts.events and not chosen.has_events:
        raise SettingError(
            f"--events: expected jsonl, csv, xlsx or parquet; {chosen.name} has no use for it"
        )


def with_progress(lines: Iterable[T], total: int) -> Iterator[T]:
    """Yield *lines*; show on a terminal how many of the *total* there were."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    is_hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_hidden) as progress:
        yield from progress.track(lines, total=total)


def sentences(order: Order, result: Result, waiting_count: int) -> Iterator[str]:
    """Yield sentences on an export."""
    noun = "event" if order.selection.has_events else "article"
    place, chosen = order.path or "standard output", order.selection.as_sentence()
    count = counted(result.line_count, noun) if result.line_count else f"no {noun} was found"
    yield f"{place}: {count} up to seq {result.seq}; chosen: {chosen}"
    if result.cut_count:
        yield (
            f"{counted(result.cut_count, 'cell')} had more than the 32,767 characters that Excel "
            "holds, and ends with […] now: jsonl and parquet have all of it"
        )
    if waiting_count:
        yield f"{counted(waiting_count, 'event')} more will be published by the next run"
