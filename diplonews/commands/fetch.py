"""`scrapy fetch`: Scrapy's own, once every setting is right."""

from scrapy.commands import fetch

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, fetch.Command):
    """Begin only where every setting is right; else a traceback tells of the first one used."""
