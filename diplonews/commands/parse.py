"""`scrapy parse`: Scrapy's own, once every setting and argument is right."""

import argparse

from scrapy.commands import parse

from diplonews.errors import SettingError
from diplonews.printing import say
from diplonews.setting_checks import WRONG_SETTING, ChecksSettings


class Command(ChecksSettings, parse.Command):
    """Check settings and arguments before anything begins: Scrapy would end with a traceback."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self._check_arguments(opts.spider, opts.spargs)
        except SettingError as error:
            say(str(error), is_error=True)
            self.exitcode = WRONG_SETTING
            return
        super().run(args, opts)

    def _check_arguments(self, name: str | None, arguments: dict[str, str]) -> None:
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        if name and name in loader.list():
            loader.load(name).plan_of(arguments)  # type: ignore[attr-defined]
