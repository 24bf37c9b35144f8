"""All names of countries and organisations, as sequences of words.

Countries' names are CLDR's (Babel) in English, French and the Portuguese of Brazil and Portugal;
the tables of ``data/`` add what CLDR lacks. A name is looked up in lower case and without accents.
Then the text must have the table's capitals, and a short name its accents.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from diplonews.infer.data_tables import parts, rows

# CLDR's names that are also ordinary words, given names or other places.
AMBIGUOUS = frozenset({
    "Dominica", "Dominique", "Grenade", "Granada", "Maurice", "Maurício", "Réunion", "La Réunion",
    "Reunião",
    "Jersey", "Montserrat", "Man", "Omã", "Mayotte", "Martinique", "São Martinho",
    "Saint-Martin", "St. Martin", "St. Helena", "Guernsey", "Chili",
})  # fmt: skip
# Not countries of ISO 3166-1.
NOT_ISO = frozenset({
    "XK", "EU", "EZ", "UN", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "ZZ", "XA", "XB", "CQ",
})  # fmt: skip
LANGUAGES = (("en", "and"), ("fr", "et"), ("pt", "e"), ("pt_PT", "e"))
ENDINGS = ("", "s", "e", "es", "ne", "nes", "a", "as", "o", "os")
SHORTEST_BARE = 5  # letters; a shorter name needs its accents: "Ira" is a given name
TOKEN = re.compile(r"[^\W_\u02b0-\u02ff\ua78c]+|,")  # an apostrophe of letters is none
NO_COUNTRY = "-"


class Meaning(NamedTuple):
    """What a name means."""

    code: str  # a country's, an organisation's; several with "+"; empty where it is none
    reason: str  # "name", "demonym", "capital", "city", "region", "town", "abbreviation"
    kind: str = "country"  # or "organisation"
    shared: str = ""  # the subject in shared.tsv, where several countries have the name
    languages: frozenset[str] = frozenset()  # in which it is a name; empty for all


class Entry(NamedTuple):
    """A name as words."""

    folded: tuple[str, ...]  # small and without accents
    form: tuple[str, ...]  # as the table spells them
    is_any_case: bool  # a name of several words, whose capitals do not matter
    meaning: Meaning


def fold_word(word: str) -> str:
    """Return a word small and without accents.

    >>> fold_word("Guinée")
    'guinee'
    """
    return word.lower() if word.isascii() else without_accents(word).casefold()


def without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(c for c in letters if not unicodedata.combining(c))


def tokens(text: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(text))


class Names(NamedTuple):
    """The names that begin with one word."""

    lengths: tuple[int, ...]  # in words, the longest first
    entries: dict[tuple[str, ...], list[Entry]]  # by their folded words


@cache
def gazetteer() -> dict[str, Names]:
    """Return the names by their first word, folded. Made once: takes some 200 ms."""
    by_first: dict[str, dict[tuple[str, ...], list[Entry]]] = {}
    seen: set[tuple[tuple[str, ...], str, frozenset[str]]] = set()
    for form, meaning, is_any_case in _forms():
        spelt = tokens(form)
        key = spelt, meaning.reason, meaning.languages
        if key in seen or not spelt:
            continue
        seen.add(key)
        entry = Entry(tuple(map(fold_word, spelt)), spelt, is_any_case, meaning)
        entries = by_first.setdefault(entry.folded[0], {})
        entries.setdefault(entry.folded, []).append(entry)
    return {
        word: Names(tuple(sorted({len(name) for name in entries}, reverse=True)), entries)
        for word, entries in by_first.items()
    }


def entries_of(printed: str) -> list[Entry]:
    """Return the entries whose spelling a name has; the first is the likeliest."""
    spelt = tokens(printed)
    folded = tuple(map(fold_word, spelt))
    names = gazetteer().get(folded[0]) if folded else None
    entries = names.entries.get(folded, []) if names else []
    return [entry for entry in entries if is_spelt(entry, spelt)]


def is_spelt(entry: Entry, printed: tuple[str, ...]) -> bool:
    """Tell whether words that match a name when folded have the capitals and accents they need."""
    if entry.is_any_case:
        return True
    if not all(map(_is_word_spelt, entry.form, printed)):
        return False
    is_name = not entry.form[0][0].isupper() or any(letter.isupper() for letter in printed[0])
    return is_name and _has_its_accents(entry, printed)


def _is_word_spelt(form: str, printed: str) -> bool:
    is_abbreviation = len(form) > 1 and sum(map(str.isupper, form)) > 1
    return not is_abbreviation or without_accents(form) == without_accents(printed)


def _has_its_accents(entry: Entry, printed: tuple[str, ...]) -> bool:
    """Tell whether a short name has its accents; without them it is another word."""
    if len(entry.form) > 1 or len(entry.form[0]) >= SHORTEST_BARE:
        return True
    return entry.form[0].isascii() or entry.form[0].casefold() == printed[0].casefold()


def _forms() -> Iterator[tuple[str, Meaning, bool]]:
    """Yield spellings, their meaning, and whether capitals do not matter; the first one wins."""
    for row in rows("lookalikes"):
        code = "" if row["code"] == NO_COUNTRY else row["code"]
        for form in parts(row["names"]):
            yield form, Meaning(code, "name" if code else ""), len(tokens(form)) > 1
    yield from _organisations()
    for row in rows("shared"):
        for form in parts(row["names"]):
            yield form, Meaning(row["codes"], row["kind"], shared=row["subject"]), False
    for row in rows("countries"):
        meaning = Meaning(row["code"], row["kind"])
        for form in parts(row["names"]):
            yield from ((f, meaning, False) for f in _inflected(form))
    for code, form in _cldr():
        yield form, Meaning(code, "name"), False


def _organisations() -> Iterator[tuple[str, Meaning, bool]]:
    for row in rows("organisations"):
        spoken = frozenset() if row["languages"] == "*" else frozenset(row["languages"].split())
        code = "" if row["code"] == NO_COUNTRY else row["code"]
        meaning = Meaning(code, row["kind"] if code else "", "organisation", languages=spoken)
        for form in parts(row["names"]):
            yield form, meaning, False


def _cldr() -> Iterator[tuple[str, str]]:
    from babel import Locale  # not before it is needed, like the whole table

    for language, joined in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            is_country = len(code) == 2 and code.isalpha() and code not in NOT_ISO
            if is_country and name not in AMBIGUOUS and " - " not in name:
                bare = name.partition(" (")[0]
                yield code, bare
                yield code, bare.replace("&", joined)


def _inflected(form: str) -> Iterator[str]:
    """Yield a form, or a demonym with "~" with every ending."""
    if not form.endswith("~"):
        yield form
        return
    for ending in ENDINGS:
        yield form.removesuffix("~") + ending
