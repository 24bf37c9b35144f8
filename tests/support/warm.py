"""What every crawl of a test makes of its own, made once for all of them (crawling.py).

Imported by the process that the crawls are forked from. Nothing here may read our settings:
they come from the environment of each crawl.
"""

import functools
import gc
import importlib
import json
import pkgutil
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import scrapy.cmdline
import scrapy.commands
import scrapy.downloadermiddlewares
import scrapy.extensions
import scrapy.spidermiddlewares
from scrapy.settings import SettingsAttribute

import diplonews
from diplonews import commands, site
from diplonews.archive import Archive
from diplonews.feeds.publisher import Publisher
from diplonews.infer import datelines, gazetteer, language
from diplonews.items import Article
from diplonews.pages import boxes
from diplonews.pages.read import read_article, read_listing
from diplonews.pages.select import Page
from diplonews.pipelines import Date, Enrich, Identify, Normalise
from tests.support import compiled

# What Scrapy loads by the names in its settings, and libraries that load parts when used.
LOADED_WHEN_USED = (
    "babel.core", "dateparser", "encodings.idna", "filelock",
    "protego",
    "queuelib.queue", "rapidfuzz.fuzz", "rich.live", "scrapy.cmdline", "scrapy.contracts.default",
    "scrapy.core.downloader.handlers.http11", "scrapy.core.scheduler", "scrapy.dupefilters",
    "scrapy.pqueues", "scrapy.resolver", "scrapy.robotstxt", "scrapy.shell", "scrapy.squeues",
    "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite", "sqlite3",
    "stringprep", "tldextract", "trafilatura", "twisted.web.client", "unittest.main",
    "warcio.warcwriter",
)  # fmt: skip
# The reactor is installed by each crawl; the mailer says that it is deprecated.
NEVER = {"diplonews.settings", "scrapy.extensions.telnet", "scrapy.extensions.statsmailer"}


def modules_below(package: object) -> Iterator[str]:
    path, name = package.__path__, package.__name__  # type: ignore[attr-defined]
    for module in pkgutil.walk_packages(path, f"{name}."):
        yield module.name


for name in (
    *LOADED_WHEN_USED,
    *modules_below(scrapy.downloadermiddlewares),
    *modules_below(scrapy.spidermiddlewares),
    *modules_below(scrapy.extensions),
    *modules_below(scrapy.commands),
    *(name for name in modules_below(diplonews) if ".demo" not in name),
):
    if name not in NEVER:
        importlib.import_module(name)


def read_once() -> list[Article]:
    """Read the recorded pages, by which tables are loaded and patterns compiled."""
    articles = []
    for folder in sorted((Path(__file__).parents[1] / "pages").glob("*/*")):
        url = json.loads((folder / "page.json").read_text())["url"]
        page = Page(url, (folder / "page.html").read_bytes())
        if folder.parent.name == "listing":
            read_listing(page, set)
            continue
        article = read_article(page).to_item(url=url, fetched_at=NOW, found_in="security")
        for pipeline in (Normalise(), Date(), Identify(), Enrich()):
            article = pipeline.process_item(article)
        articles.append(article)
    return articles


def publish_once(article: Article, folder: Path) -> None:
    """Archive and publish an article, by which statements and the schema are made."""
    archive = Archive.open(f"sqlite:///{folder / 'archive.sqlite'}")
    run = archive.runs.begin("security", {}, NOW)[0]
    archive.articles.note(article, run, ["security"])
    archive.runs.close(run, "security", NOW)
    Publisher(archive, folder / "feeds").publish()
    archive.close()


def copy_attribute(attribute: SettingsAttribute, memo: dict[int, Any]) -> SettingsAttribute:
    """Copy one of Scrapy's settings as ``deepcopy`` does, in a third of the time."""
    copied = SettingsAttribute.__new__(SettingsAttribute)
    copied.priority = attribute.priority
    is_plain = isinstance(attribute.value, str | int | float | None)
    copied.value = attribute.value if is_plain else deepcopy(attribute.value, memo)
    return copied


# A quarter of a small crawl's time, for what comes out the same each time.
SettingsAttribute.__deepcopy__ = copy_attribute  # type: ignore[attr-defined]
scrapy.cmdline.entry_points = functools.cache(scrapy.cmdline.entry_points)
scrapy.cmdline.entry_points(group="scrapy.commands")
# Scrapy looks for commands among all names of these modules: whether each is one is remembered.
for package in (scrapy.commands.__name__, commands.__name__):
    scrapy.cmdline._get_commands_from_module(package, inproject=True)

NOW = datetime.now(UTC)
compiled.share()
gazetteer.gazetteer()
datelines._spellings()
boxes.is_box([], "any")
language._identifier(site.LANGUAGES)
with tempfile.TemporaryDirectory() as name:
    publish_once(read_once()[0], Path(name))
gc.collect()
gc.freeze()  # or each fork would go through all of this again, and copy it thereby
