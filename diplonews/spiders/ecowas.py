"""The ECOWAS section: ECOWAS itself and its fifteen countries."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from diplonews import site
from diplonews.crawling.section_spider import SectionSpider
from diplonews.errors import SettingError


class EcowasSpider(SectionSpider):
    """Articles filed under ECOWAS or a West African country.

    ``-a country=gh`` walks one country only (ISO 3166-1 alpha-2), ``-a category=ghana`` too.
    """

    name = "ecowas"
    purpose = "The ECOWAS section, with fifteen countries"
    argument_help: ClassVar[Mapping[str, tuple[str, str]]] = {
        "country": ("gh", "one country only (ISO 3166-1 alpha-2)"),
        "category": ("ghana", "one category only"),
        **SectionSpider.argument_help,
    }

    @classmethod
    def choose_categories(
        cls, arguments: Mapping[str, str]
    ) -> tuple[str, tuple[site.Category, ...]]:
        country, slug = arguments.get("country", "").lower(), arguments.get("category", "")
        if country:
            _check("country", country, [category.country for category in site.ECOWAS])
        if slug:
            _check("category", slug, [category.slug for category in site.ECOWAS])
        of_country = [c for c in site.ECOWAS if not country or c.country == country]
        chosen = tuple(category for category in of_country if not slug or category.slug == slug)
        if not chosen:
            raise SettingError(
                f"country={country!r} and category={slug!r}: expected a category of that "
                f"country, which is {of_country[0].slug!r}; leave out one of the two"
            )
        return cls.name, chosen


def _check(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise SettingError(
            f"no ECOWAS category for {name}={value!r}; the site has "
            f"{', '.join(choice for choice in choices if choice)}"
        )
