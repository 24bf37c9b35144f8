"""The dateline: place, date and agency of a report, before its first sentence.

"ABUJA (Reuters) – …", "ACCRA, Feb. 24 – …", "Dakar, le 3 mars (APS) - …", or a place alone in
capitals above the text. Some beginnings only look like a dateline and stay in the body: "NATO
said …", "Lagos – the city that never sleeps – …", "BREAKING – …".
"""

import re
from functools import cache
from typing import NamedTuple

from diplonews.infer.agencies import DATELINE_SPELLINGS, agency_named, alternatives
from diplonews.infer.data_tables import parts, rows, words
from diplonews.infer.gazetteer import Meaning, entries_of, fold_word, tokens

WIRES = alternatives(DATELINE_SPELLINGS)
MONTHS = (
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|June|July|"
    r"August|September|October|November|December|janvier|février|mars|avril|mai|juin|juillet|août|"
    r"septembre|octobre|novembre|décembre|janv|févr|avr|juil|déc|janeiro|fevereiro|março|abril|"
    r"maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|fev|abr|ago|set|out|dez)"
)
DAYS = (
    r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    r"(?:segunda|terça|quarta|quinta|sexta)-feira|sábado|domingo)"
)
DAY_BEFORE_MONTH = (
    rf"(?:le\s)?\d{{1,2}}(?:er|st|nd|rd|th|º)?\s(?:de\s)?{MONTHS}\.?"
    rf"(?:,?\s(?:de\s)?\d{{2}}(?:\d{{2}})?)?"
)
MONTH_BEFORE_DAY = rf"{MONTHS}\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?"
NUMBERS = r"\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?"
DATE = rf"(?:{DAYS},?\s)?(?:{DAY_BEFORE_MONTH}|{MONTH_BEFORE_DAY}|{NUMBERS}|{DAYS})"
WORD = r"(?:[^\W\d_][\w'’‘`´′ʼ.‐‑-]*(?<![‐‑-]))"
PLACE = rf"{WORD}(?:\s{WORD}){{0,4}}"
DASH = (
    r"(?:\s*[–—]+\s*|\s+-{1,2}\s+|-{1,2}\s+|\s-{1,2}(?=\S)"
    r"|(?<=[)/])\s*\.?\s?[-–—]{1,2}\s*|\s*\|\s*)"
)
# A dateline, piece by piece: "APA – Lagos, Nigeria (…), 3 March (Reuters), 3 March – ".
AGENCY_FIRST = r"(?:(?P<first>APA|PANA|ABP|AMI)\s?[-–/]\s?)?"
PLACES_PRINTED = rf"(?P<place>(?!{DAYS}\b){PLACE}(?:\s?/\s?{PLACE})*)"
NO_DATE_OR_AGENCY = (
    rf"(?!(?:le\s)?\d)(?!{MONTHS}\b\.?\s\d)(?!(?:{WIRES})\b)(?!{DAYS}\b)"  # is no state
)
STATE = rf"(?:,\s(?P<state>{NO_DATE_OR_AGENCY}{PLACE}))?"
INSIDE_BRACKETS = rf"(?:\s\((?P<inside>(?!(?:{WIRES})\s*[)/])[^()]{{2,30}})\))?"
DATE_BEFORE_AGENCY = rf"(?:(?:,\s|,|\s)\(?(?P<date>{DATE})\)?)?"
AGENCY = (
    rf"(?:(?:,\s|\s|\.\s(?=/)|\s?(?:[|/–]|--?)\s?)[\[(/]?\s?"
    rf"(?P<agency>{WIRES})(?:/(?:{WIRES}))?(?P<closed>\s?[\])/])?)?"
)
DATE_BEHIND_AGENCY = rf"(?:,?\s\(?(?P<later>{DATE})\)?)?"
SEPARATOR = rf"(?P<sep>{DASH}|:\s|\s?[:.]?\s(?=[\"“«A-ZÀ-Þ0-9(])|(?<=\))\s*|(?<=/)\.\s)"
HEAD = re.compile(
    rf"(?P<raw>{AGENCY_FIRST}{PLACES_PRINTED}{STATE}{INSIDE_BRACKETS}"
    rf"{DATE_BEFORE_AGENCY}{AGENCY}{DATE_BEHIND_AGENCY}){SEPARATOR}",
    re.IGNORECASE,
)
AGENCY_ALONE = re.compile(rf"(?P<raw>\((?P<agency>{WIRES})\)){DASH}")
LONGEST = 120  # characters, of a dateline
BEGINS = re.compile(r"[\"“«'‘(\[]*[A-ZÀ-ÞŒ0-9]")
# A second dash: the words between the two are an insertion, "Lagos – the hub – grew".
INSERTION = re.compile(r"[^.!?]{3,90}\s[–—-]\s[a-zà-ÿ]")
SHORTEST_TOWN = 5  # letters: "NICE – the …" is no town
PLACES = frozenset({"name", "capital", "city", "region", "town"})
SMALL_WORDS = frozenset(
    {"es", "el", "of", "de", "da", "do", "du", "la", "le", "et", "and", "d", "al"}
)


class Dateline(NamedTuple):
    """A dateline as printed, and what it says."""

    raw: str
    place: str = ""  # spelt as our table does
    country: str = ""  # ISO 3166-1 alpha-2
    agency: str = ""


NONE = Dateline("")


class Place(NamedTuple):
    """A name that may stand in a dateline."""

    spelling: str
    codes: tuple[str, ...]  # one, or those that share the name, the usual one first
    kind: str  # "name", "capital", "city", "region" or "town"


def split_dateline(body: str) -> tuple[Dateline, str]:
    r"""Return the dateline of a body, empty if it has none, and the rest of the body.

    >>> split_dateline("MOSCOW\n\nThe leaders spoke.")[1]
    'The leaders spoke.'
    """
    first, blank_line, others = body.partition("\n\n")
    if others and (alone := _dateline_alone(first)):
        return alone, others
    if agency := AGENCY_ALONE.match(first):
        line = Dateline(agency["raw"], agency=agency_named(agency["agency"]))
        return (line, body[agency.end() :]) if line.agency else (NONE, body)
    head = HEAD.match(first[: LONGEST + 20])
    dateline = _dateline(head, first[head.end() :]) if head else None
    if head is None or dateline is None:
        return NONE, body
    return dateline, first[head.end() :] + blank_line + others


def _dateline_alone(paragraph: str) -> Dateline | None:
    """Return the dateline of a paragraph that is nothing else: at least a place in capitals."""
    bare = paragraph.strip().rstrip(".:–—-").strip()
    if len(bare) > LONGEST:
        return None
    head = HEAD.fullmatch(f"{bare} – ")
    if head is None or not head["place"].isupper():
        return None
    state = head["state"] or head["inside"] or ""
    if not state and not _is_city(head["place"]):
        return None  # a country alone is a heading: "GHANA"
    place = _place(head["place"], state)
    return Dateline(bare, *place, _agency(head)) if place else None


def _dateline(head: re.Match[str], rest: str) -> Dateline | None:
    if head["agency"] and not agency_named(head["agency"]):
        return None  # in lower case: a word that is spelt like an agency
    is_strong = bool(_agency(head) or head["date"] or head["later"])
    printed, state = head["place"], head["state"] or head["inside"] or ""
    state = "" if agency_named(state) else state  # a newspaper in brackets
    place = _place(printed, state, is_strong=is_strong)
    is_marked = bool(re.search(r"[–—|-]", head["sep"]) or head["closed"])
    if ":" in head["sep"]:
        is_marked = is_strong or (printed.isupper() and (bool(state) or _is_city(printed)))
    if place is None or not is_marked or not BEGINS.match(rest):
        return None
    is_bare = not is_strong and not (state and printed.isupper())
    if is_bare and (not _is_city(printed) or INSERTION.match(rest)):
        return None
    return Dateline(head["raw"].strip(), *place, _agency(head))


def _agency(head: re.Match[str]) -> str:
    name = agency_named(head["agency"] or head["first"] or head["inside"] or "")
    place = (head["place"] or "").casefold()
    return "APS (Algeria)" if name == "APS" and place.startswith(("alg", "oran")) else name


def _is_city(printed: str) -> bool:
    """Tell whether a place is a city, and neither a country nor a town with a short name."""
    place = _place_in_tables(printed.split("/")[0])
    if place is None or place.kind == "name":
        return False
    return place.kind != "town" or len(printed) >= SHORTEST_TOWN


def _place(printed: str, state: str, *, is_strong: bool = False) -> tuple[str, str] | None:
    """Return a place and its country; ``None`` if our tables do not have the place.

    A name that our tables lack is a place if a date or an agency follows it (*is_strong*).
    """
    first = printed.split("/")[0].strip()
    place, around = _place_in_tables(first), _place_around(state)
    if around is not None:
        is_inside = place is not None and place.codes[0] in around.codes
        code = place.codes[0] if place is not None and is_inside else around.codes[0]
        return (place.spelling if place else _titled(first)), code
    if place is not None:
        return place.spelling, place.codes[0]
    is_capital = first.isupper() or all(w[0].isupper() or w in SMALL_WORDS for w in first.split())
    return (_titled(first), "") if is_strong and is_capital else None


def _place_around(state: str) -> Place | None:
    """Return the country or region that is printed after a place: "Lagos, Nigeria"."""
    if state.rstrip(".") in words("us_states_short"):
        return Place(state, ("US",), "region")
    place = _place_in_tables(state) if state else None
    return place if place is not None and place.kind in {"name", "region"} else None


def _place_in_tables(printed: str) -> Place | None:
    """Return a place from our tables; a city before a country of the same name."""
    meanings = [entry.meaning for entry in entries_of(printed) if _is_place(entry.meaning)]
    if not meanings:
        return None
    meaning = min(meanings, key=lambda meaning: meaning.reason == "name")
    codes = tuple(parts(meaning.code, "|"))
    return Place(_spelling(printed, codes[0]), codes, meaning.reason)


def _is_place(meaning: Meaning) -> bool:
    is_one = "+" not in meaning.code and meaning.shared != "congo"
    return meaning.kind == "country" and bool(meaning.code) and is_one and meaning.reason in PLACES


@cache
def _spellings() -> dict[tuple[str, tuple[str, ...]], str]:
    """Return each place as our table spells it, by its country and its words."""
    spellings: dict[tuple[str, tuple[str, ...]], str] = {}
    for row in sorted(rows("countries"), key=lambda row: row["kind"] == "name"):
        for form in parts(row["names"]):
            spellings.setdefault((row["code"], _folded(form)), form)
    return spellings


def _folded(form: str) -> tuple[str, ...]:
    return tuple(map(fold_word, tokens(form)))


def _spelling(printed: str, code: str) -> str:
    """Return a place as our table spells it, else with capitals: "MOSCOW" is Moscow."""
    return _spellings().get((code, _folded(printed)), _titled(printed))


def _titled(printed: str) -> str:
    return printed if not printed.isupper() else printed.title()
