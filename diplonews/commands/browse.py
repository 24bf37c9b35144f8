"""`scrapy browse`: the articles in a browser, to be searched, compared and asked."""

import argparse
from contextlib import suppress
from pathlib import Path

from diplonews.archive import Archive
from diplonews.archive_commands import ArchiveCommand, expect_no_arguments
from diplonews.errors import SettingError
from diplonews.extras import check_package
from diplonews.printing import counted, say

PORT = 8001
HIGHEST_PORT = 65_535


class Command(ArchiveCommand):
    """Serve the analysts' database on this machine."""

    has_json = False

    def short_desc(self) -> str:
        return "Show the articles in a browser: search, facets, ten questions"

    def long_desc(self) -> str:
        return (
            "Bring a SQLite database under DIPLONEWS_VAR/browse up to date and show it with "
            "Datasette, read-only, to browsers on this machine alone, until Ctrl-C. Exit status: "
            "0 done, 2 wrong argument or setting, a port in use, or Datasette is missing, 3 no "
            "archive yet, 4 archive or database cannot be read or written."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("--port", metavar="NUMBER", default=str(PORT), help=f"({PORT}); 0: any that is free")
        add("--open", action="store_true", help="open a browser")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        expect_no_arguments(args)
        port = read_port(opts.port)
        check_package("browse", "datasette", "browse")
        from diplonews.browse.metadata import DATABASE  # needs the package
        from diplonews.browse.serving import address_of, serve, take_port

        taken = take_port(port)
        path = self.var.absolute() / "browse" / f"{DATABASE}.sqlite"
        count = update_database(archive, path)
        archive.close()  # from here on the database alone is read
        say(f"{counted(count, 'article')} at {address_of(taken)} until Ctrl-C")
        serve(path, taken, opens=opts.open)
        say("Ended.")
        return 0


def read_port(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text) > HIGHEST_PORT:
        raise SettingError(f"--port: expected a number up to {HIGHEST_PORT}, found {text!r}")
    return int(text)


def update_database(archive: Archive, path: Path) -> int:
    """Bring our database up to date, or make it again where it has another shape."""
    from diplonews.exports.database import Wanted, bring_up_to_date
    from diplonews.exports.selection import Selection

    wanted = Wanted(Selection())
    with suppress(SettingError):  # made by other code, or of another archive
        return bring_up_to_date(archive, path, wanted).article_count
    path.unlink()
    return bring_up_to_date(archive, path, wanted).article_count
