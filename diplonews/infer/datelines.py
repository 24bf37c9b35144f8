"""The dateline: where, when and for whom a report was written, before its first sentence.

"ABUJA (Reuters) – …", "ACCRA, Feb. 24 – …", "Dakar, le 3 mars (APS) - …", or a place alone in
capitals above the text. What only looks like one stays: "NATO said …", "Lagos – the city that
never sleeps – …", "BREAKING – …".
"""

import re
from typing import NamedTuple

from diplonews.infer.agencies import ANY, NAMES
from diplonews.infer.gazetteer import gazetteer, tokens, without_accents
from diplonews.infer.places import COUNTRIES

MONTHS = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|June|July|"
    r"August|September|October|November|December|janvier|février|mars|avril|mai|juin|juillet|août|"
    r"septembre|octobre|novembre|décembre|janv|févr|avr|juil|déc|janeiro|fevereiro|março|abril|"
    r"maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|fev|abr|ago|set|out|dez)"
)
DAYS = (
    r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
)
DATE = (
    rf"(?:{DAYS},?\s)?(?:(?:le\s)?\d{{1,2}}(?:er|st|nd|rd|th|º)?\s(?:de\s)?{MONTHS}\.?(?:,?\s(?:de\s)?\d{{4}})?"
    rf"|{MONTHS}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|{DAYS})"
)
WORD = r"(?:[^\W\d_][\w'’.-]*)"
PLACE = rf"{WORD}(?:\s{WORD}){{0,4}}"
DASH = r"(?:\s*[–—]+\s*|\s+-{1,2}\s+|-{1,2}\s+|\s-{1,2}(?=\S)|(?<=\))-|\s*\|\s*)"
HEAD = re.compile(
    rf"(?P<raw>(?:(?P<first>APA|PANA)\s?[-–]\s?)?(?P<place>{PLACE}(?:/{PLACE})*)"
    rf"(?:,\s(?P<state>(?!(?:le\s)?\d)(?!{MONTHS}\b\.?\s\d)(?!(?:{ANY})\b)(?!{DAYS}\b){PLACE}))?(?:\s\((?P<inside>(?!(?:{ANY})\s*[)/])[^()]{{2,30}})\))?"
    rf"(?:(?:,\s|,|\s)\(?(?P<date>{DATE})\)?)?"
    rf"(?:(?:,\s|\s|\s?[|/–-]\s?)[\[(]?(?P<agency>{ANY})(?:/(?:{ANY}))?(?P<closed>[\])])?)?"
    rf"(?:,?\s\(?(?P<later>{DATE})\)?)?)"
    rf"(?P<sep>{DASH}|:\s|\s?[:.]?\s(?=[\"“«A-ZÀ-Þ0-9(])|(?<=\))\s*)",
    re.IGNORECASE,
)
AGENCY_ALONE = re.compile(rf"(?P<raw>\((?P<agency>{ANY})\)){DASH}")
LONGEST = 120  # characters, of a dateline
BEGINS = re.compile(r"[\"“«'‘(\[]*[A-ZÀ-ÞŒ0-9]")
# A second dash, which makes of what is between an insertion: "Lagos – the hub – grew".
INSERTION = re.compile(r"[^.!?]{3,90}\s[–—-]\s[a-zà-ÿ]")
SMALL = frozenset({"es", "el", "of", "de", "da", "do", "du", "la", "le", "et", "and", "d", "al"})


class Dateline(NamedTuple):
    """A dateline as printed, and what it says."""

    raw: str
    place: str = ""  # spelt as our table does
    country: str = ""  # ISO 3166-1 alpha-2
    agency: str = ""


NONE = Dateline("")


def part_dateline(body: str) -> tuple[Dateline, str]:
    r"""Return the dateline of a body and the rest of it; an empty one where there is none.

    >>> part_dateline("MOSCOW\n\nThe leaders spoke.")[1]
    'The leaders spoke.'
    """
    first, parted, others = body.partition("\n\n")
    if others and (alone := _alone(first)):
        return alone, others
    if found := AGENCY_ALONE.match(first):
        return Dateline(found["raw"], agency=NAMES[found["agency"]]), body[found.end() :]
    found = HEAD.match(first[: LONGEST + 20])
    line = _dateline(found, first[found.end() :]) if found else None
    if found is None or line is None:
        return NONE, body
    return line, first[found.end() :] + parted + others


def _alone(paragraph: str) -> Dateline | None:
    """Return the dateline that a whole paragraph is: a known place in capitals, perhaps more."""
    bare = paragraph.strip().rstrip(".:–—-").strip()
    if len(bare) > LONGEST:
        return None
    found = HEAD.fullmatch(f"{bare} – ")
    if found is None or not found["place"].isupper():
        return None
    state = found["state"] or found["inside"] or ""
    known = _known(found["place"].split("/")[0])
    if not state and (known is None or known[2] == "name"):
        return None  # a country alone heads what follows: "GHANA"
    place = _place(found["place"], state)
    return Dateline(bare, *place, _agency(found)) if place else None


def _dateline(found: re.Match[str], rest: str) -> Dateline | None:
    is_strong = bool(found["agency"] or found["date"] or found["later"])
    is_dash = bool(re.search(r"[–—|-]", found["sep"]))
    printed = found["place"]
    place = _place(printed, found["state"] or found["inside"] or "", is_strong=is_strong)
    if found["agency"] and found["agency"] not in NAMES:
        return None  # small letters: a word that is spelt like an agency
    is_marked = is_dash or found["closed"] or (":" in found["sep"] and is_strong)
    if place is None or not is_marked or not BEGINS.match(rest):
        return None
    if not printed.isupper() and not is_strong and not _is_city_only(printed, rest):
        return None
    if printed.isupper() and not is_strong and not found["state"]:
        known = _known(printed.split("/")[0])
        if INSERTION.match(rest) or known is None or known[2] == "name":
            return None
    return Dateline(found["raw"].strip(), *place, _agency(found))


def _agency(found: re.Match[str]) -> str:
    spelt = found["agency"] or found["first"] or ""
    name = NAMES.get(spelt, "")
    place = (found["place"] or "").casefold()
    return "APS (Algeria)" if name == "APS" and place.startswith(("alg", "oran")) else name


def _is_city_only(printed: str, rest: str) -> bool:
    """Tell whether a place that is not in capitals is a city, with no insertion behind it."""
    known = _known(printed.split("/")[0])
    return known is not None and known[2] != "name" and not INSERTION.match(rest)


def _place(printed: str, state: str, *, is_strong: bool = False) -> tuple[str, str] | None:
    """Return a place and its country; ``None`` where it is no place that we know.

    With a date or an agency behind it, a name is a place though we do not know it.
    """
    first = printed.split("/")[0].strip()
    known, around = _known(first), _known(state) if state else None
    if around is not None and around[2] == "name":
        return (known[0] if known else _titled(first)), around[1]
    if known is not None:
        return known[0], known[1]
    looks = first.isupper() or all(w[0].isupper() or w in SMALL for w in first.split())
    return (_titled(first), around[1] if around else "") if is_strong and looks else None


def _known(printed: str) -> tuple[str, str, str] | None:
    """Return a place's spelling, country and kind: "name", "capital" or "city"."""
    words = tokens(printed)
    for name, meaning in gazetteer().get(words[0] if words else "", ()):
        if (
            name == words
            and meaning.code
            and "|" not in meaning.code
            and meaning.reason != "demonym"
        ):
            return _spelling(printed, meaning.code), meaning.code, meaning.reason
    return None


def _spelling(printed: str, code: str) -> str:
    """Return a place as our table spells it, where it does; "MOSCOW" is Moscow."""
    wanted = without_accents(printed).casefold()
    country = next((of for of in COUNTRIES if of.code == code), None)
    forms = (*country.capitals, *country.cities, *country.names) if country else ()
    return next((of for of in forms if without_accents(of).casefold() == wanted), _titled(printed))


def _titled(printed: str) -> str:
    return printed if not printed.isupper() else printed.title()
