"""What codes are called on a page for people. English."""

from functools import cache

from babel import Locale

from diplonews import site

LANGUAGES = {"en": "English", "fr": "French", "pt": "Portuguese", "": "not told"}
# As newsrooms write them, where Babel has the long form.
SHORT = {"CI": "Côte d’Ivoire", "CD": "DR Congo", "CG": "Congo (Brazzaville)", "CV": "Cabo Verde"}


def country_name(code: str) -> str:
    """Return a country's name.

    >>> country_name("GH"), country_name("CI"), country_name("ZZZ")
    ('Ghana', 'Côte d’Ivoire', 'ZZZ')
    """
    return SHORT.get(code) or _territories().get(code, code)


def section_name(name: str) -> str:
    return site.SECTION_TITLES.get(name, name)


def language_name(code: str) -> str:
    return LANGUAGES.get(code, code)


@cache
def _territories() -> dict[str, str]:
    return dict(Locale("en").territories)
