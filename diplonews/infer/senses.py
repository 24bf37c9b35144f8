"""Which country a name means that several have: Niger the country, or the state of Nigeria.

The words beside it decide first, then its neighbours in a list ("Kwara, Niger and Kogi"), then
its sentence, then the whole article. Where two countries are cued alike, the next one decides;
at last the default of ``shared.tsv``, which is none where nobody could tell.
"""

from functools import cache

from diplonews.infer.gazetteer import NO_COUNTRY
from diplonews.infer.passages import GAPS, HYPHENS, Name, Passage
from diplonews.infer.tables import parts, rows
from diplonews.infer.tables import words as listed

LIST_SIGNS = frozenset({"/", "&", *HYPHENS})
NEIGHBOURS = 4  # words between two members of a list, at most: ", and the"
OF_A_PART = frozenset({"city", "region", "town"})
SHARED_WITH_A_PART = {"niger": "NG", "benin": "NG", "georgia": "US"}  # of which it is a part


def country_meant(passage: Passage, number: int, told: set[str]) -> str:
    """Return the code of the country that a passage's name means; empty where nothing decides.

    *number* is the name's place among the passage's names; *told* all words of the article.
    """
    name = passage.names[number]
    subject = name.meaning.shared
    if not subject:
        return name.meaning.code
    behind = passage.words[name.behind : name.behind + 1]
    is_beside = bool(behind) and passage.gap_behind(name.behind - 1) in GAPS
    beside = {behind[0].folded} if is_beside else set()
    return (
        _cued(subject, "behind", beside)
        or _neighbour(passage, number, subject)
        or _cued(subject, "sentence", passage.near(name))
        or _cued(subject, "article", told)
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
    found = [row["codes"] for row in rows("shared") if row["subject"] == subject]
    return parts(found[0], "|")


def _neighbour(passage: Passage, number: int, subject: str) -> str:
    """Return the country that the neighbours in a list mean, for a name that a part has too.

    A part of that country beside it makes it a part, "Kwara and Niger"; another country makes it
    one, "Mali, Niger". Where both do, nothing is said.
    """
    whole = SHARED_WITH_A_PART.get(subject)
    if whole is None:
        return ""
    own = next(code for code in _candidates(subject) if code != whole)
    codes = {_neighbours_code(passage, number, step, whole, own) for step in (-1, 1)} - {""}
    return codes.pop() if len(codes) == 1 else ""


def _neighbours_code(passage: Passage, number: int, step: int, whole: str, own: str) -> str:
    if not 0 <= number + step < len(passage.names):
        return ""
    name, other = passage.names[number], passage.names[number + step]
    first, second = (name, other) if step > 0 else (other, name)
    if not _are_listed(passage, first, second):
        return ""
    meaning = other.meaning
    if step < 0 and is_in_georgia(passage, other, name):
        return whole
    if meaning.kind != "country" or not meaning.code:
        return ""
    if meaning.reason in OF_A_PART:
        return whole if meaning.code == whole else own if meaning.code == own else ""
    return own if meaning.reason == "name" and meaning.shared != name.meaning.shared else ""


LIST_WORDS = listed("joining") | {","}


def _are_listed(passage: Passage, first: Name, second: Name) -> bool:
    """Tell whether two names are neighbours in a list: "Mali, Niger", "Benin-Nigeria"."""
    between = passage.words[first.behind : second.first]
    if not between:
        return passage.gap_before(second.first).strip() in LIST_SIGNS
    gap = passage.text[passage.words[first.behind - 1].end : between[0].start]
    is_short = len(between) <= NEIGHBOURS and all(word.text in LIST_WORDS for word in between)
    return is_short and not gap.strip()


def is_in_georgia(passage: Passage, name: Name, other: Name) -> bool:
    """Tell whether *other* is the state of Georgia, behind a town: "Athens, Georgia".

    In a list, "Moscow, Georgia and Armenia", it is not.
    """
    meaning = name.meaning
    is_behind_a_town = meaning.reason in {*OF_A_PART, "capital"} and meaning.code != "GE"
    if other.meaning.shared != "georgia" or not is_behind_a_town:
        return False
    is_pair = other.first - name.behind == 1 and passage.words[name.behind].text == ","
    behind = passage.words[other.behind : other.behind + 2]
    return is_pair and not any(word.text in listed("joining") - {"in"} for word in behind)
