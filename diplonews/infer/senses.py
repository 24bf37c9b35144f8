"""Which country a shared name means: Niger the country, or Niger the state of Nigeria.

The words beside the name decide first, then its neighbours in a list ("Kwara, Niger and Kogi"),
then its sentence, then the whole article. If one of these points to two countries, the next one
decides. The last is the default of ``shared.tsv``, which may be none.
"""

from functools import cache
from typing import NamedTuple

from diplonews.infer.data_tables import parts, rows
from diplonews.infer.data_tables import words as listed
from diplonews.infer.gazetteer import NO_COUNTRY
from diplonews.infer.passages import GAPS, HYPHENS, Name, Passage

LIST_SIGNS = frozenset({"/", "&", *HYPHENS})
NEIGHBOURS = 4  # words between two members of a list, at most: ", and the"
PART_REASONS = frozenset({"city", "region", "town"})
# The country that has a part of the same name: Niger State, Benin City, Georgia.
WHOLE_OF_PART = {"niger": "NG", "benin": "NG", "georgia": "US"}


class Choice(NamedTuple):
    """The two countries that a name with a part may mean."""

    whole: str  # the country with the part: "NG" for Niger State
    country: str  # the country of that name: "NE"


def country_meant(passage: Passage, number: int, article_words: set[str]) -> str:
    """Return the code of the country that a passage's name means; empty if nothing decides.

    *number* is the place of the name in ``passage.names``.
    """
    name = passage.names[number]
    subject = name.meaning.shared
    if not subject:
        return name.meaning.code
    after = passage.words[name.stop : name.stop + 1]
    is_beside = bool(after) and passage.gap_after(name.stop - 1) in GAPS
    beside = {after[0].folded} if is_beside else set()
    return (
        _cued(subject, "after", beside)
        or _neighbour(passage, number, subject)
        or _cued(subject, "sentence", passage.near(name))
        or _cued(subject, "article", article_words)
        or _default(subject)
    )


@cache
def _cues(subject: str, place: str) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (row["code"], frozenset(row["words"].split()))
        for row in rows("cues")
        if row["subject"] == subject and row["place"] == place
    )


def _cued(subject: str, place: str, said: set[str]) -> str:
    """Return the one country whose cues are among the words *said*."""
    codes = {code for code, cues in _cues(subject, place) if not cues.isdisjoint(said)}
    return codes.pop() if len(codes) == 1 else ""


@cache
def _default(subject: str) -> str:
    defaults = [row["default"] for row in rows("shared") if row["subject"] == subject]
    return "" if defaults[0] == NO_COUNTRY else defaults[0]


@cache
def _candidates(subject: str) -> list[str]:
    codes = [row["codes"] for row in rows("shared") if row["subject"] == subject]
    return parts(codes[0], "|")


def _neighbour(passage: Passage, number: int, subject: str) -> str:
    """Return the country that the neighbours in a list decide for.

    Beside another part of Nigeria, "Kwara and Niger", the name means the part. Beside another
    country, "Mali, Niger", it means the country. If both are there, nothing is decided.
    """
    whole = WHOLE_OF_PART.get(subject)
    if whole is None:
        return ""
    country = next(code for code in _candidates(subject) if code != whole)
    choice = Choice(whole, country)
    codes = {_neighbours_code(passage, number, step, choice) for step in (-1, 1)} - {""}
    return codes.pop() if len(codes) == 1 else ""


def _neighbours_code(passage: Passage, number: int, step: int, choice: Choice) -> str:
    if not 0 <= number + step < len(passage.names):
        return ""
    name, other = passage.names[number], passage.names[number + step]
    first, second = (name, other) if step > 0 else (other, name)
    if not _are_listed(passage, first, second):
        return ""
    meaning = other.meaning
    if step < 0 and is_in_georgia(passage, other, name):
        return choice.whole
    if meaning.kind != "country" or not meaning.code:
        return ""
    if meaning.reason in PART_REASONS:
        return meaning.code if meaning.code in choice else ""
    is_other_country = meaning.reason == "name" and meaning.shared != name.meaning.shared
    return choice.country if is_other_country else ""


LIST_WORDS = listed("joining") | {","}


def _are_listed(passage: Passage, first: Name, second: Name) -> bool:
    """Tell whether two names are neighbours in a list: "Mali, Niger", "Benin-Nigeria"."""
    between = passage.words[first.stop : second.first]
    if not between:
        return passage.gap_before(second.first).strip() in LIST_SIGNS
    gap = passage.text[passage.words[first.stop - 1].end : between[0].start]
    is_short = len(between) <= NEIGHBOURS and all(word.text in LIST_WORDS for word in between)
    return is_short and not gap.strip()


def is_in_georgia(passage: Passage, name: Name, other: Name) -> bool:
    """Tell whether *other* is the state of Georgia, after a town: "Athens, Georgia".

    In the list "Moscow, Georgia and Armenia" it is the country.
    """
    meaning = name.meaning
    is_after_a_town = meaning.reason in {*PART_REASONS, "capital"} and meaning.code != "GE"
    if other.meaning.shared != "georgia" or not is_after_a_town:
        return False
    is_pair = other.first - name.stop == 1 and passage.words[name.stop].text == ","
    after = passage.words[other.stop : other.stop + 2]
    return is_pair and not any(word.text in listed("joining") - {"in"} for word in after)
