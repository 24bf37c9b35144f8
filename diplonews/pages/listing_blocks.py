"""Blocks of a listing's page: which of them is the category's list, and which stand beside it.

In a template made with a page builder the list, a hero and news of elsewhere are blocks that
look alike. What tells them apart is that a list moves on with the pages: a block that shows the
same articles on two neighbouring pages is no list.
"""

from collections.abc import Iterable, Sequence, Set

from diplonews.items import Teaser
from diplonews.normalise.urls import alias_key

Block = Sequence[Teaser]


def members_of(block: Block) -> frozenset[str]:
    """Return what all forms of the addresses in a block share."""
    return frozenset(alias_key(teaser.url) for teaser in block)


def distinct_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Return *blocks* without those that show nothing of their own.

    Builders print a block once for wide and once for narrow screens.
    """
    kept: list[Block] = []
    for block in blocks:
        members = members_of(block)
        if any(members <= members_of(other) for other in kept):
            continue
        kept = [other for other in kept if not members_of(other) < members]
        kept.append(block)
    return kept


def moving_blocks(blocks: Iterable[Block], other_page: Sequence[Set[str]]) -> list[Block]:
    """Return those of *blocks* that are other ones than the blocks of *other_page*.

    The same block may have moved by some articles that were published meanwhile.
    """
    return [
        block
        for block in blocks
        if not any(_is_same(members_of(block), other) for other in other_page)
    ]


def _is_same(members: Set[str], other: Set[str]) -> bool:
    return 2 * len(members & other) > max(len(members), len(other))
