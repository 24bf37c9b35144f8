"""How right a reading is, beside the truth: exact fields, and a body by its runs of words."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

RUN = 4  # words


@dataclass(frozen=True)
class Reading:
    """What somebody read off an article's page, or what is true of it.

    ``None`` where nobody knows, or where a reader does not look for it.
    """

    headline: str
    body: str
    published_on: frozenset[date] | None = None  # the day, in any zone that it may be told in
    authors: frozenset[str] | None = None
    categories: frozenset[str] | None = None


@dataclass(frozen=True)
class Score:
    """What of one reading is right; ``None`` where the truth or the reader says nothing."""

    headline: bool
    published_on: bool | None
    authors: bool | None
    categories: bool | None
    precision: float
    recall: float
    f1: float


def score(read: Reading, true: Reading) -> Score:
    precision, recall, f1 = overlap(read.body, true.body)
    return Score(
        headline=folded(read.headline) == folded(true.headline),
        published_on=_is_same_day(read.published_on, true.published_on),
        authors=_is_same(read.authors, true.authors),
        categories=_is_same(read.categories, true.categories),
        precision=precision,
        recall=recall,
        f1=f1,
    )


def overlap(read: str, true: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a text over runs of four words.

    >>> overlap("one two three four", "one two three four five")
    (1.0, 0.5, 0.6666666666666666)
    >>> overlap("", "")
    (1.0, 1.0, 1.0)
    """
    found, wanted = runs(read), runs(true)
    common = (found & wanted).total()
    if not common:
        same = float(not found and not wanted)
        return same, same, same
    precision, recall = common / found.total(), common / wanted.total()
    return precision, recall, 2 * precision * recall / (precision + recall)


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Return the runs of four words of a text; of a shorter one, all of it as one run."""
    words = re.findall(r"\w+", text)
    if not words:
        return Counter()
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def names(printed: Iterable[str]) -> frozenset[str]:
    return frozenset(folded(name) for name in printed if name.strip())


@dataclass
class Tally:
    """The scores of many readings by one reader."""

    scores: list[Score] = field(default_factory=list)

    def share(self, name: str) -> float | None:
        """Return how many of those that could be right were right, from 0 to 1."""
        told = [getattr(item, name) for item in self.scores if getattr(item, name) is not None]
        return sum(told) / len(told) if told else None

    def lowest(self) -> float:
        return min(item.f1 for item in self.scores)


def _is_same(read: frozenset[str] | None, true: frozenset[str] | None) -> bool | None:
    return None if read is None or true is None else read == true


def _is_same_day(read: frozenset[date] | None, true: frozenset[date] | None) -> bool | None:
    return None if read is None or true is None else bool(read & true)
