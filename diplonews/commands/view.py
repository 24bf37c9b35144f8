"""`scrapy view`: Scrapy's own, once every setting is right."""

from scrapy.commands import view

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, view.Command):
    """Check every setting before anything begins: Scrapy would end with a traceback."""
