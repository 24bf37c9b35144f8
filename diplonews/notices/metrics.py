"""Metrics of a section's last run, as a text file for Prometheus's node_exporter."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from diplonews.feeds.files import write_whole
from diplonews.notices.ending import Ending
from diplonews.runs.verdict import EXIT_STATUS


def write_metrics(folder: Path, ending: Ending, read_at: datetime | None) -> None:
    """Write ``diplonews_<section>.prom`` into *folder*; ``FileError`` where that fails.

    *read_at* is when the section last read something; ``None`` where it never did.
    """
    path = folder / f"diplonews_{ending.section}.prom"
    write_whole(path, ((0, line) for line in metric_lines(ending, read_at)))


def metric_lines(ending: Ending, read_at: datetime | None) -> Iterator[str]:
    """Yield the lines of the file, in Prometheus's text format."""
    label = f'section="{ending.section}"'
    yield from _gauge(
        "last_run_timestamp_seconds",
        "When the section's last run ended.",
        {label: ending.ended_at.timestamp()},
    )
    yield from _gauge(
        "last_read_timestamp_seconds",
        "When a run of the section last read something; 0: never.",
        {label: read_at.timestamp() if read_at else 0},
    )
    yield from _gauge(
        "verdict",
        "1 for the verdict of the last run.",
        {
            f'{label},verdict="{verdict}"': int(verdict == ending.verdict)
            for verdict in EXIT_STATUS
        },
    )
    seconds = (ending.ended_at - ending.started_at).total_seconds()
    yield from _gauge("run_seconds", "How long the last run took.", {label: seconds})
    yield from _gauge("requests", "Requests of the last run.", {label: ending.requests})
    yield from _gauge("articles", "Articles that the last run read.", {label: ending.articles})
    yield from _gauge("changes", "Events of the last run.", {label: ending.changes})
    yield from _gauge(
        "troubles",
        "Troubles of the last run, by kind.",
        {f'{label},kind="{kind}"': count for kind, count in sorted(ending.troubles.items())},
    )


def _gauge(name: str, meaning: str, values: dict[str, float]) -> Iterator[str]:
    if values:
        yield f"# HELP diplonews_{name} {meaning}"
        yield f"# TYPE diplonews_{name} gauge"
    for labels, value in values.items():
        yield f"diplonews_{name}{{{labels}}} {value:.15g}"
