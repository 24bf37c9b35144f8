"""`scrapy shell`: Scrapy's own, once every setting is right."""

from scrapy.commands import shell

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, shell.Command):
    """Check every setting before anything begins: Scrapy would end with a traceback."""
