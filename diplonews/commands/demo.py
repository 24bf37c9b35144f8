"""`scrapy demo`: everything on one machine, without a network, in less than a minute.

It starts the replica on loopback, crawls its three sections, lets its editors work, rechecks it,
and shows the results.
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
LOG_LINES = 20  # shown from the log of a failed crawl
AT_ONCE = {"DIPLONEWS_WITHDRAW_SECONDS": "0"}

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
            edited = _go_on(replica, folder) if all(rows) else None
        if edited is not None:
            _show([row for row in rows if row is not None], folder, edited)
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


def _go_on(replica: "Replica", folder: Path) -> str | None:
    """Let editors publish, edit and withdraw; return the id of the edited article."""
    edited, withdrawn = sorted(replica.truth("ecowas"))[-3:-1]
    replica.publish(
        ["ecowas", "ghana"],
        headline="ECOWAS summit in Accra agrees on a common external tariff",
        standfirst="Ghana hosts the leaders of ECOWAS; the tariff is to hold from next year",
    )
    replica.edit(edited, paragraph="Correction: the ministers of ECOWAS met on Tuesday.")
    replica.withdraw(withdrawn)
    say("", "The editors publish an article, edit one and withdraw one.")
    # Twice: what two runs find gone is withdrawn; without the hour that lies between them.
    spiders = ("recheck", "recheck", "ecowas")
    is_well = all(_was_crawled(spider, replica, folder, **AT_ONCE) for spider in spiders)
    return f"{site.NAME}:post:{edited}" if is_well else None


def _crawl(section: str, replica: "Replica", folder: Path) -> Crawled | None:
    """Crawl *section* as a schedule would, and count what came of it."""
    replica.clear_requests()
    if not _was_crawled(section, replica, folder):
        return None
    months = sorted((folder / "feeds/current" / section).glob("[0-9]*.jsonl"))
    articles = sum(len(month.read_text(encoding="utf-8").splitlines()) for month in months)
    return Crawled(section, len(replica.requests), articles, len(months))


def _was_crawled(spider: str, replica: "Replica", folder: Path, **settings: str) -> bool:
    """Crawl, and tell whether all went well; the log goes to a file, progress to a terminal."""
    log = folder / f"{spider}.log"
    environment = os.environ | {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": str(folder)}
    environment.pop("DIPLONEWS_ARCHIVE", None)
    say(f"$ scrapy crawl {spider}")
    command = [sys.executable, "-m", "scrapy", "crawl", spider, "--logfile", str(log)]
    done = subprocess.run(command, env=environment | settings, check=False)  # noqa: S603  our own
    if done.returncode:
        last_lines = log.read_text(encoding="utf-8").splitlines()[-LOG_LINES:]
        say(*last_lines, f"expected exit status 0, found {done.returncode}", is_error=True)
        return False
    say(f"  done; its log is {log}")
    return True


def _show(rows: list[Crawled], folder: Path, edited: str) -> None:
    feeds = folder / "feeds"
    say("", f"What {feeds} has:")
    Console().print(_table(rows))
    sample, line = _sample(feeds)
    say("", f"The last line of {sample}, in ten:")
    for key in SAMPLE_KEYS:
        say(shortened(f'  "{key}": {as_json(line.get(key), indent=None)}'))
    say("", "Three things to try:", *_things_to_try(folder, edited, line["id"]))


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


def _things_to_try(folder: Path, edited: str, article_id: str) -> list[str]:
    """Return commands that work when they are pasted here."""
    settings = f"DIPLONEWS_VAR={_quoted(folder)}"
    if os.environ.get("DIPLONEWS_ARCHIVE"):
        settings = f"env -u DIPLONEWS_ARCHIVE {settings}"
    scrapy = _scrapy()
    return [
        f"  {settings} {scrapy} diff {edited}",
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
