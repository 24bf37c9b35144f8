"""The International section."""

from diplonews.spiders.section import SectionSpider


class InternationalSpider(SectionSpider):
    """Articles filed under International."""

    name = "international"
