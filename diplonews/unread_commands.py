"""What `scrapy pending` and `scrapy rejected` share: filters, lists, and decisions."""

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.waiting import Unread
from diplonews.archive_commands import NOTHING_FOUND
from diplonews.errors import SettingError
from diplonews.lines import as_time
from diplonews.normalise.urls import alias_key
from diplonews.printing import counted, say, say_json
from diplonews.runs.reasons import KINDS, kind_of_reason


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Add the options that both commands have."""
    parser.add_argument(
        "--kind", metavar="KIND", help=f"of one kind of reason: {', '.join(KINDS)}"
    )
    decision = parser.add_mutually_exclusive_group()
    decision.add_argument("--retry", action="store_true", help="ask for them in the next run")
    decision.add_argument("--dismiss", action="store_true", help="never ask for them again")


def chosen(rows: Iterable[Unread], urls: list[str], kind: str | None) -> list[Unread]:
    """Return those of *rows* that are of a kind and at one of *urls*, where these are given."""
    if kind is not None and kind not in KINDS:
        raise SettingError(f"--kind: expected one of {', '.join(KINDS)}, found {kind!r}")
    keys = {alias_key(url) for url in urls}
    return [
        row
        for row in rows
        if kind in {None, kind_of_reason(row.reason)}
        if not urls or alias_key(row.url) in keys
    ]


def decide(
    archive: Archive, rows: Iterable[Unread], urls: list[str], opts: argparse.Namespace
) -> int:
    """Retry or dismiss the chosen rows; say what was done."""
    if not urls and opts.kind is None:
        raise SettingError("expected URLs or --kind: which ones?")
    chosen_rows = chosen(rows, urls, opts.kind)
    keys = {alias_key(row.url) for row in chosen_rows}
    unknown = [url for url in urls if alias_key(url) not in keys]
    now, addresses = clock.now(), [row.url for row in chosen_rows]
    if opts.retry:
        count = archive.waiting.retry(addresses, now)
        say(f"{counted(count, 'address', 'addresses')} to be asked for by the next run")
    else:
        count = archive.waiting.dismiss(addresses, archive.waiting.newest_run(), now)
        say(f"{counted(count, 'address', 'addresses')} dismissed")
    say(*(f"{url}: expected an address that this command lists" for url in unknown), is_error=True)
    return NOTHING_FOUND if unknown or not chosen_rows else 0


def show(
    rows: list[Unread], sentences: Callable[[Unread], Iterator[str]], *, is_json: bool
) -> int:
    """Print *rows*, and how many there are of each kind."""
    if is_json:
        say_json([as_document(row) for row in rows])
        return 0
    counts: dict[str, int] = {}
    for row in rows:
        say(*sentences(row))
        kind = kind_of_reason(row.reason)
        counts[kind] = counts.get(kind, 0) + 1
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    say(counted(len(rows), "address", "addresses") + (f": {kinds}" if kinds else ""))
    return 0


def as_document(row: Unread) -> dict[str, Any]:
    """Return a row for programs; times as ISO 8601, in UTC."""
    document = asdict(row) | {"kind": kind_of_reason(row.reason), "at": as_time(row.at)}
    document["not_before"] = as_time(row.not_before) if row.not_before else None
    return document
