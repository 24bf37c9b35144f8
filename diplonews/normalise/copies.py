"""Whether two bodies are the same text, published twice, or two stories that share a background.

Words that many articles have, like a paragraph of background, are not compared. Two texts that
each have words of their own are two stories, however much they share. A few such words are
allowed: the shorter the texts are, the fewer (docs/decisions/0018).
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from rapidfuzz.fuzz import ratio

from diplonews.normalise.likeness import RUN, WORD, likeness

# Two bodies count as the same text above this share of common characters, in per cent. Different
# articles reached 81; of copies with a paragraph cut, 94 in 100 are above it (measured on 1,465
# bodies, 2026-11-23).
LEAST_RATIO = 85
# Of longer texts, common word runs are counted: comparing their characters would take seconds.
LONGEST_BY_CHARACTERS = 20_000  # characters
LEAST_LIKENESS = 0.7
MANY = 4  # words that so many other articles have too are no part of a story
LONGEST_EDIT = 4  # words in a row: up to here an edit, beyond it new text
SHORT = 300  # words that two texts share
# How many words each text may have for itself, as a share of the words that both have.
MOST_UNSHARED_OF_SHORT, MOST_UNSHARED_OF_LONG = 0.05, 0.1

Run = tuple[str, ...]


@lru_cache(maxsize=2)  # asked for before a transaction, and again inside: archive/ahead.py
def copies_among(body: str, others: tuple[str, ...]) -> tuple[bool, ...]:
    """Say of each of *others* whether it is nearly the same text as *body*."""
    body_words = _words(body)
    body_runs = set(_runs(body_words))
    other_words = [_words(text) for text in others]
    other_runs = [set(_runs(words)) for words in other_words]
    article_counts = Counter(run for runs in other_runs for run in runs)
    common_runs = {run for run, count in article_counts.items() if count >= MANY}

    def is_copy(text: str, words: list[str], runs: set[Run]) -> bool:
        return _is_nearly_equal(body, text) and _may_be_one_story(
            _word_counts(body_words, runs, common_runs),
            _word_counts(words, body_runs, common_runs),
        )

    return tuple(map(is_copy, others, other_words, other_runs))


def _is_nearly_equal(one: str, other: str) -> bool:
    if max(len(one), len(other)) > LONGEST_BY_CHARACTERS:
        return likeness(one, other) >= LEAST_LIKENESS
    return ratio(one, other, score_cutoff=LEAST_RATIO) > 0


def _may_be_one_story(one: Counter[str], other: Counter[str]) -> bool:
    unshared = min(one["unshared"], other["unshared"])
    shared = min(one["shared"], other["shared"])
    return unshared <= shared * (
        MOST_UNSHARED_OF_SHORT if shared < SHORT else MOST_UNSHARED_OF_LONG
    )


def _word_counts(words: list[str], other_runs: set[Run], common_runs: set[Run]) -> Counter[str]:
    """Count a text's words by kind: "shared" with the other text, "common" to many, "unshared"."""
    kinds = ["unshared"] * len(words)
    for start, run in enumerate(_runs(words)):
        stop = start + RUN
        if run in common_runs:
            kinds[start:stop] = ["common"] * RUN
        elif run in other_runs:
            kinds[start:stop] = [
                kind if kind == "common" else "shared" for kind in kinds[start:stop]
            ]
    counts: Counter[str] = Counter()
    for kind, group in groupby(kinds):
        length = len(list(group))
        is_edit = kind == "unshared" and length <= LONGEST_EDIT
        counts["shared" if is_edit else kind] += length
    return counts


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _runs(words: list[str]) -> Iterable[Run]:
    return zip(*(words[start:] for start in range(RUN)), strict=False)
