"""The Security section."""

from diplonews.crawling.section_spider import SectionSpider


class SecuritySpider(SectionSpider):
    """Articles filed under Security."""

    name = "security"
    purpose = "The Security section"
