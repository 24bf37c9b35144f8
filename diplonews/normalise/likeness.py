"""How like two texts are, by the runs of words that both have; and marks to find such texts by."""

import heapq
import re
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

RUN = 4  # words
WORD = re.compile(r"\w+")
MARKS = 6  # of a text
MARKED_RUN = 6  # words
FEWEST_WORDS = 40  # of less, nobody can say that it is a copy


@lru_cache(maxsize=2)  # asked for before a transaction, and again inside: archive/ahead.py
def likeness(one: str, other: str) -> float:
    """Return the F1 of two texts over runs of four words, from 0 to 1.

    >>> likeness("one two three four five", "one two three four six"), likeness("", "")
    (0.5, 1.0)
    """
    ours, theirs = runs_of_words(one), runs_of_words(other)
    if not ours and not theirs:
        return 1.0
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def runs_of_words(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text; of a shorter one, all of it as one run."""
    words = WORD.findall(text.casefold())
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


@lru_cache(maxsize=2)
def marks(text: str) -> tuple[int, ...]:
    """Return numbers that a text has in common with its near copies, and with hardly any other.

    The smallest hashes of its runs of words (a bottom sketch, Broder 1997); none of a short text.
    """
    words = WORD.findall(text.casefold())
    if len(words) < FEWEST_WORDS:
        return ()
    runs = {" ".join(words[at : at + MARKED_RUN]) for at in range(len(words) - MARKED_RUN + 1)}
    hashes = (blake2b(run.encode(), digest_size=7).digest() for run in runs)
    return tuple(heapq.nsmallest(MARKS, (int.from_bytes(number) for number in hashes)))
