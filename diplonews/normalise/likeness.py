"""How alike two texts are, by common word runs; and the marks that find near copies."""

import heapq
import re
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

RUN = 4  # words
WORD = re.compile(r"\w+")
MARK_COUNT = 6  # of each text
MARKED_RUN = 6  # words
FEWEST_WORDS = 40  # shorter texts are alike by chance


@lru_cache(maxsize=2)  # asked for before a transaction, and again inside: archive/ahead.py
def likeness(one: str, other: str) -> float:
    """Return the F1 score of two texts over runs of four words, from 0 to 1.

    >>> likeness("one two three four five", "one two three four six"), likeness("", "")
    (0.5, 1.0)
    """
    one_runs, other_runs = runs_of_words(one), runs_of_words(other)
    if not one_runs and not other_runs:
        return 1.0
    return 2 * (one_runs & other_runs).total() / (one_runs.total() + other_runs.total())


def runs_of_words(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text; a shorter text is one run."""
    words = WORD.findall(text.casefold())
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


@lru_cache(maxsize=2)
def marks(text: str) -> tuple[int, ...]:
    """Return numbers that a text shares with its near copies, and with hardly any other text.

    They are the smallest hashes of its word runs (a bottom sketch, Broder 1997). A short text has
    none.
    """
    words = WORD.findall(text.casefold())
    if len(words) < FEWEST_WORDS:
        return ()
    runs = {" ".join(words[at : at + MARKED_RUN]) for at in range(len(words) - MARKED_RUN + 1)}
    hashes = (blake2b(run.encode(), digest_size=7).digest() for run in runs)
    return tuple(heapq.nsmallest(MARK_COUNT, (int.from_bytes(number) for number in hashes)))
