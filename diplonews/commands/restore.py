"""`scrapy restore FILE`: the archive of a backup, in this place and its database."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from scrapy.exceptions import UsageError
from sqlalchemy import URL

from diplonews.archive import Archive
from diplonews.archive_commands import status_of
from diplonews.backups.backup_contents import BackupContents
from diplonews.backups.backup_file import open_backup
from diplonews.backups.backup_format import FormatError
from diplonews.backups.restoring import Place, Restored, adopted_sentences, restore
from diplonews.editions import choose_editions
from diplonews.errors import DiplonewsError, FileError
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.further_files import Edition
from diplonews.feeds.origin import open_archive
from diplonews.forgetting.carrying_out import CarryingOut
from diplonews.forgetting.erased_files import LEFT, note_state
from diplonews.printing import counted, say
from diplonews.runs.run import archive_url
from diplonews.runs.section_lock import this_process
from diplonews.runs.standstill import standstill
from diplonews.runs.verdict import EXIT_STATUS
from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings):
    """Restore a backup, bring it up to the feeds, and compare both."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] FILE"

    def short_desc(self) -> str:
        return "Restore the archive of a backup, into either database"

    def long_desc(self) -> str:
        return (
            "Restore the archive of FILE into DIPLONEWS_ARCHIVE, SQLite or PostgreSQL, where "
            "there is none yet, or an older state of the same. `-` is standard input. What the "
            "feeds have beyond the backup is taken in; where there are none, they are written. "
            "It is all or nothing. Exit status: 0 done, 2 wrong argument, 3 done, and the feeds "
            "differ, 4 nothing was restored, 75 a run is under way."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="take the place of an archive that is newer than the backup, or another one",
        )
        parser.add_argument(
            "--wait", action="store_true", help="wait for the end of runs that are under way"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected one FILE, or - for standard input")
        try:
            self.exitcode = self._restore(args[0], opts)
        except (DiplonewsError, OSError) as error:
            say(str(error), is_error=True)
            self.exitcode = status_of(error)

    def _restore(self, name: str, opts: argparse.Namespace) -> int:
        assert self.settings is not None
        url, var = archive_url(self.settings), Path(self.settings["DIPLONEWS_VAR"])
        editions = choose_editions(self.settings["DIPLONEWS_PUBLISH"] or "")
        with standstill(var, url, "scrapy restore", waits=opts.wait, is_everywhere=True):
            with _open(name) as backup, closing(Archive.reach(url)) as archive:
                if backup.header.has_captures:  # in which is what was forgotten since
                    note_state(var, "", 0)
                place = Place(archive, var, this_process())
                restored = restore(backup, place, is_replacing=opts.replace)
            say(*_sentences(name, restored))
            try:
                wrong = self._agree(url, var, editions)
            except (DiplonewsError, OSError) as error:
                say(f"restored; the feeds not yet: the next run does that. {error}", is_error=True)
                return EXIT_STATUS["degraded"]
        say(*wrong)
        return EXIT_STATUS["degraded"] if wrong else 0

    def _agree(self, url: URL, var: Path, editions: Sequence[Edition]) -> list[str]:
        """Publish what was restored, and erase what was forgotten; return what differs."""
        assert self.settings is not None
        with closing(open_archive(url, var / "feeds")) as archive:
            contact = self.settings["DIPLONEWS_CONTACT"]
            erased = CarryingOut(archive, var, contact, editions).begin_again()
            say(*(f"{file.path} {file.what}" for file in erased if file.what in LEFT))
            return list(FeedCheck(archive, var / "feeds", editions).differences())


@contextmanager
def _open(name: str) -> Iterator[BackupContents]:
    if name != "-":
        with open_backup(Path(name)) as backup:
            yield backup
        return
    try:
        yield BackupContents(sys.stdin.buffer)
    except FormatError as error:
        raise FileError(f"standard input: expected a whole backup: {error}") from error


def _sentences(name: str, restored: Restored) -> Iterator[str]:
    header = restored.header
    yield (
        f"{name}: {counted(header.rows.get('article', 0), 'article')} of archive "
        f"{header.archive_id} restored, as of {header.made_at:%Y-%m-%d %H:%M} UTC"
    )
    if restored.adopted is not None:
        yield from adopted_sentences(restored.adopted)
