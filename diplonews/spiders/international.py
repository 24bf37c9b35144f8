"""The International section."""

from diplonews.crawling.section_spider import SectionSpider


class InternationalSpider(SectionSpider):
    """Articles filed under International."""

    name = "international"
    purpose = "The International section"
