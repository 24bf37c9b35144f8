"""The categories that an article's page names, for visitors and for machines.

A theme may hide some categories; plugins tell machines all of them. So both are read. One page
spells a title in several ways: straight and curly apostrophes, entities escaped twice. So titles
are compared by the slug that WordPress would make of them.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from diplonews.items import CategoryName
from diplonews.normalise.text import composed
from diplonews.pages.linked_data import Described
from diplonews.pages.select import Element, Page, attribute, last_path_part, text

FEW = 5  # categories, each of which is looked for on its own
NAMES_IN_MENUS = (b"menu-item-object-category", b"cat-item")
MENUS = 'li.menu-item-object-category > a, li[class*="cat-item"] > a'


def linked_categories(page: Page, links: Iterable[Element]) -> list[CategoryName]:
    """Return the categories that *links* lead to, each once."""
    titles = {last_path_part(page.absolute(attribute(link, "href"))): text(link) for link in links}
    return [CategoryName(slug=slug, title=title) for slug, title in titles.items() if slug]


def machine_titles(articles: Iterable[Described]) -> list[str]:
    """Return the titles of the categories that JSON-LD names, each once.

    AIOSEO's are left out: it puts categories and tags into one text, with commas between.
    """
    sections = [
        section
        for described in articles
        if described.plugin != "aioseo"
        for section in _as_list(described.keys.get("articleSection"))
    ]
    titles: dict[str, str] = {}
    for section in sections:
        title = html.unescape(str(section)).strip()
        if title:
            titles.setdefault(slug_of_title(title), title)
    return list(titles.values())


def add_titles(page: Page, printed: list[CategoryName], titles: list[str]) -> list[CategoryName]:
    """Return the categories that are *printed*, and after them the others of *titles*."""
    printed_slugs = {slug_of_title(category.title) for category in printed}
    hidden = [title for title in titles if slug_of_title(title) not in printed_slugs]
    if not hidden:
        return printed
    categories = {category.slug: category for category in printed}
    in_menus = _slugs_in_menus(page) if len(hidden) > FEW else None
    for title in hidden:
        wanted = slug_of_title(title)
        slug = _slug_by_menu(page, wanted) if in_menus is None else in_menus.get(wanted, wanted)
        categories.setdefault(slug, CategoryName(slug=slug, title=title))
    return list(categories.values())


def _slugs_in_menus(page: Page) -> dict[str, str]:
    """Return the slugs of all categories that menus link to, by those of their titles."""
    slugs: dict[str, str] = {}
    for link in page.css(MENUS):
        slug = last_path_part(page.absolute(attribute(link, "href")))
        slugs.setdefault(slug_of_title(text(link)), slug)
    return slugs


def _slug_by_menu(page: Page, wanted: str) -> str:
    """Return a category's slug in the menus' links; *wanted* is the slug of its title."""
    if not any(name in page.source for name in NAMES_IN_MENUS):
        return wanted
    if wanted.isascii():
        # Mostly both slugs are equal, and one link confirms it.
        link = page.css_first(f'li.menu-item-object-category > a[href$="/{wanted}/"]')
        if link is not None and slug_of_title(text(link)) == wanted:
            return wanted
    for link in page.css(MENUS):
        if slug_of_title(text(link)) == wanted:
            return last_path_part(page.absolute(attribute(link, "href")))
    return wanted


@lru_cache(maxsize=4096)  # every page's menus name the same categories
def slug_of_title(title: str) -> str:
    """Return the slug WordPress makes of a title: accents folded, apostrophes dropped.

    >>> slug_of_title("Cote D’Ivoire"), slug_of_title("Embassy News &amp; Info")
    ('cote-divoire', 'embassy-news-info')
    """
    letters = composed(html.unescape(title), "NFKD")
    plain_letters = "".join(c for c in letters if not unicodedata.combining(c))
    without_marks = re.sub(r"['’‘&]", "", plain_letters.casefold())
    return re.sub(r"[^\w]+", "-", without_marks).strip("-")


def _as_list(value: object) -> list[object]:
    if not value:
        return []
    return value if isinstance(value, list) else [value]
