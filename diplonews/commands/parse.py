"""`scrapy parse`: Scrapy's own, once every setting is right."""

from scrapy.commands import parse

from diplonews.setting_checks import ChecksSettings


class Command(ChecksSettings, parse.Command):
    """Begin only where every setting is right; else a traceback tells of the first one used."""
