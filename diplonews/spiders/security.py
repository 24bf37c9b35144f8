"""The Security section."""

from diplonews.spiders.section import SectionSpider


class SecuritySpider(SectionSpider):
    """Articles filed under Security."""

    name = "security"
