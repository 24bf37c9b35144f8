"""`scrapy verify`: tell whether the feeds are what the archive says."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError

from diplonews import clock
from diplonews.errors import DiplonewsError, FileError
from diplonews.feeds.audit import Audit
from diplonews.feeds.origin import open_archive
from diplonews.feeds.publisher import Publisher
from diplonews.printing import say
from diplonews.runs.checkup import note_verification
from diplonews.runs.health import Verification
from diplonews.runs.run import archive_url
from diplonews.runs.verdict import EXIT_STATUS
from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings):
    """Compare every feed with the archive; name what differs."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Tell whether the feeds are what the archive says"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--repair", action="store_true", help="write every feed again from the archive"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError("expected options only")
        try:
            self.exitcode = self._verify(repair=opts.repair)
        except DiplonewsError as error:
            say(str(error), is_error=True)
            self.exitcode = EXIT_STATUS["broken"]

    def _verify(self, *, repair: bool) -> int:
        assert self.settings is not None
        folder = Path(self.settings["DIPLONEWS_VAR"])
        archive = open_archive(archive_url(self.settings), folder / "feeds", create=False)
        try:
            if repair:
                contact = self.settings["DIPLONEWS_CONTACT"]
                Publisher(archive, folder / "feeds", contact).repair()
            audit = Audit(archive, folder / "feeds")
            wrong = list(audit.differences())
        finally:
            archive.close()
        say(*wrong)
        if audit.waiting_count:
            say(
                f"{audit.waiting_count} events are not published here yet: the next run does "
                f"that. They are not compared"
            )
        say(f"{audit.file_count} files expected, {len(wrong)} differences")
        try:
            note_verification(folder, Verification(clock.now(), len(wrong)))
        except FileError as error:  # what was found is said; `scrapy status` will not know it
            say(str(error), is_error=True)
        return EXIT_STATUS["degraded"] if wrong else 0
