"""`scrapy crawl`: Scrapy's own, with a lock, a verdict and an exit status to trust."""

import argparse
import logging

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from diplonews import courtesy
from diplonews.errors import ArchiveError, DiplonewsError, LockedError, SettingError
from diplonews.logs import quieten
from diplonews.runs.run import Run
from diplonews.runs.verdict import EXIT_STATUS, LOCKED, WRONG_ARGUMENT
from diplonews.setting_checks import ChecksSettings

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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("expected the name of one spider; `scrapy list` names them")
        quieten()
        try:
            self.exitcode = self._crawl(args[0], opts.spargs)
        except SettingError as error:
            self._stop(error, WRONG_ARGUMENT)
        except LockedError as error:
            self._stop(error, LOCKED)
        except (ArchiveError, DiplonewsError) as error:
            self._stop(error, EXIT_STATUS["broken"])

    def _crawl(self, name: str, arguments: dict[str, str]) -> int:
        assert self.crawler_process is not None
        assert self.settings is not None
        try:
            spider = self.crawler_process.spider_loader.load(name)
        except KeyError:
            known = ", ".join(self.crawler_process.spider_loader.list())
            raise SettingError(f"no spider {name!r}; there are {known}") from None
        plan = spider.plan_of(arguments)  # type: ignore[attr-defined]
        courtesy.check(self.settings)  # behind the arguments: a typo is told first
        run = Run.begin(self.settings, plan.section, arguments)
        crawler = self.crawler_process.create_crawler(spider)
        self.crawler_process.crawl(crawler, run=run, **arguments)
        self.crawler_process.start()
        stats = crawler.stats.get_stats() if crawler.stats else {}
        return EXIT_STATUS[run.conclude(stats)]

    def _stop(self, error: DiplonewsError, status: int) -> None:
        logger.error("%s", error)
        self.exitcode = status
