"""`scrapy status`: how the crawler is, how far behind, and what to do, on one screen."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console

from diplonews import clock, site
from diplonews.archive import Archive
from diplonews.archive.standing import LastRun
from diplonews.archive_commands import ArchiveCommand, expect_no_arguments
from diplonews.clock import ClockTime
from diplonews.lines import as_time
from diplonews.notices.notifying import notify_of_silence
from diplonews.printing import counted, plain, say, say_json, to_standard_output
from diplonews.runs.checkup import examine
from diplonews.runs.health import (
    STATUS,
    Concern,
    Health,
    SectionHealth,
    Sizes,
    ago,
    concerns,
    level_of,
    megabytes,
)
from diplonews.setting_kinds import SecondsBySection

HEADLINES = {
    "well": "All is well.",
    "attention": "Something needs attention.",
    "broken": "It is broken.",
}
COLOURS = {"well": "green", "attention": "yellow", "broken": "red"}
WIDTH = 80


class Command(ArchiveCommand):
    """Say how the crawler is; the exit status says it too."""

    def short_desc(self) -> str:
        return "Say how the crawler is, how far behind, and what to do"

    def long_desc(self) -> str:
        return (
            "Look at the archive, the feeds and the disk; ask the site for nothing. Exit status: "
            "0 all is well, 3 something needs attention, 4 it is broken, 2 wrong argument or "
            "setting."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--notify", action="store_true", help="notify DIPLONEWS_NOTIFY about silent sections"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.notify:
            assert self.settings is not None
            notify_of_silence(self.settings)
        super().run(args, opts)

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        expect_no_arguments(args)
        assert self.settings is not None
        sections = {name: [c.slug for c in members] for name, members in site.SECTIONS.items()}
        fresh_seconds = SecondsBySection().read(str(self.settings["DIPLONEWS_FRESH_SECONDS"]))
        health = examine(
            archive, self.var, {**sections, "recheck": None}, fresh_seconds, clock.moment()
        )
        concern_list = list(concerns(health))
        if opts.json:
            say_json(as_document(health, concern_list))
        else:
            show(health, concern_list)
        return STATUS[level_of(concern_list)]


def as_document(health: Health, concern_list: list[Concern]) -> dict[str, Any]:
    """Return all of it for programs; times as ISO 8601, in UTC."""
    level = level_of(concern_list)
    document = {"level": level, "exit_status": STATUS[level], **asdict(health)}
    del document["uptime"]
    document["sections"] = [
        asdict(section) | {"last_run": _run_document(section.last_run)}
        for section in health.sections
    ]
    document["concerns"] = [asdict(concern) for concern in concern_list]
    document["holds"] = {url: hold._asdict() for url, hold in health.holds.items()}
    times: dict[str, Any] = _with_times_as_text(document)
    return times


def _run_document(last: LastRun | None) -> dict[str, Any] | None:
    if last is None:
        return None
    read_at = last.last_read.at if last.last_read else None
    return {
        "run_id": last.run_id,
        "started_at": last.began.at,
        "verdict": last.verdict,
        "read_at": read_at,
    }


def _with_times_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_times_as_text(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_with_times_as_text(member) for member in value]
    return as_time(value) if isinstance(value, datetime) else value


def show(health: Health, concern_list: list[Concern]) -> None:
    """Print all of it for people; with colour on a terminal only."""
    level = level_of(concern_list)
    console = Console(highlight=False, soft_wrap=True)
    with to_standard_output():
        console.print(plain(HEADLINES[level]), style=f"bold {COLOURS[level]}")
    say("")
    for concern in concern_list:
        say(f"- {concern.what}", f"  do: {concern.advice}")
    if concern_list:
        say("")
    say(*table(health), "", *whole(health))
    sys.stdout.flush()


def table(health: Health) -> Iterator[str]:
    """Yield a line for each section, under a head."""
    form = "{:<14}{:<11}{:<10}{:<12}{:<12}{:<12}{:>8}"
    yield form.format(
        "section", "last run", "verdict", "last read", "sound walk", "newest", "pending"
    )
    for section in health.sections:
        yield form.format(*_cells(section, health.moment)).rstrip()
    for section in health.sections:
        if section.open_categories:
            names = ", ".join(section.open_categories)
            yield f"{section.name}: to be walked to the last sound walk: {names}"


def _cells(section: SectionHealth, now: ClockTime) -> Iterator[str]:
    last = section.last_run
    yield section.name
    yield _age(last.began if last else None, now)
    yield (last.verdict or "under way") if last else "-"
    yield _age(last.last_read if last else None, now)
    for moment in (section.sound_walk_at, section.new_article_at):
        age = _age(ClockTime(moment) if moment else None, now)
        yield "-" if section.name == "recheck" else age
    yield str(section.backlog.count)


def _age(moment: ClockTime | None, now: ClockTime) -> str:
    if moment is None:
        return "never"
    age = clock.age(moment, now)
    return "to come" if age is None else ago(age)


def whole(health: Health) -> Iterator[str]:
    """Yield what concerns all sections."""
    yield from _completeness(health)
    if health.unchecked_at:
        age = ago(health.at - health.unchecked_at)
        yield f"unchecked  the article that was read longest ago: {age} ago"
    waits = [s.backlog.next_at for s in health.sections if s.backlog.next_at]
    if waits:
        yield f"pending    the next that waits is asked for at {min(waits):%Y-%m-%d %H:%M} UTC"
    yield f"rejected   {counted(health.rejected_count, 'address', 'addresses')}: `scrapy rejected`"
    sizes = health.sizes
    yield f"archive    {megabytes(sizes.archive)}{_archive_growth(sizes, health.at)}"
    yield f"feeds      {megabytes(sizes.feeds)}"
    recent = f"{megabytes(sizes.captures_growth)} of it in the last 30 days"
    yield f"captures   {megabytes(sizes.captures)}, {recent}"
    yield f"disk       {megabytes(sizes.disk_left)} left"
    verification = health.verification
    if verification is None:
        yield "verified   never: `scrapy verify`"
    else:
        count = counted(verification.differences, "difference")
        yield f"verified   {ago(health.at - verification.at)} ago: {count}"


def _archive_growth(sizes: Sizes, now: datetime) -> str:
    if sizes.archive_since is None:
        return "; its growth is known a day after `scrapy verify`"
    word = "more" if sizes.archive_growth >= 0 else "less"
    change = megabytes(abs(sizes.archive_growth))
    return f", {change} {word} than {ago(now - sizes.archive_since)} ago"


def _completeness(health: Health) -> Iterator[str]:
    completeness = health.completeness
    if completeness is None:
        yield "site       how many articles it has is not known: `scrapy crawl recheck`"
        return
    place = "in our categories" if completeness.in_our_categories else "in all categories"
    when = ago(health.at - completeness.gone_through_at)
    count = counted(completeness.listed_count, "article")
    yield f"site       lists {count} {place} ({completeness.surface}, {when} ago):"
    yield (
        f"           {completeness.archived_count:,} archived, "
        f"{completeness.pending_count:,} pending, {completeness.rejected_count:,} rejected"
    )
