"""Our commands outside the project's folder: they say where it is.

Scrapy knows a project by the `scrapy.cfg` in or above the working directory. Elsewhere it
says "Unknown command: crawl", which does not help if a schedule calls it from another folder.
"""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand, crawl
from scrapy.utils.project import inside_project

FOLDER = Path(__file__).parents[1]  # the checkout, if the package is in one
WRONG_ARGUMENT = 2


class Outside(ScrapyCommand):
    """Says where the project is. Each of our commands has an entry point with this class.

    In the project's folder our own commands replace it (``COMMANDS_MODULE``).
    """

    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "A command of diplonews: call it in its folder"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self.exitcode = say_where()


class OutsideCrawl(crawl.Command):
    """In another project Scrapy's own `crawl`; elsewhere the same as the others."""

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
    """Return what to do in folder *here*, where the package is in *folder*.

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
