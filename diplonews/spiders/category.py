"""Any other category of the site's menu, by name."""

from collections.abc import Mapping
from typing import ClassVar

from diplonews import site
from diplonews.crawling.section_spider import SectionSpider
from diplonews.errors import SettingError


class CategorySpider(SectionSpider):
    """Articles filed under one category: ``-a category=politics``.

    Its feed has the category's name. A category of a section is crawled as that section.
    """

    name = "category"
    purpose = "Any other category of the site's menu"
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "category": ("politics", "which one; it is needed"),
        **SectionSpider.argument_help,
    }

    @classmethod
    def choose_categories(
        cls, arguments: Mapping[str, str]
    ) -> tuple[str, tuple[site.Category, ...]]:
        slug = arguments.get("category", "")
        if slug not in site.CATEGORIES:
            slugs = ", ".join(category.slug for category in site.OTHERS)
            raise SettingError(f"category: expected one of {slugs}, found {slug!r}")
        section = next(iter(site.sections_of(slug)), slug)
        return section, (site.CATEGORIES[slug],)
