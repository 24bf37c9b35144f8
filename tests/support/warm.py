"""What every crawl of a test makes of its own, made once for all of them (crawling.py).

Imported by the process that the crawls are forked from. Nothing here may read our settings:
they come from the environment of each crawl.
"""

import importlib
import pkgutil
from collections.abc import Iterator

import scrapy.commands
import scrapy.downloadermiddlewares
import scrapy.extensions
import scrapy.spidermiddlewares

import diplonews
from diplonews import site
from diplonews.infer import gazetteer, language

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

gazetteer.gazetteer()
language._identifier(site.LANGUAGES)
