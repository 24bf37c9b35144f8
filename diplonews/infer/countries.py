"""Which countries an article is about, and why: by its categories, dateline, headline and body.

A name alone is not enough if it has other meanings too: there are several Guineas and two
Congos, Georgia is also a state, Jordan and Chad are given names, turkey is a bird. Then the words
beside it decide, or the rest of the article. If nothing decides, the name counts for nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from diplonews.infer.data_tables import words as listed
from diplonews.infer.named_after import is_named_after
from diplonews.infer.passages import Name, Passage, all_words
from diplonews.infer.persons import is_person, is_persons_too
from diplonews.infer.senses import country_meant, is_in_georgia

# ECOWAS: the Treaty of Lagos of 1975-05-28; Cabo Verde joined in 1977, Mauritania left at the end
# of 2000. Burkina Faso, Mali and Niger left with effect from 2025-01-29 (ECOWAS communiqué of that
# day); their Alliance of Sahel States is of 2023-09-16 (Liptako-Gourma Charter).
FOREVER = datetime.max.replace(tzinfo=UTC)
FOUNDED = datetime(1975, 5, 28, tzinfo=UTC)
LEFT = datetime(2025, 1, 29, tzinfo=UTC)
MEMBERS = ("BJ", "CI", "GH", "GM", "GN", "GW", "LR", "NG", "SL", "SN", "TG")
ECOWAS = dict.fromkeys(MEMBERS, (FOUNDED, FOREVER))
ECOWAS |= dict.fromkeys(("BF", "ML", "NE"), (FOUNDED, LEFT))
ECOWAS |= {
    "CV": (datetime(1977, 1, 1, tzinfo=UTC), FOREVER),
    "MR": (FOUNDED, datetime(2001, 1, 1, tzinfo=UTC)),
}
AES = {code: (datetime(2023, 9, 16, tzinfo=UTC), FOREVER) for code in ("BF", "ML", "NE")}

ONLY_IN_DATELINES = "town"
MOST_OCCURRENCES = 500  # of one name in one paragraph; further ones say nothing new
MONEY = re.compile(r"\s?\$")  # after "US", a currency


class Mention(NamedTuple):
    """A country or an organisation, and the words that mean it."""

    code: str  # ISO 3166-1 alpha-2, or an organisation's short name
    where: str  # "category", "dateline", "headline" or "body"
    reason: str
    printed: str


def countries_in(
    passages: list[Passage],
    *,
    categories: Iterable[tuple[str, str]] = (),
    dateline: tuple[str, str] = ("", ""),
) -> list[Mention]:
    """Return the countries that an article names, each once, with its best evidence.

    *categories* are code and title of each category that is a country; *dateline* is country and
    place of the dateline, empty if there is none.
    """
    named = [Mention(code, "category", "category", title) for code, title in categories]
    if dateline[0]:
        named.append(Mention(dateline[0], "dateline", "city", dateline[1]))
    article_words = all_words(passages) | set(dateline[1].casefold().replace("-", " ").split())
    mentions = [(name, mention) for p in passages for name, mention in _mentions(p, article_words)]
    in_body = {mention.code for name, mention in mentions if mention.where == "body"}
    titles = {passage.where for passage in passages if passage.is_title_case}
    best: dict[str, Mention] = {}
    for mention in (*named, *(m for n, m in mentions if _is_backed(n, m, titles, in_body))):
        best.setdefault(mention.code, mention)
    return list(best.values())


def members(
    codes: Iterable[str], at: datetime | None, periods: dict[str, tuple[datetime, datetime]]
) -> list[str]:
    """Return those of *codes* that were members at a time; none if the time is not known.

    >>> members(["ML", "GH"], datetime(2025, 2, 25, tzinfo=UTC), ECOWAS)
    ['GH']
    """
    if at is None:
        return []
    return [c for c in codes if c in periods and periods[c][0] <= at < periods[c][1]]


def _is_backed(name: Name, mention: Mention, titles: set[str], in_body: set[str]) -> bool:
    """Tell whether a title's name that people have too means a country: the body must name it."""
    return mention.where not in titles or not is_persons_too(name) or mention.code in in_body


def _mentions(passage: Passage, article_words: set[str]) -> Iterator[tuple[Name, Mention]]:
    times: Counter[str] = Counter()
    for number, name in enumerate(passage.names):
        times[name.printed] += 1
        if times[name.printed] > MOST_OCCURRENCES:
            continue
        if name.meaning.kind != "country" or not _is_evidence(passage, number):
            continue
        code = _country_of_place_after(passage, number) or country_meant(
            passage, number, article_words
        )
        for one in filter(None, code.split("+")):
            yield name, Mention(one, passage.where, name.meaning.reason, name.printed)


def _is_evidence(passage: Passage, number: int) -> bool:
    """Tell whether a name may stand for a country here."""
    name = passage.names[number]
    if not name.meaning.code or name.meaning.reason == ONLY_IN_DATELINES:
        return False
    if name.printed == "US" and MONEY.match(passage.text, passage.words[name.first].end):
        return False
    if passage.is_capitals and name.printed in listed("capitals_that_are_words"):
        return name.printed == "US" and not _is_pronoun(passage, name)
    if is_named_after(passage, name):
        return False
    is_title = passage.is_title_case and is_persons_too(name)
    return is_title or not is_person(passage, name)


def _is_pronoun(passage: Passage, name: Name) -> bool:
    """Tell whether "US" in capitals is the pronoun: "TELL US MORE"."""
    before = passage.words[name.first - 1].folded if name.first else ""
    return before in listed("verb_before_us")


def _country_of_place_after(passage: Passage, number: int) -> str:
    """Return the country of the place after a name: "Paris, Texas", "Tripoli, Lebanon"."""
    name = passage.names[number]
    after = passage.words[name.stop : name.stop + 2]
    if len(after) < 2 or after[0].text != "," or passage.gap_after(name.stop) != " ":
        return ""
    if after[1].text in listed("us_states_short") and passage.gap_after(name.stop + 1)[:1] == ".":
        return "US"
    if number + 1 >= len(passage.names) or passage.names[number + 1].first != name.stop + 1:
        return ""
    if is_in_georgia(passage, name, passage.names[number + 1]):
        return "US"
    other = passage.names[number + 1].meaning
    if other.kind == "country" and other.reason == "region" and other.code in {"US", "CA"}:
        return other.code
    return ""
