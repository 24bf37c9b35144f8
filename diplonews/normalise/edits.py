"""What was edited between two texts: which paragraphs, and how many of their words.

The cost of comparing grows with the product of two lengths, so it is bounded. Paragraphs that
both texts begin or end with are set aside first. If the rest is longer than the bound, it counts
as replaced as a whole, and the words in common are counted in any order.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, takewhile
from typing import NamedTuple

from rapidfuzz.distance import Indel

# The bounds on each side. Comparing takes 1 ms for 2,000 paragraphs, 5 ms for 4,000 words.
MOST_PARAGRAPHS = 2_000
MOST_WORDS = 4_000
CONTEXT = 1  # unchanged paragraphs that a diff shows on each side of an edit


class Hunk(NamedTuple):
    """Consecutive pieces, such as paragraphs, that are the same in both texts, or that differ."""

    is_equal: bool
    old: Sequence[str]
    new: Sequence[str]


@lru_cache(maxsize=4)  # asked for before a transaction, and again inside: archive/ahead.py
def compare_bodies(before: str, now: str) -> tuple[str, float]:
    """Return a unified diff of two bodies, with one line a paragraph, and their change ratio.

    The ratio is the share of their words that only one of them has, from 0 to 1.

    >>> compare_bodies("one two three four", "one two three five")[1]
    0.25
    """
    hunks = align(before.split("\n\n"), now.split("\n\n"))
    return "\n".join(_unified(hunks)), _ratio(hunks)


@lru_cache(maxsize=4)  # asked for before a transaction, and again inside: archive/ahead.py
def is_of_whole_blocks(before: str, now: str) -> bool:
    r"""Return whether two bodies differ only by whole blocks that one of them lacks.

    Blocks that are joined or split otherwise, with the same letters, count as equal. A block that
    replaces another one is an edit.

    >>> is_of_whole_blocks("One.\n\nTwo.", "One.\n\nShare this.\n\nTwo.")
    True
    >>> is_of_whole_blocks("One.\n\nTwo.", "One.\n\nThree.")
    False
    """
    hunks = align(before.split("\n\n"), now.split("\n\n"))
    return all(
        not hunk.old or not hunk.new or _letters(hunk.old) == _letters(hunk.new)
        for hunk in hunks
        if not hunk.is_equal
    )


def _letters(paragraphs: Sequence[str]) -> str:
    return "".join("".join(paragraphs).split())


def align(old: Sequence[str], new: Sequence[str], most: int = MOST_PARAGRAPHS) -> list[Hunk]:
    """Return the pieces of two texts side by side, equal and different ones in turn.

    Where both have more than *most* that are not at an end, they count as one edit.
    """
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = list(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    middle = _align_middle(old[head : len(old) - tail], new[head : len(new) - tail], most)
    ends = old[:head], old[len(old) - tail :]
    hunks = [Hunk(True, ends[0], ends[0]), *middle, Hunk(True, ends[1], ends[1])]
    return [hunk for hunk in hunks if hunk.old or hunk.new]


def _align_middle(old: Sequence[str], new: Sequence[str], most: int) -> Iterator[Hunk]:
    if len(old) * len(new) > most**2:
        yield Hunk(False, old, new)
        return
    operations = Indel.opcodes(old, new)
    # An insertion and a deletion side by side are one edit.
    for is_equal, run in groupby(operations, key=lambda operation: operation.tag == "equal"):
        steps = list(run)
        taken = old[steps[0].src_start : steps[-1].src_end]
        yield Hunk(is_equal, taken, new[steps[0].dest_start : steps[-1].dest_end])


def _ratio(hunks: list[Hunk]) -> float:
    total = common = 0
    for hunk in hunks:
        old = " ".join(hunk.old).split()
        new = old if hunk.is_equal else " ".join(hunk.new).split()
        total += len(old) + len(new)
        common += len(old) if hunk.is_equal else _common_words(old, new)
    return round(1 - 2 * common / total, 4) if total else 0.0


def _common_words(old: list[str], new: list[str]) -> int:
    """Return how many words are in both: in one order, or in any order if there are thousands."""
    if len(old) * len(new) > MOST_WORDS**2:
        return (Counter(old) & Counter(new)).total()
    return int(Indel.similarity(old, new)) // 2


def _unified(hunks: list[Hunk]) -> Iterator[str]:
    """Yield the lines of a unified diff, as ``difflib`` and ``diff -U1`` print them."""
    if any(not hunk.is_equal for hunk in hunks):
        yield from ("--- ", "+++ ")
    old_at = new_at = 0
    group: list[Hunk] = []
    start = (0, 0)
    for at, hunk in enumerate(hunks):
        is_end = at + 1 == len(hunks)
        if not hunk.is_equal:
            if not group:
                start = (old_at, new_at)
            group.append(hunk)
        elif group and (is_end or len(hunk.old) > 2 * CONTEXT):
            group.append(_equal(hunk.old[:CONTEXT]))
            yield from _printed(group, start)
            group = []
        elif group:
            group.append(hunk)
        old_at, new_at = old_at + len(hunk.old), new_at + len(hunk.new)
        if hunk.is_equal and not is_end and not group:
            before = hunk.old[-CONTEXT:]
            start = (old_at - len(before), new_at - len(before))
            group = [_equal(before)]
    if any(not hunk.is_equal for hunk in group):
        yield from _printed(group, start)


def _equal(paragraphs: Sequence[str]) -> Hunk:
    return Hunk(True, paragraphs, paragraphs)


def _printed(group: list[Hunk], start: tuple[int, int]) -> Iterator[str]:
    old_count = sum(len(hunk.old) for hunk in group)
    new_count = sum(len(hunk.new) for hunk in group)
    yield f"@@ -{_range(start[0], old_count)} +{_range(start[1], new_count)} @@"
    for hunk in group:
        if hunk.is_equal:
            yield from (f" {paragraph}" for paragraph in hunk.old)
            continue
        yield from (f"-{paragraph}" for paragraph in hunk.old)
        yield from (f"+{paragraph}" for paragraph in hunk.new)


def _range(start: int, count: int) -> str:
    """Return where lines are, as diffs say it.

    >>> _range(0, 1), _range(4, 3), _range(4, 0)
    ('1', '5,3', '4,0')
    """
    if count == 1:
        return f"{start + 1}"
    return f"{start + 1 if count else start},{count}"
