"""The names under which prose means a country, as words to look up one after the other.

From CLDR (Babel) in English, French and Portuguese, and our table of what it lacks.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from diplonews.infer.places import COUNTRIES, NOT_THE_COUNTRY, SHARED, words_of

# CLDR's names that are words, given names or other places too.
AMBIGUOUS = frozenset({
    "Dominica", "Dominique", "Grenade", "Granada", "Maurice", "Maurício", "Réunion", "Reunião",
    "Jersey", "Montserrat", "Man", "Omã", "Irã", "Mayotte", "Martinique", "São Martinho",
    "Saint-Martin", "St. Martin", "St. Helena", "Guernsey",
})  # fmt: skip
# Not countries of ISO 3166-1.
NOT_ISO = words_of("XK EU EZ UN QO AC CP DG EA IC TA ZZ XA XB CQ")
ENDINGS = ("", "s", "e", "es", "ne", "nes", "a", "as", "o", "os")
SHORTEST_BARE = 5  # letters: "Irã" without its accent is somebody's name
TOKEN = re.compile(r"[^\W_]+|,")


class Meaning(NamedTuple):
    """What a name says: a country's code, or none, and what kind of name it is."""

    code: str
    reason: str  # "name", "demonym", "capital" or "city"; empty where no country is meant


Names = dict[str, list[tuple[tuple[str, ...], Meaning]]]


def tokens(text: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(text))


@cache
def gazetteer() -> Names:
    """Return names by their first word, the longest first. Made once: takes some 30 ms."""
    known: dict[tuple[str, ...], Meaning] = {}
    for form, meaning in _forms():
        known.setdefault(tokens(form), meaning)
    by_first: Names = {}
    for words, meaning in known.items():
        by_first.setdefault(words[0], []).append((words, meaning))
    for names in by_first.values():
        names.sort(key=lambda name: -len(name[0]))
    return by_first


def _forms() -> Iterator[tuple[str, Meaning]]:
    for form, code in NOT_THE_COUNTRY.items():
        yield from _spelt(form, Meaning(code, "name" if code else ""))
    for form, codes in SHARED.items():
        yield from _spelt(form, Meaning(codes, "name"))
    for country in COUNTRIES:
        kinds = {"name": country.names, "capital": country.capitals, "city": country.cities}
        for reason, forms in kinds.items():
            for form in forms:
                yield from _spelt(form, Meaning(country.code, reason))
        for form in country.demonyms:
            yield from _demonyms(form, Meaning(country.code, "demonym"))
    for code, form in _cldr():
        yield from _spelt(form, Meaning(code, "name"))


def _cldr() -> Iterator[tuple[str, str]]:
    from babel import Locale  # not before it is needed, like the whole table

    for language, joined in (("en", "and"), ("fr", "et"), ("pt", "e")):
        for code, name in Locale(language).territories.items():
            is_country = len(code) == 2 and code.isalpha() and code not in NOT_ISO
            if is_country and name not in AMBIGUOUS and " - " not in name:
                bare = name.partition(" (")[0]
                yield code, bare
                yield code, bare.replace("&", joined)


def _demonyms(form: str, meaning: Meaning) -> Iterator[tuple[str, Meaning]]:
    stem = form.removesuffix("~")
    for ending in ENDINGS if form.endswith("~") else ("",):
        yield from _spelt(stem + ending, meaning)
        yield from _spelt(stem[:1].upper() + stem[1:] + ending, meaning)


def _spelt(form: str, meaning: Meaning) -> Iterable[tuple[str, Meaning]]:
    """Yield a form as it is, without accents, and in capitals."""
    yield form, meaning
    bare = without_accents(form)
    if len(form) >= SHORTEST_BARE:
        yield bare, meaning
    if len(form) > 3:
        yield form.upper(), meaning
        yield bare.upper(), meaning


def without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.combining(c))
