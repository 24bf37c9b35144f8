"""`scrapy runs`: what the runs did; `scrapy runs ID`: one of them as a person reads it."""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from scrapy.exceptions import UsageError

from diplonews.archive import Archive
from diplonews.archive.runs import RunRow
from diplonews.archive_commands import NOTHING_FOUND, ArchiveCommand
from diplonews.errors import SettingError
from diplonews.lines import as_time
from diplonews.printing import counted, say, say_json
from diplonews.runs.health import ago
from diplonews.runs.report import read_report
from diplonews.runs.trouble import Kind

MOST_EXAMPLES = 3  # of one kind of trouble

# What to do about each kind of trouble; docs/operations.md says more, by message.
ADVICE = {
    Kind.LISTING: "the next run asks again; after two such runs open the address in a browser",
    Kind.ARTICLE: "they stay pending, and the next runs ask again: `scrapy pending`",
    Kind.REJECTED: "look at them: `scrapy rejected`, then --retry or --dismiss",
    Kind.HELD: "open some in a browser; gone indeed: `scrapy crawl recheck -a confirm=yes`",
    Kind.FALLBACK: "the theme has changed: CONTRIBUTING.md, 'The theme changed'",
    Kind.VALUE: "the articles are kept without these values: mend the code that reads them",
    Kind.FEW: "has the site published? Then look at its listing in a browser, and backfill",
    Kind.CLOCK: "set this machine's clock",
    Kind.UNERASED: "mend what it names; the next run erases it, or `scrapy forget` again",
    Kind.ACCOUNT: "the log says what dropped the request",
    Kind.LOCK: "the next run goes on; who removes locks, or restarts the database?",
    Kind.WORKER: "was memory short? Each of its pages was read again, or is named",
    Kind.CRASH: "tell the maintainers; --json has the tracebacks",
}


class Command(ArchiveCommand):
    """List runs, or show the report of one."""

    def syntax(self) -> str:
        return "[options] [RUN]"

    def short_desc(self) -> str:
        return "List the runs, or show the report of one"

    def long_desc(self) -> str:
        return (
            "List the newest runs, or show the report of one, by its id or as `latest`. Exit "
            "status: 0 done, 2 wrong argument, 3 no such run, 4 the archive or the report cannot "
            "be read."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--section", metavar="NAME", help="of one section")
        parser.add_argument(
            "-n", dest="count", metavar="COUNT", default="20", help="how many runs (20)"
        )

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) > 1:
            raise UsageError("expected one run's id, or options only")
        if args:
            return self._show(archive, args[0], is_json=opts.json)
        rows = archive.runs.newest(_section(archive, opts.section), _count(opts.count))
        if opts.json:
            say_json([as_document(row) for row in rows])
        else:
            say(*table(rows))
        return 0 if rows else NOTHING_FOUND

    def _show(self, archive: Archive, run_id: str, *, is_json: bool) -> int:
        if run_id == "latest":
            newest = archive.runs.newest(None, 1)
            run_id = newest[0].run_id if newest else run_id
        row = archive.runs.find(run_id)
        if row is None:
            say(f"{run_id}: expected a run's id; `scrapy runs` lists them", is_error=True)
            return NOTHING_FOUND
        report = read_report(self.var / "runs" / f"{run_id}.json")
        if is_json:
            say_json(report or as_document(row))
        else:
            say(*sentences(row, report))
        return 0


def _section(archive: Archive, section: str | None) -> str | None:
    names = archive.runs.sections()
    if section is not None and section not in names:
        expected = ", ".join(names) or "none yet"
        raise SettingError(f"--section: expected one that ran ({expected}), found {section!r}")
    return section


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 100_000:
        raise SettingError(f"-n: expected a number from 1 to 100000, found {text!r}")
    return int(text)


def as_document(row: RunRow) -> dict[str, Any]:
    """Return a run for programs; times as ISO 8601, in UTC."""
    document = asdict(row) | {"started_at": as_time(row.started_at)}
    document["ended_at"] = as_time(row.ended_at) if row.ended_at else None
    return document


def table(rows: list[RunRow]) -> Iterator[str]:
    """Yield a line for each run, under a head."""
    form = "{:<38}{:<11}{:>10}{:>9}{:>11}"
    yield form.format("run", "verdict", "took", "articles", "changes")
    for row in rows:
        took = ago(row.ended_at - row.started_at) if row.ended_at else "-"
        articles = row.counts.get("diplonews/article_count", 0)
        yield form.format(
            row.run_id, row.verdict or "not ended", took, articles, _changes(row.counts)
        )
    yield counted(len(rows), "run")


def _changes(counts: Mapping[str, Any]) -> int:
    kinds = ("created", "updated", "withdrawn", "restored")
    return sum(counts.get(f"diplonews/{kind}_count", 0) for kind in kinds)


def sentences(row: RunRow, report: Mapping[str, Any]) -> Iterator[str]:
    """Yield what there is to say of a run."""
    arguments = " ".join(f"-a {name}={value}" for name, value in row.arguments.items())
    yield f"{row.run_id} is {row.verdict or 'not ended: it is under way, or has died'}"
    yield f"section    {row.section} {arguments}".rstrip()
    yield f"began      {row.started_at:%Y-%m-%d %H:%M:%S} UTC by {row.process or 'nobody knows'}"
    if row.ended_at:
        yield f"took       {ago(row.ended_at - row.started_at)}"
    if not report:
        yield "report     none here: another machine has it, or it was removed"
        return
    account = report.get("account", {})
    ends = ", ".join(f"{count} {end}" for end, count in account.items() if count)
    yield f"account    {ends or 'no requests'}"
    kinds = ("created", "updated", "withdrawn", "restored")
    counts = {kind: row.counts.get(f"diplonews/{kind}_count", 0) for kind in kinds}
    changes = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    yield f"changes    {changes or 'none'}"
    unwritten = report.get("outcome", {}).get("unwritten")
    if unwritten:
        yield f"not written: {unwritten}"
    yield from _troubles(report.get("troubles", []))


def _troubles(troubles: list[Mapping[str, str]]) -> Iterator[str]:
    """Yield the troubles by kind, most frequent first: how many, examples, what to do."""
    counts = Counter(trouble["kind"] for trouble in troubles)
    for kind, count in counts.most_common():
        yield ""
        yield f"{counted(count, 'trouble')} of kind {kind}"
        members = [trouble for trouble in troubles if trouble["kind"] == kind]
        for trouble in members[:MOST_EXAMPLES]:
            yield f"  {trouble['url'] or 'the run'}: {trouble['why']}"
        if count > MOST_EXAMPLES:
            yield f"  and {count - MOST_EXAMPLES} more: --json has all"
        if kind in ADVICE:
            yield f"  do: {ADVICE[Kind(kind)]}"
