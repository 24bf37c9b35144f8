"""`scrapy fetch`: Scrapy's own, once every setting is right."""

from scrapy.commands import fetch

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, fetch.Command):
    """Check every setting before anything begins: Scrapy would end with a traceback."""
