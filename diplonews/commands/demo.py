"""`scrapy demo`: the whole of it on one machine, with no network, in a minute.

Starts the replica site on loopback, crawls the three sections of it into feeds and shows
what came of it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.exceptions import UsageError

from diplonews import site
from diplonews.printing import as_json, plain, say
from diplonews.setting_checks import ChecksSettings

if TYPE_CHECKING:
    from diplonews.demo import Replica

THEMES = ("jnews", "jnews-elementor", "plain")


class Command(ChecksSettings):
    """Show the main job on the replica site."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Crawl a replica of the site on this machine and show the feeds"

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

        folder = _own_folder(Path(self.settings["DIPLONEWS_VAR"]) / "demo")
        with Replica(articles=opts.articles, theme=opts.theme) as replica:
            say(f"A replica of the site answers at {replica.origin}")
            rows = [_crawl(name, replica, folder) for name in site.SECTIONS]
        if all(row is not None for row in rows):
            _show(Console(), [row for row in rows if row is not None], folder)
        else:
            self.exitcode = 1


def _own_folder(folder: Path) -> Path:
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


def _crawl(section: str, replica: "Replica", folder: Path) -> list[str] | None:
    """Crawl *section* as a schedule would; return its row of the table."""
    replica.forget_requests()
    environment = os.environ | {"DIPLONEWS_SITE": replica.origin, "DIPLONEWS_VAR": str(folder)}
    environment.pop("DIPLONEWS_ARCHIVE", None)
    say(f"$ scrapy crawl {section}")
    command = [sys.executable, "-m", "scrapy", "crawl", section]
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode:
        say(f"{section}: expected exit status 0, found {done.returncode}", is_error=True)
        return None
    months = sorted((folder / "feeds/current" / section).glob("*.jsonl"))
    articles = sum(len(month.read_text(encoding="utf-8").splitlines()) for month in months)
    feed = f"feeds/current/{section}/ ({len(months)} months)"
    return [section, str(len(replica.requests)), str(articles), feed]


def _show(console: Console, rows: list[list[str]], folder: Path) -> None:
    table = Table(title=plain(f"What the feeds in {folder} hold"), title_justify="left")
    for heading in ("section", "pages asked", "articles", "feed"):
        table.add_column(
            heading, justify="right" if heading in {"pages asked", "articles"} else "left"
        )
    for row in rows:
        table.add_row(*map(plain, row))
    console.print(table)
    console.print("\nOne line of them:")
    console.print(Text(as_json(_sample(folder))), soft_wrap=True)


def _sample(folder: Path) -> dict[str, Any]:
    """Return a line, its body cut for the screen."""
    newest = sorted((folder / "feeds/current/security").glob("[0-9]*.jsonl"))[-1]
    line: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8").splitlines()[-1])
    if len(line["body"] or "") > 200:
        line["body"] = f"{line['body'][:200]} […]"
    return line
