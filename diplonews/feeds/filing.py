"""Filing: under which feeds an article is."""

from collections.abc import Iterable, Mapping
from typing import Any

from diplonews import site
from diplonews.normalise.names import fold

SECTION_OF_TITLE = {
    fold(category.title): (category.slug, site.sections_of(category.slug))
    for category in site.CATEGORIES.values()
}


def feeds_of(sections: Iterable[str], categories: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names of the feeds an article is filed under.

    These are its sections, and its categories (slug and title) by the slugs of ``site.py``, for
    feeds of single categories.
    """
    return {*sections, *(own_slug(slug, title) for slug, title in categories)}


def feeds_of_line(line: Mapping[str, Any]) -> frozenset[str]:
    categories = line["categories"] or []
    pairs = [(category["slug"] or "", category["title"] or "") for category in categories]
    return frozenset(feeds_of(line["sections"] or [], pairs))


def own_slug(slug: str, title: str) -> str:
    # Our slugs are assumed. The title shows which category an unknown slug is.
    section = SECTION_OF_TITLE.get(fold(title))
    return section[0] if section and slug not in site.CATEGORIES else slug
