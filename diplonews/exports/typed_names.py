"""Names of countries, organisations and agencies as people type them, and as lines have them."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from babel import Locale

from diplonews import site
from diplonews.infer.data_tables import parts, rows
from diplonews.normalise.names import fold

NO_NAME = "-"  # the code of a row that only excludes a name


def key_of(name: str) -> str:
    """Return a name without accents, apostrophes, case and "the", which people type differently.

    >>> key_of("Côte d’Ivoire") == key_of("cote d'ivoire"), key_of("The Gambia")
    (True, 'gambia')
    """
    words = fold(name).replace("’", "'").split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return "".join(letter for letter in "".join(words) if letter.isalnum())


@cache
def countries() -> Mapping[str, str]:
    """Return ISO 3166-1's code of each name, by its key, in the site's languages."""
    codes = set(Locale("en").territories) - {"EU", "EZ", "UN", "QO", "XA", "XB", "XK", "ZZ"}
    codes_of_names: dict[str, str] = {}
    for language in site.LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in codes and len(code) == 2 and code.isalpha():
                codes_of_names.setdefault(key_of(code), code)
                codes_of_names.setdefault(key_of(name), code)
    for row in rows("countries"):
        if row["kind"] == "name" and row["code"] in codes:
            for name in parts(row["names"]):
                codes_of_names.setdefault(key_of(name), row["code"])
    return codes_of_names


@cache
def organisations() -> Mapping[str, str]:
    """Return each organisation's code, by the keys of its names."""
    return {
        key_of(name): row["code"]
        for row in rows("organisations")
        if row["code"] != NO_NAME
        for name in (row["code"], *parts(row["names"]))
    }


@cache
def agencies() -> Mapping[str, str]:
    """Return each agency's name, by the keys of its spellings."""
    return {
        key_of(name): row["agency"]
        for row in rows("agencies")
        for name in (row["agency"], *parts(row["spellings"], ";"))
    }


def nearest(name: str, names: Mapping[str, str]) -> str:
    """Return "; did you mean …?" with similar names, or an empty text."""
    keys = get_close_matches(key_of(name), names, n=3, cutoff=0.75)
    meant = dict.fromkeys(names[key] for key in keys)
    return f"; did you mean {' or '.join(meant)}?" if meant else ""
