"""`scrapy crawl`: Scrapy's own, with a lock, a verdict and an exit status to trust."""

import argparse
import logging

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from diplonews import clock, courtesy
from diplonews.errors import DiplonewsError, SettingError
from diplonews.logs import quieten
from diplonews.notices import sending
from diplonews.notices.ending import Ending, ending_of, ending_without_run
from diplonews.notices.notifying import notify_of
from diplonews.runs.conduct import Conducted, conduct, sentence_of, status_of
from diplonews.runs.verdict import EXIT_STATUS
from diplonews.setting_checks import ChecksSettings
from diplonews.spider_help import LinesFormatter, spiders_help
from diplonews.workers import check_executor

logger = logging.getLogger(__name__)


class Command(ChecksSettings, crawl.Command):
    """Run a section's spider; the exit status is the run's verdict (docs/operations.md)."""

    def short_desc(self) -> str:
        return "Crawl a section; the exit status tells how it went"

    def long_desc(self) -> str:
        return (
            "Crawl a section of the site into the archive and the feeds. Exit status: 0 all is "
            "well, 3 some pages could not be read (the next run tries again), 4 nothing could be "
            "read or written, 2 wrong argument or setting, 75 another run of this section is "
            "under way."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        assert self.settings is not None
        parser.formatter_class = LinesFormatter
        parser.add_argument_group("Spiders", spiders_help(self.settings))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected the name of one spider; `scrapy list` names them")
        quieten()
        self.section = ""
        started_at = clock.now()
        try:
            self.exitcode = self._crawl(args[0], opts.spargs)
        except Exception as error:
            self._tell(error)
            if self.section and self.exitcode == EXIT_STATUS["broken"]:
                assert self.settings is not None
                notify_of(self.settings, ending_without_run(self.section, error, started_at))

    def _crawl(self, name: str, arguments: dict[str, str]) -> int:
        assert self.crawler_process is not None
        assert self.settings is not None
        try:
            spider = self.crawler_process.spider_loader.load(name)
        except KeyError:
            names = ", ".join(self.crawler_process.spider_loader.list())
            raise SettingError(f"no spider {name!r}; there are {names}") from None
        plan = spider.plan_of(arguments)  # type: ignore[attr-defined]
        courtesy.check(self.settings)  # last: typos in arguments are reported first
        sending.check(self.settings["DIPLONEWS_NOTIFY"])
        if plan.is_rereading:
            check_executor(self.settings["DIPLONEWS_EXECUTOR"])
        self.section = plan.section
        conducted = conduct(
            self.crawler_process,
            spider,
            plan.section,
            arguments,
            is_rereading=plan.is_rereading,
        )
        notify_of(self.settings, _ending(conducted))
        return conducted.status

    def _tell(self, error: Exception) -> None:
        is_foreseen = isinstance(error, DiplonewsError)
        logger.log(
            logging.ERROR, "%s", sentence_of(error), exc_info=None if is_foreseen else error
        )
        self.exitcode = status_of(error)


def _ending(conducted: Conducted) -> Ending:
    crawler = conducted.spider.crawler if conducted.spider else None
    counts = crawler.stats.get_stats() if crawler and crawler.stats else {}
    return ending_of(conducted.run, counts, clock.moment())
