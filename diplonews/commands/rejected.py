"""`scrapy rejected`: what could not be accepted, and why."""

import argparse
from collections.abc import Iterator

from diplonews.archive import Archive
from diplonews.archive.waiting import Unread
from diplonews.archive_commands import ArchiveCommand
from diplonews.unread_commands import add_choices, chosen, decide, show


class Command(ArchiveCommand):
    """List what was rejected; have it tried again, or dismiss it."""

    def syntax(self) -> str:
        return "[options] [URL ...]"

    def short_desc(self) -> str:
        return "List what could not be accepted, and why"

    def long_desc(self) -> str:
        return (
            "List what could not be accepted. --retry has the next run ask for it; --dismiss "
            "lists it no more. Both take URLs or --kind. Exit status: 0 done, 2 wrong argument, "
            "3 a URL is not rejected, 4 the archive cannot be read."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="what was dismissed too")
        add_choices(parser)

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        rows = list(archive.waiting.rejected(with_dismissed=opts.all))
        if opts.retry or opts.dismiss:
            return decide(archive, rows, args, opts)
        return show(chosen(rows, args, opts.kind), sentences, is_json=opts.json)


def sentences(row: Unread) -> Iterator[str]:
    """Yield what there is to say of a rejected address."""
    yield row.url
    yield f"  {row.at:%Y-%m-%d %H:%M} UTC, {row.run_id}: {row.reason}"
