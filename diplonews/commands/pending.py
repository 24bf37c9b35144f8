"""`scrapy pending`: what was found and is not read yet, why, and when it is asked for again."""

import argparse
from collections.abc import Iterator

from diplonews import clock, site
from diplonews.archive import Archive
from diplonews.archive.waiting import Unread
from diplonews.archive_commands import ArchiveCommand
from diplonews.errors import SettingError
from diplonews.runs.health import ago
from diplonews.unread_commands import add_choices, chosen, decide, show


class Command(ArchiveCommand):
    """List what is pending; have it tried again, or dismiss it."""

    def syntax(self) -> str:
        return "[options] [URL ...]"

    def short_desc(self) -> str:
        return "List what was found and is not read yet, and why"

    def long_desc(self) -> str:
        return (
            "List what was found and is not read yet. --retry has the next run ask for it "
            "without waiting; --dismiss has no run ask for it any more (`scrapy rejected --all` "
            "lists it then). Both take URLs or --kind. Exit status: 0 done, 2 wrong argument, 3 a "
            "URL is not pending, 4 the archive cannot be read."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        names = ", ".join(site.SECTIONS)
        parser.add_argument("--section", metavar="NAME", help=f"of one section: {names}")
        add_choices(parser)

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        rows = list(archive.waiting.pending(_categories(opts.section)))
        if opts.retry or opts.dismiss:
            return decide(archive, rows, args, opts)
        return show(chosen(rows, args, opts.kind), sentences, is_json=opts.json)


def _categories(section: str | None) -> list[str] | None:
    if section is None:
        return None
    if section not in site.SECTIONS:
        expected = ", ".join(site.SECTIONS)
        raise SettingError(f"--section: expected one of {expected}, found {section!r}")
    return [category.slug for category in site.SECTIONS[section]]


def sentences(row: Unread) -> Iterator[str]:
    """Yield what there is to say of a pending address."""
    now = clock.now()
    yield row.url
    reason = row.reason or "not asked for yet"
    yield f"  found {ago(now - row.at)} ago, failed {row.attempts} times: {reason}"
    if row.not_before and row.not_before > now:
        yield f"  not asked for again before {row.not_before:%Y-%m-%d %H:%M} UTC"
