"""`scrapy savepage URL article/<reason>`: record a page as a test's fixture."""

import argparse
import json
import logging
import re
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from diplonews import clock, courtesy, site
from diplonews.errors import DiplonewsError, SettingError
from diplonews.logs import quieten
from diplonews.printing import say
from diplonews.runs.conduct import conduct, sentence_of, status_of
from diplonews.setting_checks import ChecksSettings

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[2] / "tests" / "pages"  # of this checkout
NAME = re.compile(r"(article|listing)/[a-z0-9]+(?:-[a-z0-9]+)*")
EXPECTED: dict[str, dict[str, Any]] = {
    "article": {
        "headline": "", "standfirst": "", "authors": [], "published_raw": "", "categories": [],
        "body": "", "layout": "",
    },
    "listing": {"urls": [], "next_url": ""},
}  # fmt: skip


class Command(ChecksSettings):
    """Ask for one page politely and keep it beside the tests; a person says what is right."""

    requires_project = True

    def syntax(self) -> str:
        return "<URL> article/<reason>"

    def short_desc(self) -> str:
        return "Record a page as a test's fixture"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 2:
            raise UsageError("expected a URL and a name like article/no-standfirst")
        quieten()
        try:
            self.exitcode = self._save(*args)
        except Exception as error:
            self._tell(error)

    def _save(self, url: str, name: str) -> int:
        from diplonews.spiders.savepage import SavePageSpider  # not above: `verify` needs it not

        assert self.settings is not None
        assert self.crawler_process is not None
        folder = _folder(name)
        if not site.is_on(self.settings["DIPLONEWS_SITE"], url):
            raise SettingError(f"{url}: expected a page of {self.settings['DIPLONEWS_SITE']}")
        courtesy.check(self.settings)  # after the arguments: a typo is reported first
        arguments = {"url": url}
        conducted = conduct(self.crawler_process, SavePageSpider, "savepage", arguments)
        page = conducted.spider.page if isinstance(conducted.spider, SavePageSpider) else None
        if page is None:
            why = next((trouble.why for trouble in conducted.run.troubles), "no answer")
            raise DiplonewsError(f"{url}: no page was kept: {why}")
        _write(folder, name, url, page.url, page.body)
        say(
            f"Kept in {folder}. Fill in expected.json as a visitor sees the page, then take out "
            f'"to fill in". Replace prose that the case does not need: it is somebody\'s.'
        )
        return 0

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, DiplonewsError):
            logger.error("nobody foresaw this", exc_info=error)
        say(sentence_of(error), is_error=True)
        self.exitcode = status_of(error)


def _folder(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise SettingError(
            f"{name!r}: expected article/<reason> or listing/<reason>, in small letters"
        )
    folder = FOLDER / name
    if folder.exists():
        raise SettingError(f"{folder} is there: take another name, or remove it")
    return folder


def _write(folder: Path, name: str, asked: str, url: str, body: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(body)
    about = {"url": url, "asked": asked, "at": clock.now().isoformat(timespec="seconds")}
    (folder / "page.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    expected = {"to fill in": True} | EXPECTED[name.partition("/")[0]]
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
