"""Which countries an article is about, and why: by its categories, dateline, headline and body.

A name alone is not enough where it is also another's: the two Guineas beside Guinea, the two
Congos, Georgia the state, Jordan and Chad the given names, Turkey the bird. What an article
says elsewhere decides then, and where nothing does, nothing is said.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from diplonews.infer.gazetteer import TOKEN, Meaning, gazetteer
from diplonews.infer.places import BEFORE, BEHIND, BIRD, CUES, PEOPLE_HAVE, words_of

# Between the words of one name.
GAPS = frozenset({" ", "-", "'", "’", "‑", ".", "", "\u00a0"})
SHORT = frozenset({"St", "Mt"})  # written with a stop and a space behind
TITLE_SHARE = 0.7  # of a headline's longer words, from where it is set in capitals throughout

# ECOWAS: the Treaty of Lagos of 1975-05-28; Cabo Verde joined in 1977, Mauritania left at the end
# of 2000. Burkina Faso, Mali and Niger left with effect from 2025-01-29 (ECOWAS communiqué of that
# day); their Alliance of Sahel States is of 2023-09-16 (Liptako-Gourma Charter).
FOREVER = datetime.max.replace(tzinfo=UTC)
FOUNDED = datetime(1975, 5, 28, tzinfo=UTC)
LEFT = datetime(2025, 1, 29, tzinfo=UTC)
ECOWAS = dict.fromkeys(words_of("BJ CI GH GM GN GW LR NG SL SN TG"), (FOUNDED, FOREVER))
ECOWAS |= dict.fromkeys(("BF", "ML", "NE"), (FOUNDED, LEFT))
ECOWAS |= {
    "CV": (datetime(1977, 1, 1, tzinfo=UTC), FOREVER),
    "MR": (FOUNDED, datetime(2001, 1, 1, tzinfo=UTC)),
}
AES = {code: (datetime(2023, 9, 16, tzinfo=UTC), FOREVER) for code in ("BF", "ML", "NE")}


class Mention(NamedTuple):
    """A country, and the words that mean it."""

    code: str  # ISO 3166-1 alpha-2
    where: str  # "category", "dateline", "headline" or "body"
    reason: str  # "category", "name", "demonym", "capital" or "city"
    printed: str


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def countries_in(
    *, categories: Iterable[tuple[str, str]], dateline: tuple[str, str], headline: str, body: str
) -> list[Mention]:
    """Return the countries that an article names, each once, by the best evidence there is.

    *categories* are the codes and titles of those that are a country's; *dateline* its country
    and its place, empty where there is none.
    """
    named = [Mention(code, "category", "category", title) for code, title in categories]
    if dateline[0]:
        named.append(Mention(dateline[0], "dateline", "city", dateline[1]))
    told = {word.group() for text in (headline, body) for word in TOKEN.finditer(text)}
    below = [m for m in _mentions(body, "body", told) if m.code]
    above = list(_mentions(headline, "headline", told))
    if _is_title_case(headline):
        above = _title_case(above, {m.code for m in below})
    best: dict[str, Mention] = {}
    for mention in (*named, *above, *below):
        best.setdefault(mention.code, mention)
    return list(best.values())


def members(
    codes: Iterable[str], at: datetime | None, of: dict[str, tuple[datetime, datetime]]
) -> list[str]:
    """Return those of *codes* that were members *at* a time; none where there is no time.

    >>> members(["ML", "GH"], datetime(2025, 2, 25, tzinfo=UTC), ECOWAS)
    ['GH']
    """
    if at is None:
        return []
    return [code for code in codes if code in of and of[code][0] <= at < of[code][1]]


def _is_title_case(headline: str) -> bool:
    longer = [word for word in headline.split() if len(word) > 3]
    capital = sum(word[0].isupper() for word in longer)
    return len(longer) > 2 and capital >= TITLE_SHARE * len(longer)


def _title_case(mentions: list[Mention], in_body: set[str]) -> list[Mention]:
    """Leave out names that people have too, unless the body names the country as well."""
    return [m for m in mentions if m.printed.title() not in PEOPLE_HAVE or m.code in in_body]


def _mentions(text: str, where: str, told: set[str]) -> Iterator[Mention]:
    words = [_Word(m[0], m.start(), m.end()) for m in TOKEN.finditer(text)]
    is_title = where == "headline" and _is_title_case(text)
    at = 0
    while at < len(words):
        found = _longest(text, words, at)
        if found is None:
            at += 1
            continue
        count, meaning = found
        printed = text[words[at].start : words[at + count - 1].end]
        code = _decided(meaning.code, printed, text, words, at, told)
        is_person = printed.title() in PEOPLE_HAVE and _is_person(text, words, at)
        if code and meaning.reason != "city" and (is_title or not is_person):
            yield Mention(code, where, meaning.reason, printed)
        at += count


def _longest(text: str, words: list[_Word], at: int) -> tuple[int, Meaning] | None:
    """Return the longest name that begins at a word, and how many words it has."""
    for name, meaning in gazetteer().get(words[at].text, ()):
        count = len(name)
        here = words[at : at + count]
        if (
            len(here) == count
            and all(w.text == n for w, n in zip(here, name, strict=True))
            and _is_joined(text, here)
        ):
            return count, meaning
    return None


def _is_joined(text: str, words: list[_Word]) -> bool:
    for one, other in pairwise(words):
        gap = text[one.end : other.start]
        is_short = gap == ". " and (len(one.text) == 1 or one.text in SHORT)
        if gap not in GAPS and not is_short:
            return False
    return True


def _decided(
    code: str, printed: str, text: str, words: list[_Word], at: int, told: set[str]
) -> str:
    """Return the code a name stands for here, where it depends on what else is told."""
    if printed in {"Georgia", "GEORGIA"}:
        return "US" if told & CUES["US"] and not told & CUES["GE"] else code
    if printed in {"Turkey", "TURKEY"}:
        behind = words[at + 1].text if at + 1 < len(words) else ""
        return "" if behind.casefold() in BIRD else code
    if "|" in code:
        told_of = [of for of in code.split("|") if told & CUES[of]]
        return told_of[0] if len(told_of) == 1 else ""
    is_shared = printed == "Guiné" or printed.casefold().startswith(("guinean", "guinéen"))
    if code == "GN" and is_shared:
        return "GW" if "Bissau" in told else "GQ" if "Malabo" in told else code
    return code


def _is_person(text: str, words: list[_Word], at: int) -> bool:
    """Tell whether the words beside a name make it somebody's."""
    before = words[at - 1] if at else None
    if before and text[before.end : words[at].start] == " " and before.text[0].isupper():
        return before.text not in BEFORE
    behind = words[at + 1] if at + 1 < len(words) else None
    is_next = behind is not None and text[words[at].end : behind.start] == " "
    return bool(is_next and behind and behind.text[0].isupper() and behind.text not in BEHIND)
