"""Whether two bodies are one text under two addresses, or two stories with a background in common.

What many articles have in common, like a paragraph of background, is not compared. And where each
of two texts has words of its own, they are two stories, however much they share: but for a small
part, which has to be the smaller the shorter they are (docs/decisions/0018).
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from rapidfuzz.fuzz import ratio

from diplonews.normalise.likeness import RUN, WORD, likeness

# Per cent of two bodies' characters in common order. Bodies of other articles reached 81, and of
# copies with a paragraph cut 94 in 100 are above (measured on 1,465 bodies, 2026-11-23).
SAME = 85
# Of longer texts, runs of words are counted: to order their characters would take seconds.
LONGEST_IN_ORDER = 20_000  # characters
SAME_RUNS = 0.7
MANY = 4  # other articles with the same words: then those are nobody's story
EDIT = 4  # words: where more in a row are another's, they are not edited but written
SHORT = 300  # words that two texts share, besides what many have
OWN_OF_SHORT, OWN_OF_LONG = 0.05, 0.1  # of the words they share, what each may have besides

Run = tuple[str, ...]


@lru_cache(maxsize=2)  # asked for before a transaction, and again inside: archive/ahead.py
def copies_among(body: str, others: tuple[str, ...]) -> tuple[bool, ...]:
    """Tell of each of *others* whether it is nearly the same text as *body*."""
    words = [_words(text) for text in (body, *others)]
    runs = [set(_runs(of)) for of in words]
    counted = Counter(run for theirs in runs[1:] for run in theirs)
    many = {run for run, count in counted.items() if count >= MANY}
    pairs = zip(others, words[1:], runs[1:], strict=True)
    return tuple(
        _is_nearly(body, other)
        and _may_be_one_story(_parts(words[0], theirs, many), _parts(of, runs[0], many))
        for other, of, theirs in pairs
    )


def _is_nearly(one: str, other: str) -> bool:
    if max(len(one), len(other)) > LONGEST_IN_ORDER:
        return likeness(one, other) >= SAME_RUNS
    return ratio(one, other, score_cutoff=SAME) > 0


def _may_be_one_story(one: Counter[str], other: Counter[str]) -> bool:
    own = min(one["own"], other["own"])
    shared = min(one["shared"], other["shared"])
    return own <= shared * (OWN_OF_SHORT if shared < SHORT else OWN_OF_LONG)


def _parts(words: list[str], theirs: set[Run], many: set[Run]) -> Counter[str]:
    """Count the words that a text shares with another, those that many have, and its own."""
    kinds = ["own"] * len(words)
    for at, run in enumerate(_runs(words)):
        if run in many:
            kinds[at : at + RUN] = ["many"] * RUN
        elif run in theirs:
            kinds[at : at + RUN] = [
                of if of == "many" else "shared" for of in kinds[at : at + RUN]
            ]
    counted: Counter[str] = Counter()
    for kind, stretch in groupby(kinds):
        length = sum(1 for _ in stretch)
        counted["shared" if kind == "own" and length <= EDIT else kind] += length
    return counted


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _runs(words: list[str]) -> Iterable[Run]:
    return zip(*(words[at:] for at in range(RUN)), strict=False)
