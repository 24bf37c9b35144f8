"""`scrapy prune`: remove captures and reports that are old enough."""

import argparse
from datetime import timedelta
from pathlib import Path

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive_commands import ArchiveCommand, expect_no_arguments
from diplonews.errors import SettingError
from diplonews.printing import counted, say
from diplonews.pruning import KINDS, Pruned, Pruning, read_age
from diplonews.runs.health import ago
from diplonews.runs.report import read_report
from diplonews.runs.standstill import standstill
from diplonews.runs.trouble import Kind

YEAR = 365  # days
CLOCK_IS_DOUBTED = 3


class Command(ArchiveCommand):
    """Remove files by their age. The archive and the feeds are never touched."""

    has_json = False

    def short_desc(self) -> str:
        return "Remove old captures and reports; never the archive or feeds"

    def long_desc(self) -> str:
        return (
            "Remove captures, run reports and the doctor's files that were last written to before "
            "so many days. The newest capture of each article stays, unless told otherwise. Exit "
            "status: 0 done, 2 wrong argument or setting, 3 no archive yet or a clock that is "
            "wrong, 4 a file cannot be removed, 75 a run is under way."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("--older-than", metavar="DAYS", help="such as 90d; else DIPLONEWS_CAPTURE_DAYS")
        add("--kind", metavar="NAME", action="append", help=f"of {', '.join(KINDS)}; else all")
        add("--with-newest", action="store_true", help="the newest capture of an article too")
        add("--dry-run", action="store_true", help="say how much it would be, and remove nothing")
        add("--wait", action="store_true", help="wait for the end of runs that are under way")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        expect_no_arguments(args)
        kinds = [kind for given in opts.kind or KINDS for kind in given.split(",")]
        wrong = next((kind for kind in kinds if kind not in KINDS), None)
        if wrong is not None:
            raise SettingError(f"--kind: expected some of {', '.join(KINDS)}, found {wrong!r}")
        doubt = clock_doubt(archive, self.var)
        if doubt:
            say(f"{doubt}: nothing is removed by age", is_error=True)
            return CLOCK_IS_DOUBTED
        before = clock.now() - read_age(opts.older_than or self._usual_age())
        pruning = Pruning(archive, self.var, before, is_dry=opts.dry_run)
        if opts.dry_run:
            pruned = list(pruning.prune(kinds, with_newest=opts.with_newest))
        else:
            with standstill(self.var, archive.engine.url, "scrapy prune", waits=opts.wait):
                pruned = list(pruning.prune(kinds, with_newest=opts.with_newest))
        say(*(sentence(kind, is_dry=opts.dry_run) for kind in pruned))
        return 0

    def _usual_age(self) -> str:
        assert self.settings is not None
        # 0 keeps no captures from now on: it is no age, and removes none of today's reports.
        return f"{self.settings.getint('DIPLONEWS_CAPTURE_DAYS') or YEAR}d"


def clock_doubt(archive: Archive, var: Path) -> str:
    """Return why this machine's clock tells no ages, or ""."""
    began = archive.runs.last_began()
    jump = clock.jump(began, clock.moment()) if began else timedelta(0)
    if jump:
        way = "forward" if jump > timedelta(0) else "back"
        return (
            f"expected this machine's clock to go on since the last run, found it set {way} by "
            f"{ago(abs(jump))}"
        )
    troubles = read_report(var / "runs/latest.json").get("troubles", [])
    clocks = [trouble["why"] for trouble in troubles if trouble["kind"] == Kind.CLOCK]
    return clocks[0] if clocks else ""


def sentence(pruned: Pruned, *, is_dry: bool) -> str:
    done = "would be removed" if is_dry else "removed"
    records = f" and {counted(pruned.record_count, 'record')}" if pruned.record_count else ""
    size = f"{pruned.bytes / 1_000_000:.1f} MB"
    return f"{pruned.kind}: {counted(pruned.file_count, 'file')}{records} {done}, {size}"
