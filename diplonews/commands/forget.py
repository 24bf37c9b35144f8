"""`scrapy forget URL`: erase an article's words wherever this machine has them, for good."""

import argparse
from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError
from sqlalchemy import URL

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive.forgotten import Entry
from diplonews.archive.traces import Traces, TraceSearch
from diplonews.archive_commands import NOTHING_FOUND, ArchiveCommand
from diplonews.commands.why import check_address
from diplonews.editions import choose_editions
from diplonews.feeds.origin import open_archive
from diplonews.forgetting.carrying_out import CarryingOut
from diplonews.forgetting.erased_files import LEFT, Erased
from diplonews.lines import as_time
from diplonews.printing import counted, say
from diplonews.runs.standstill import standstill

UNKNOWN = "expected an address or id that the archive knows, found none: nothing done"


class Command(ArchiveCommand):
    """Put an article on the list of forgotten ones, and erase its words."""

    has_json = False

    def syntax(self) -> str:
        return "--reason <why> [options] <URL or id>"

    def short_desc(self) -> str:
        return "Erase an article's words for good, wherever they are kept"

    def long_desc(self) -> str:
        return (
            "Erase an article's words in the archive, the feeds, the captures and all other "
            "files of this machine. Its id and addresses stay on a list, and no run asks for "
            "them again. Nothing brings it back. Exit status: 0 done, 2 wrong argument or "
            "setting, 3 it is not known or a file has it still, 4 archive or file cannot "
            "be written, 75 a run is under way."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("--reason", metavar="WHY", help="who asked for it; kept on the list")
        add("--dry-run", action="store_true", help="say what would be erased, and erase nothing")
        add("--wait", action="store_true", help="wait for the end of runs that are under way")

    def _open(self, url: URL) -> Archive:
        return open_archive(url, self.var / "feeds", create=False)

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        if len(args) != 1:
            raise UsageError("expected one URL, or an article's id")
        check_address(args[0])
        check_article(archive, args[0])
        if opts.dry_run:
            return self._tell(archive, args[0])
        if not (opts.reason or "").strip():
            raise UsageError("expected --reason: who asked for it, and by what right")
        with standstill(self.var, archive.engine.url, "scrapy forget", waits=opts.wait):
            copies = copies_of(archive, args[0])
            entry = archive.erasing.forget(args[0], opts.reason.strip(), clock.now())
            if entry is None:
                say(f"{args[0]}: {UNKNOWN}", is_error=True)
                return NOTHING_FOUND
            carrying_out = self._carrying_out(archive)
            carrying_out.search_again(entry)  # called again, the command names what was left
            erased = carrying_out.erase_all()
        say(*sentences(args[0], entry), *files_of(erased), *copies, *out_of_reach(archive))
        say(*(f"not reached: {what}" for what in carrying_out.not_reached))
        return NOTHING_FOUND if any(file.what in LEFT for file in erased) else 0

    def _carrying_out(self, archive: Archive) -> CarryingOut:
        assert self.settings is not None
        editions = choose_editions(self.settings["DIPLONEWS_PUBLISH"] or "")
        contact = self.settings["DIPLONEWS_CONTACT"]
        return CarryingOut(archive, self.var, contact, editions=editions)

    def _tell(self, archive: Archive, asked: str) -> int:
        """Say what would be erased."""
        entry = archive.forgotten.find(asked)
        if entry is not None:
            say(*sentences(asked, entry))
            return 0
        plan = archive.erasing.would_forget(asked)
        if not plan["urls"]:
            say(f"{asked}: {UNKNOWN}", is_error=True)
            return NOTHING_FOUND
        numbers = tuple(int(name.rpartition(":")[2]) for name in plan["ids"] if ":post:" in name)
        traces = Traces(tuple(plan["urls"]), numbers, tuple(plan["ids"]))
        search = TraceSearch(traces, frozenset(plan["headlines"]))
        erased = self._carrying_out(archive).would_erase(search)
        count = counted(len(plan["urls"]), "address", "addresses")
        say(
            f"{asked}: would be forgotten, by {count}",
            *(f"address: {url}" for url in plan["urls"]),
            f"{counted(len(plan['events']), 'event')} in {', '.join(plan['feeds']) or 'no feed'}",
            *files_of(erased),
            *copies_of(archive, asked),
            "nothing was erased",
        )
        return 0


def check_article(archive: Archive, asked: str) -> None:
    """Raise ``UsageError`` where an address is the site's own, or a category's.

    Nearly every page has a link to it, so nearly every capture would be removed.
    """
    parts = urlsplit(asked)
    is_home = "://" in asked and not parts.query and not parts.path.strip("/")
    if is_home or archive.walks.is_address(asked):
        raise UsageError(f"expected an article's address, found one of a list: {asked}")


def sentences(asked: str, entry: Entry) -> Iterator[str]:
    """Yield what became of the article itself."""
    what = "its address alone was known" if entry.article_id is None else entry.article_id
    yield f"{asked}: forgotten since {as_time(entry.asked_at)}: {entry.reason} ({what})"


def files_of(erased: list[Erased]) -> Iterator[str]:
    for file in erased:
        records = f": {counted(file.records, 'record')}" if file.records else ""
        yield f"{file.path}: {file.what}{records}"


def copies_of(archive: Archive, asked: str) -> list[str]:
    """Return sentences on articles with nearly the same text, while its words are known."""
    ids = archive.erasing.would_forget(asked)["ids"]
    urls = [url for article_id in ids for url in archive.erasing.copies_of(article_id)]
    return [
        f"{url}: has nearly the same text and keeps it: forget it too, if it is meant"
        for url in urls
    ]


def out_of_reach(archive: Archive) -> Iterator[str]:
    """Yield what this command cannot erase and a person must."""
    yield (
        "not reached: backups and copies of the archive, of feeds and of this folder; exports "
        "that were written elsewhere; what followers of the feeds have, until they read them"
    )
    if archive.is_shared:
        yield (
            "not reached: other machines, whose next run erases it there; PostgreSQL's "
            "write-ahead log, its replicas and dumps (docs/operations.md)"
        )
