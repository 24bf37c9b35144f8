"""Two texts side by side, with the words marked that differ. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from diplonews.normalise.word_edits import BREAK, EQUAL, NEW, OLD, Paragraph, edited_paragraphs

PILCROW = "¶"  # a paragraph's end that only one side has


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand together, and whether the other side lacks them."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph of each side; ``skipped`` paragraphs are the same on both."""

    left: tuple[Piece, ...] = ()
    right: tuple[Piece, ...] = ()
    skipped: int = 0

    @property
    def is_changed(self) -> bool:
        return any(piece.is_changed for piece in (*self.left, *self.right))


def side_by_side(before: str, now: str) -> Iterator[Pair]:
    """Yield the edited paragraphs of two texts and their neighbours; others are counted.

    >>> [pair.right for pair in side_by_side("One two.", "One three.")]
    [(Piece(text='One', is_changed=False), Piece(text='three.', is_changed=True))]
    """
    if not (before or now):
        return
    for paragraph in edited_paragraphs(before, now):
        if isinstance(paragraph, int):
            yield Pair(skipped=paragraph)
        else:
            yield Pair(_pieces(paragraph, OLD), _pieces(paragraph, NEW))


def _pieces(paragraph: Paragraph, side: str) -> tuple[Piece, ...]:
    return tuple(
        Piece(" ".join(run.words).replace(BREAK, PILCROW), run.kind == side)
        for run in paragraph
        if run.kind in {EQUAL, side}
    )
