"""The report of a run: JSON for programs, and one last line for the log."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diplonews.errors import FileError
from diplonews.feeds.files import write_whole
from diplonews.lines import as_time
from diplonews.printing import as_json, counted
from diplonews.runs.verdict import Outcome

if TYPE_CHECKING:
    from diplonews.runs.run import Run

logger = logging.getLogger(__name__)


def counts_of(stats: Mapping[str, Any]) -> dict[str, Any]:
    """Return our own counts among Scrapy's *stats*."""
    return {key: stats[key] for key in sorted(stats) if key.startswith("diplonews/")}


def write_report(run: "Run", outcome: Outcome, stats: Mapping[str, Any], at: datetime) -> Path:
    """Write the report of *run*, which ended *at*; ``FileError`` where that cannot be done."""
    report = {
        "run": run.run_id,
        "section": run.section,
        "arguments": dict(run.arguments),
        "started_at": as_time(run.started_at),
        "ended_at": as_time(at),
        "verdict": run.verdict,
        "requests": stats.get("downloader/request_count", 0),
        "account": run.account.as_counts(),
        "outcome": asdict(outcome),
        "counts": counts_of(stats),
        "troubles": [asdict(trouble) for trouble in run.troubles],
    }
    path = run.var / "runs" / f"{run.run_id}.json"
    for copy in (path, path.with_name("latest.json")):
        write_whole(copy, [(0, as_json(report))])
    return path


def read_report(path: Path) -> dict[str, Any]:
    """Return a run's report; empty where there is none: another machine has it, or nobody."""
    try:
        report = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: expected a run's report: {error}") from error
    if not isinstance(report, dict):
        raise FileError(f"{path}: expected a run's report, found {type(report).__name__}")
    return report


def log_last_line(run: "Run", outcome: Outcome, requests: int) -> None:
    """Say in one line how the run went."""
    is_good = run.verdict in {"ok", "unchanged"}
    logger.log(
        logging.INFO if is_good else logging.ERROR,
        "run %s is %s: %s, %s, %s read, %s, %s not read%s",
        run.run_id,
        run.verdict,
        counted(requests, "request"),
        counted(outcome.listing_pages, "listing page"),
        counted(outcome.articles, "article"),
        counted(outcome.events, "change"),
        outcome.listing_failures + outcome.article_failures + outcome.rejected,
        f". {run.unwritten}" if run.unwritten else "",
    )
