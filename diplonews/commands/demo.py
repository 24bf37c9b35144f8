"""`scrapy demo`: the whole of it on one machine, with no network, in half a minute.

Starts the replica site on loopback, crawls the three sections of it into feeds and shows
what came of it.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console
from rich.table import Table
from scrapy.exceptions import UsageError

from diplonews import site
from diplonews.printing import as_json, counted, plain, say
from diplonews.setting_checks import ChecksSettings

if TYPE_CHECKING:
    from diplonews.demo import Replica

THEMES = ("jnews", "jnews-elementor", "plain")
LOG_LINES = 20  # shown of the log where a crawl went wrong

# The keys of the sample: ten lines.
SAMPLE_KEYS = (
    "id", "url", "headline", "authors", "published_at", "categories", "body", "word_count",
    "countries", "revision",
)  # fmt: skip


class Crawled(NamedTuple):
    """What came of crawling one section."""

    section: str
    request_count: int
    article_count: int
    month_count: int


class Command(ChecksSettings):
    """Show the main job on the replica site."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Crawl a replica of the site on this machine; show the feeds"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--articles", type=int, default=120, help="articles on the replica")
        parser.add_argument("--theme", choices=THEMES, default="jnews", help="its theme")
        parser.add_argument(
            "--serve", type=int, metavar="PORT", help="only serve the replica, until Ctrl-C"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or opts.articles < 1:
            raise UsageError("expected options only, and at least one article")
        assert self.settings is not None
        if opts.serve is not None:
            _serve(opts)
            return
        from diplonews.demo import Replica  # not above: `scrapy crawl` imports all commands

        folder = _empty(Path(self.settings["DIPLONEWS_VAR"]) / "demo")
        with Replica(articles=opts.articles, theme=opts.theme) as replica:
            say(f"A replica of the site answers at {replica.origin}", "")
            rows = [_crawl(name, replica, folder) for name in site.SECTIONS]
        if all(row is not None for row in rows):
            _show([row for row in rows if row is not None], folder)
        else:
            self.exitcode = 1


def _empty(folder: Path) -> Path:
    """Empty *folder*: each demo's replica is another site, at another port."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def _serve(opts: argparse.Namespace) -> None:
    from diplonews.demo import Replica

    with Replica(articles=opts.articles, theme=opts.theme, port=opts.serve) as replica:
        say(
            f"The replica answers at {replica.origin}. In another terminal:",
            f"  DIPLONEWS_SITE={replica.origin} scrapy crawl security",
        )
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            say("The replica is gone.")


def _crawl(section: str, replica: "Replica", folder: Path) -> Crawled | None:
    """Crawl *section* as a schedule would; its log goes to a file, progress to a terminal."""
    replica.forget_requests()
    log = folder / f"{section}.log"
    environment = os.environ | {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": str(folder)}
    environment.pop("DIPLONEWS_ARCHIVE", None)
    say(f"$ scrapy crawl {section}")
    command = [sys.executable, "-m", "scrapy", "crawl", section, "--logfile", str(log)]
    status = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603  our own
    if status:
        last_lines = log.read_text(encoding="utf-8").splitlines()[-LOG_LINES:]
        say(*last_lines, f"expected exit status 0, found {status}", is_error=True)
        return None
    say(f"  done; its log is {log}")
    months = sorted((folder / "feeds/current" / section).glob("[0-9]*.jsonl"))
    articles = sum(len(month.read_text(encoding="utf-8").splitlines()) for month in months)
    return Crawled(section, len(replica.requests), articles, len(months))


def _show(rows: list[Crawled], folder: Path) -> None:
    feeds = folder / "feeds"
    say("", f"What {feeds} holds:")
    Console().print(_table(rows))
    sample, line = _sample(feeds)
    say("", f"The last line of {sample}, in ten:")
    for key in SAMPLE_KEYS:
        say(shortened(f'  "{key}": {as_json(line.get(key), indent=None)}'))
    say("", "Three things to try:", *_things_to_try(folder, sample, line["id"]))


def _table(rows: list[Crawled]) -> Table:
    table = Table()
    for heading in ("section", "pages asked", "articles", "feed"):
        is_number = heading in {"pages asked", "articles"}
        table.add_column(heading, justify="right" if is_number else "left", no_wrap=True)
    for row in rows:
        feed = f"current/{row.section}/ ({counted(row.month_count, 'month')})"
        cells = (row.section, str(row.request_count), str(row.article_count), feed)
        table.add_row(*map(plain, cells))
    return table


def _sample(feeds: Path) -> tuple[Path, dict[str, Any]]:
    """Return the file of the newest month of Security, and the keys of its last line."""
    newest = max((feeds / "current/security").glob("[0-9]*.jsonl"))
    line: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8").splitlines()[-1])
    return newest, line


def shortened(text: str, width: int = 80) -> str:
    """Return *text* cut to the width of a terminal's line, in which some letters count double.

    >>> shortened("one two", 5), shortened("中中中", 5)
    ('one …', '中中…')
    """
    line = plain(text)
    line.truncate(width, overflow="ellipsis")
    return line.plain


def _things_to_try(folder: Path, sample: Path, article_id: str) -> list[str]:
    """Return commands that work when they are pasted here."""
    settings = f"DIPLONEWS_VAR={_quoted(folder)}"
    if os.environ.get("DIPLONEWS_ARCHIVE"):
        settings = f"env -u DIPLONEWS_ARCHIVE {settings}"
    scrapy = _scrapy()
    return [
        f"  tail -n 1 {_quoted(sample)}",
        f"  {settings} {scrapy} why {article_id}",
        f"  {settings} {scrapy} verify",
    ]


def _quoted(path: Path) -> str:
    """Return *path* as a shell reads it."""
    return shlex.quote(str(path))


def _scrapy() -> str:
    """Return how `scrapy` was called, as a shell reads it."""
    called = Path(sys.argv[0])
    if called.name != "scrapy":
        return f"{_quoted(Path(sys.executable))} -m scrapy"
    is_on_path = shutil.which("scrapy") == str(called)
    return "scrapy" if is_on_path else _quoted(called)
