"""Streets, ships and treaties that have a place's name and are elsewhere."""

from diplonews.infer.data_tables import words as listed
from diplonews.infer.passages import Name, Passage, Word

ARTICLES = frozenset({"de", "du", "des", "da", "do", "d", "la", "le", "les", "l"})
CITY_REASONS = frozenset({"capital", "city", "town"})
MOST_ARTICLES = 2  # "avenue de la Guinée", "rue de l'Algérie"


def is_named_after(passage: Passage, name: Name) -> bool:
    """Tell whether a name is part of a street's, a ship's or a treaty's name."""
    is_city = name.meaning.reason in CITY_REASONS
    after = _last_capital_after(passage, name)
    if after is not None:
        is_treaty = is_city and after.text in listed("treaty_after")
        if is_treaty or after.text in listed("street_after"):
            return True
    before = _kind_before(passage, name)
    if before is None:
        return False
    is_treaty = is_city and before.text in listed("treaty_before")
    return is_treaty or before.text in listed("street_before") or _is_ship(passage, name, before)


def _last_capital_after(passage: Passage, name: Name) -> Word | None:
    """Return the word after a name, unless capitals go on: not in "Ghana Road Fund"."""
    words, at = passage.words, name.stop
    if at >= len(words) or passage.gap_after(at - 1) != " ":
        return None
    goes_on = at + 1 < len(words) and passage.gap_after(at) == " "
    return None if goes_on and words[at + 1].text[0].isupper() else words[at]


def _kind_before(passage: Passage, name: Name) -> Word | None:
    """Return the word before a name, or before the "de", "du" or "de la" that joins them."""
    at = name.first - 1
    for _ in range(MOST_ARTICLES):
        if at > 0 and passage.words[at].text in ARTICLES:
            at -= 1
    return passage.words[at] if at >= 0 else None


def _is_ship(passage: Passage, name: Name, before: Word) -> bool:
    is_next = name.first and passage.words[name.first - 1] is before
    return bool(is_next) and before.text in listed("ship_before")
