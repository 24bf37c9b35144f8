"""`scrapy view`: Scrapy's own, once every setting is right."""

from scrapy.commands import view

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, view.Command):
    """Begin only where every setting is right; else a traceback tells of the first one used."""
