"""`scrapy shell`: Scrapy's own, once every setting is right."""

from scrapy.commands import shell

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, shell.Command):
    """Begin only where every setting is right; else a traceback tells of the first one used."""
