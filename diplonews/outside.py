"""What our commands say outside of the project's folder: where it is.

Scrapy knows a project by the `scrapy.cfg` in or above the working directory. Elsewhere it
says "Unknown command: crawl", which helps nobody whose schedule calls it from another folder.
"""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand, crawl
from scrapy.utils.project import inside_project

FOLDER = Path(__file__).parents[1]  # the checkout, where the package lies in one
WRONG_ARGUMENT = 2


class Outside(ScrapyCommand):
    """Say where the project is. An entry point names it once for each command of ours.

    In the project's folder our own commands take its place (``COMMANDS_MODULE``).
    """

    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "A command of diplonews: call it in its folder"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = say_where()


class OutsideCrawl(crawl.Command):
    """Scrapy's own `crawl` in another project, and else the same as the others."""

    def __init__(self) -> None:
        super().__init__()
        self.is_in_other_project = inside_project()
        self.requires_crawler_process = self.is_in_other_project

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if self.is_in_other_project:
            super().run(args, opts)
        else:
            self.exitcode = say_where()


def say_where() -> int:
    print(advice(FOLDER, Path.cwd()), file=sys.stderr)  # noqa: T201
    return WRONG_ARGUMENT


def advice(folder: Path, here: Path) -> str:
    """Return what to do in *here*, where the package lies in *folder*.

    >>> advice(Path("/nowhere"), Path("/tmp")).partition("Try: ")[2].split()[:2]
    ['export', 'SCRAPY_SETTINGS_MODULE=diplonews.settings']
    """
    way = "export SCRAPY_SETTINGS_MODULE=diplonews.settings DIPLONEWS_VAR=/an/absolute/path"
    if (folder / "scrapy.cfg").exists():
        way = f"cd {folder}"
    return (
        f"{here}: expected the folder of diplonews, found no scrapy.cfg in it or above it. "
        f"Try: {way}"
    )
