"""What commands that use the archive share: settings are checked, errors printed."""

import argparse
from abc import abstractmethod
from pathlib import Path

from scrapy.exceptions import UsageError
from sqlalchemy import URL

from diplonews.archive import Archive
from diplonews.errors import DiplonewsError, LockedError, MissingArchiveError, SettingError
from diplonews.printing import say
from diplonews.runs.run import archive_url
from diplonews.runs.trouble import short_traceback
from diplonews.runs.verdict import EXIT_STATUS, LOCKED, WRONG_ARGUMENT
from diplonews.setting_checks import ChecksSettings

INTERRUPTED = 130  # by Ctrl-C, as shells say it
NOTHING_FOUND = EXIT_STATUS["degraded"]


class Once(argparse.Action):
    """An option that has one value: a second one would take the place of the first in silence."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        before = getattr(namespace, self.dest)
        if before is not self.default:
            raise argparse.ArgumentError(self, f"expected once, found {before!r} and {values!r}")
        setattr(namespace, self.dest, values)


def take_once(parser: argparse.ArgumentParser) -> None:
    """Let options that are added from now on be given once, where nothing else is said."""
    parser.register("action", None, Once)


class ArchiveCommand(ChecksSettings):
    """A command that opens the archive, does its work, and closes it.

    The exit status is what ``run_with`` returns. Errors have their own. Wrong arguments: 2. No
    archive yet: 3. An archive or file that cannot be read or written: 4. Stopped by a person: 130.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}
    has_json = True  # whether ``--json`` prints all that it has to say
    is_migrating = True  # whether an archive of an earlier schema is migrated first

    @abstractmethod
    def run_with(self, archive: Archive, args: list[str], opts: argparse.Namespace) -> int:
        """Do the command's work; return its exit status."""

    @property
    def var(self) -> Path:
        assert self.settings is not None
        return Path(self.settings["DIPLONEWS_VAR"])

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        if self.has_json:
            parser.add_argument("--json", action="store_true", help="all of it, as JSON")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            archive = self._open(archive_url(self.settings))
            try:
                self.exitcode = self.run_with(archive, args, opts)
            finally:
                archive.close()
        except (DiplonewsError, OSError) as error:
            say(str(error), is_error=True)
            self.exitcode = status_of(error)
        except KeyboardInterrupt:
            self.exitcode = INTERRUPTED
        except UsageError:
            raise
        except Exception as error:
            # An archive that other code wrote, or that somebody changed by hand.
            why = f"{type(error).__name__}: {error}"
            lines = [f"    {line}" for line in short_traceback(error).rstrip().split("\n")]
            say(f"expected an archive as this code writes it, found {why}", *lines, is_error=True)
            self.exitcode = EXIT_STATUS["broken"]

    def _open(self, url: URL) -> Archive:
        if self.is_migrating:
            return Archive.open(url, create=False)
        archive = Archive.reach(url)
        if not archive.exists():
            archive.close()
            raise MissingArchiveError(
                f"{archive.name}: expected an archive, found none: crawl first"
            )
        return archive


def status_of(error: Exception) -> int:
    if isinstance(error, SettingError):
        return WRONG_ARGUMENT
    if isinstance(error, LockedError):
        return LOCKED
    return NOTHING_FOUND if isinstance(error, MissingArchiveError) else EXIT_STATUS["broken"]


def expect_no_arguments(args: list[str]) -> None:
    """Raise ``UsageError`` where a command that takes options only was given more."""
    if args:
        raise UsageError(f"expected options only, found {' '.join(args)}")
