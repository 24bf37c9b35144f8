"""`scrapy verify`: tell whether the feeds are what the archive says."""

import argparse
from contextlib import closing

from sqlalchemy import URL

from diplonews import clock
from diplonews.archive import Archive
from diplonews.archive_commands import ArchiveCommand, expect_no_arguments, status_of
from diplonews.backups.restoring import Place, adopt_feeds, adopted_sentences
from diplonews.editions import choose_editions
from diplonews.errors import DiplonewsError, FileError
from diplonews.feeds.feed_check import FeedCheck
from diplonews.feeds.further_files import Edition
from diplonews.feeds.origin import open_archive
from diplonews.feeds.publisher import Publisher
from diplonews.forgetting.carrying_out import CarryingOut
from diplonews.forgetting.erased_files import LEFT
from diplonews.printing import say
from diplonews.runs.checkup import note_verification
from diplonews.runs.health import Verification
from diplonews.runs.run import archive_url
from diplonews.runs.section_lock import this_process
from diplonews.runs.sizes import note_size
from diplonews.runs.standstill import SharedFolder, standstill
from diplonews.runs.verdict import EXIT_STATUS


class Command(ArchiveCommand):
    """Compare every feed with the archive; name what differs."""

    has_json = False

    def short_desc(self) -> str:
        return "Tell whether the feeds are what the archive says"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--repair", action="store_true", help="write every feed again from the archive"
        )

        parser.add_argument(
            "--adopt",
            action="store_true",
            help="where the archive is lost or older than the feeds, take their events into it",
        )
        parser.add_argument(
            "--wait", action="store_true", help="with --adopt: wait for the end of runs under way"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        expect_no_arguments(args)
        if opts.adopt:
            try:
                self._adopt(waits=opts.wait)
            except (DiplonewsError, OSError) as error:
                say(str(error), is_error=True)
                self.exitcode = status_of(error)
                return
        super().run(args, opts)

    def _adopt(self, *, waits: bool) -> None:
        """Bring the archive up to its feeds, alone; then publish as a run does at its end."""
        assert self.settings is not None
        url = archive_url(self.settings)
        with standstill(self.var, url, "scrapy verify --adopt", waits=waits, is_everywhere=True):
            with closing(Archive.reach(url)) as archive:
                adopted = adopt_feeds(Place(archive, self.var, this_process()))
            with closing(open_archive(url, self.var / "feeds")) as archive:
                contact = self.settings["DIPLONEWS_CONTACT"]
                carrying_out = CarryingOut(archive, self.var, contact, self._editions())
                erased = carrying_out.begin_again()
        say(*adopted_sentences(adopted))
        say(*(f"{file.path} {file.what}" for file in erased if file.what in LEFT))

    def _open(self, url: URL) -> Archive:
        return open_archive(url, self.var / "feeds", create=False)

    def _repair(self, archive: Archive) -> None:
        """Write the feeds again, while runs may be under way."""
        assert self.settings is not None
        shared = SharedFolder.take(self.var, archive.engine.url, "scrapy verify --repair")
        try:
            contact = self.settings["DIPLONEWS_CONTACT"]
            Publisher(archive, self.var / "feeds", contact, self._editions()).repair()
        finally:
            shared.release()

    def _editions(self) -> list[Edition]:
        assert self.settings is not None
        return choose_editions(self.settings["DIPLONEWS_PUBLISH"] or "")

    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        expect_no_arguments(args)
        feeds = self.var / "feeds"
        if opts.repair:
            self._repair(archive)
        check = FeedCheck(archive, feeds, self._editions())
        wrong = list(check.differences())
        say(*wrong)
        if check.waiting_count:
            say(
                f"{check.waiting_count} events are not published here yet: the next run does "
                f"that. They are not compared"
            )
        say(f"{check.file_count} files expected, {len(wrong)} differences")
        try:
            note_verification(self.var, Verification(clock.now(), len(wrong)))
            note_size(archive, self.var, clock.now())
        except (
            FileError
        ) as error:  # differences were printed; only `scrapy status` will not know them
            say(str(error), is_error=True)
        return EXIT_STATUS["degraded"] if wrong else 0
