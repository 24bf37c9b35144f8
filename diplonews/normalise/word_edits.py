"""Which words of two texts differ, in reading order.

Costs are bounded as those of ``edits.py`` are: paragraphs are compared first, then the words of
those that differ. What is beyond the bounds counts as replaced as a whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from diplonews.normalise.edits import MOST_WORDS, Hunk, align

EQUAL, OLD, NEW = "equal", "old", "new"
BREAK = "\n"  # stands between the words of two paragraphs
LEAST_COMMON = 0.3  # share of the shorter text's words, below which it is another text
CONTEXT = 1  # unchanged paragraphs that are shown on each side of an edit


class Run(NamedTuple):
    """Consecutive words that are in both texts, or in one of them."""

    kind: str  # EQUAL, OLD or NEW
    words: Sequence[str]


Paragraph = list[Run]


def word_runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """Yield two lists of words as one: what is the same, what was taken away, what is new.

    >>> [(run.kind, *run.words) for run in word_runs(["talks", "end"], ["talks", "go", "on"])]
    [('equal', 'talks'), ('old', 'end'), ('new', 'go', 'on')]
    """
    for hunk in align(old, new, MOST_WORDS):
        if hunk.is_equal:
            yield Run(EQUAL, hunk.old)
            continue
        if hunk.old:
            yield Run(OLD, hunk.old)
        if hunk.new:
            yield Run(NEW, hunk.new)


def edited_paragraphs(before: str, now: str) -> Iterator[Paragraph | int]:
    """Yield the edited paragraphs of two bodies and their neighbours, each as its runs.

    A number stands for so many paragraphs that are left out, because they are the same.

    >>> list(edited_paragraphs("One two.", "One three."))
    [[Run(kind='equal', words=['One']), Run(kind='old', words=['two.']), \
Run(kind='new', words=['three.'])]]
    """
    hunks = align(before.split("\n\n"), now.split("\n\n"))
    for place, hunk in enumerate(hunks):
        if hunk.is_equal:
            yield from _surroundings(hunk, is_first=not place, is_last=place + 1 == len(hunks))
        else:
            yield from _edited(hunk)


def _surroundings(hunk: Hunk, *, is_first: bool, is_last: bool) -> Iterator[Paragraph | int]:
    """Yield the unchanged paragraphs next to an edit, and how many are left out."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    left_out = len(hunk.old) - head - tail
    if left_out <= 1:
        head, left_out, tail = len(hunk.old), 0, 0
    yield from ([Run(EQUAL, text.split())] for text in hunk.old[:head])
    if left_out:
        yield left_out
    yield from ([Run(EQUAL, text.split())] for text in hunk.old[len(hunk.old) - tail :])


def _edited(hunk: Hunk) -> Iterator[Paragraph]:
    """Yield paragraphs that differ, word by word; one after the other if little is the same."""
    old, new = _words(hunk.old), _words(hunk.new)
    runs = list(word_runs(old, new))
    common = sum(len(run.words) for run in runs if run.kind == EQUAL)
    if common >= LEAST_COMMON * min(len(old), len(new)):
        yield from _split(runs)
        return
    yield from ([Run(OLD, text.split())] for text in hunk.old)
    yield from ([Run(NEW, text.split())] for text in hunk.new)


def _words(paragraphs: Sequence[str]) -> list[str]:
    words: list[str] = []
    for place, paragraph in enumerate(paragraphs):
        words += [BREAK] * bool(place)
        words += paragraph.split()
    return words


def _split(runs: Iterable[Run]) -> Iterator[Paragraph]:
    """Yield runs by paragraph; a break that is alone in its run is an edit by itself."""
    paragraph: Paragraph = []
    for kind, words in runs:
        if kind != EQUAL and list(words) == [BREAK]:
            paragraph.append(Run(kind, words))
            yield paragraph
            paragraph = []
            continue
        start = 0
        for end in (place for place, word in enumerate(words) if word == BREAK):
            paragraph += [Run(kind, words[start:end])] * (end > start)
            if paragraph:
                yield paragraph
            paragraph, start = [], end + 1
        paragraph += [Run(kind, words[start:])] * (len(words) > start)
    if paragraph:
        yield paragraph
