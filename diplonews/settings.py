"""Settings of the project: only what differs from Scrapy 2.19's defaults, and why.

``DIPLONEWS_*`` are ours (``setting_table.py``), and environment variables of the same names.
"""

import logging
import os
import time

from scrapy.settings import default_settings

from diplonews import last_words, setting_table, streams

streams.open_closed()  # before Scrapy opens the log on one of them
last_words.install()

BOT_NAME = "diplonews"
# Spiders for a schedule. `scrapy doctor` and `scrapy savepage` have their own.
SPIDER_MODULES = [
    "diplonews.spiders.category",
    "diplonews.spiders.ecowas",
    "diplonews.spiders.international",
    "diplonews.spiders.recheck",
    "diplonews.spiders.reparse",
    "diplonews.spiders.security",
]
COMMANDS_MODULE = "diplonews.commands"
LOG_FORMATTER = "diplonews.logs.BriefFormatter"
ADDONS = {
    "diplonews.logs.CleanLog": 50,  # one record a line, in UTC; no text can forge one
    "diplonews.courtesy.Courtesy": 100,  # USER_AGENT and DOWNLOAD_DELAY
}

# DIPLONEWS_*: from the environment, else from the table. Our commands report wrong ones.
globals().update(setting_table.values(os.environ))

# Politeness: one request at a time; the delay is in courtesy.py. A run reads some tens of pages,
# so haste gains nothing.
ROBOTSTXT_OBEY = True  # default False
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8
# Default 16. With several, others would be under way when an answer asks for a pause.
CONCURRENT_REQUESTS = 1
DOWNLOAD_TIMEOUT = 60  # seconds; default 180
COOKIES_ENABLED = False  # nothing here needs a session

# Safety: what a hostile or broken answer could do to us.
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_MAXSIZE = 10 * 2**20  # bytes, unpacked; default 1 GiB. The largest page known: 0.5 MB
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
TELNETCONSOLE_ENABLED = False  # default True
REMOTE_CONTROL_ENABLED = False  # default True: runs Python code sent to it
METAREFRESH_ENABLED = False  # default True: redirects that a page's HTML asks for
# Parts of Scrapy that we do not use. Even when switched off they would be loaded, with aiohttp,
# tldextract and requests. That is a tenth of the CPU of a run that finds nothing new.
SWITCHED_OFF = {
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    "scrapy.extensions.remote_control.RemoteControl",
    "scrapy.extensions.telnet.TelnetConsole",
}
DOWNLOADER_MIDDLEWARES_BASE = {
    path: order
    for path, order in default_settings.DOWNLOADER_MIDDLEWARES_BASE.items()
    if path not in SWITCHED_OFF
}
EXTENSIONS_BASE = {
    path: order
    for path, order in default_settings.EXTENSIONS_BASE.items()
    if path not in SWITCHED_OFF
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # calls no errback
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "diplonews.middlewares.off_site.StayOnSite": 40,  # before another robots.txt is asked
    "diplonews.middlewares.robots.KeptRobots": 100,  # in the place of Scrapy's
    "diplonews.middlewares.patience.Patience": 560,  # sees every answer before Scrapy's retry: 550
    "diplonews.middlewares.site_clock.CompareClocks": 580,
    "diplonews.middlewares.capturing.KeepCaptures": 595,  # after redirects, before unpacking: 590
    "diplonews.middlewares.off_site.Redirects": 600,  # in the place of Scrapy's
    "diplonews.middlewares.public_addresses.PublicAddresses": 760,  # after proxies: 750
}
REFERRER_POLICY = "same-origin"

# The archive decides which requests are made, even for URLs that were read before. A filter of
# duplicates would drop some of them.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# These are slow and of no use here: together a third of the cost of a page (measured).
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True: reads the callback's source each time
CONCURRENT_ITEMS = 4  # default 100: as many tasks are made for each response

SPIDER_MIDDLEWARES = {"diplonews.crawling.tickets.KeepAccount": 1100}  # next to the spider

ITEM_PIPELINES = {
    "diplonews.pipelines.Normalise": 100,
    "diplonews.pipelines.Date": 200,  # after text: dates are printed with odd spaces
    "diplonews.pipelines.Identify": 300,  # needs the canonical URL; the digest needs the text
    "diplonews.pipelines.Enrich": 400,  # after the digest: a better inference is no edit
    "diplonews.pipelines.Check": 800,
    "diplonews.pipelines.ArchiveArticle": 900,  # last: a rejected article has no revision
}
EXTENSIONS = {
    "diplonews.extensions.progress.Progress": 0,
    "diplonews.extensions.lock_watch.LockWatch": 0,
    "diplonews.extensions.export_notice.ExportNotice": 0,
}

# Our feeds are made from the archive. Scrapy's own export is for use by hand (-O).
FEED_EXPORTERS = {
    "csv": "diplonews.exporters.CsvExporter",
    "json": "diplonews.exporters.JsonExporter",
    "marshal": "diplonews.exporters.MarshalExporter",
    "xml": "diplonews.exporters.XmlExporter",
    "jsonlines": "diplonews.exporters.LineExporter",
    "jsonl": "diplonews.exporters.LineExporter",
    "jl": "diplonews.exporters.LineExporter",
}
FEED_EXPORT_ENCODING = "utf-8"

LOG_LEVEL = "INFO"  # default DEBUG
LOG_VERSIONS: list[str] = []  # the lock file has them
LOGSTATS_INTERVAL = 0  # seconds; 0 is off: Progress says it in our words
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
LOG_DATEFORMAT = "%Y-%m-%dT%H:%M:%SZ"
logging.Formatter.converter = time.gmtime  # UTC from the first line, before logs.py is loaded
STATS_DUMP = False  # the run report has them, the log's last line the important ones
