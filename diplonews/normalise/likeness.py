"""How like two texts are, by the runs of four words that both have."""

import re
from collections import Counter

RUN = 4  # words
WORD = re.compile(r"\w+")


def likeness(one: str, other: str) -> float:
    """Return the F1 of two texts over runs of four words, from 0 to 1.

    >>> likeness("one two three four five", "one two three four six"), likeness("", "")
    (0.5, 1.0)
    """
    ours, theirs = _runs(one), _runs(other)
    if not ours and not theirs:
        return 1.0
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))
