"""The ECOWAS section: ECOWAS itself and its fifteen countries."""

from collections.abc import Mapping
from typing import ClassVar

from diplonews import site
from diplonews.crawling.section_spider import SectionSpider
from diplonews.errors import SettingError


class EcowasSpider(SectionSpider):
    """Articles filed under ECOWAS or a West African country.

    ``-a country=gh`` walks one country only (ISO 3166-1 alpha-2), ``-a category=ghana`` too.
    """

    name = "ecowas"
    argument_names: ClassVar[tuple[str, ...]] = ("country", "category", "backfill")

    @classmethod
    def choose_categories(
        cls, arguments: Mapping[str, str]
    ) -> tuple[str, tuple[site.Category, ...]]:
        country, slug = arguments.get("country", ""), arguments.get("category", "")
        chosen = tuple(
            category
            for category in site.ECOWAS
            if (not country or category.country == country.lower())
            and (not slug or category.slug == slug)
        )
        if not chosen:
            asked = f"country={country!r}" if country else f"category={slug!r}"
            known = (c.country if country else c.slug for c in site.ECOWAS)
            raise SettingError(
                f"no ECOWAS category for {asked}; the site has {', '.join(filter(None, known))}"
            )
        return cls.name, chosen
