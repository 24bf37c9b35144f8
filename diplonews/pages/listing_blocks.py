"""Blocks of a listing page: which of them is the category's list.

In a template of a page builder, the list, a hero and other news are blocks that look alike. But
only the list changes from page to page: a block with the same articles on two neighbouring pages
is not the list.
"""

from collections.abc import Iterable, Sequence, Set

from diplonews.items import Teaser
from diplonews.normalise.urls import alias_key

Block = Sequence[Teaser]


def members_of(block: Block) -> frozenset[str]:
    """Return the keys of a block's articles, which all forms of an address share."""
    return frozenset(alias_key(teaser.url) for teaser in block)


def distinct_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Return *blocks* without those whose members are all in another block.

    Builders print a block once for wide and once for narrow screens.
    """
    distinct: list[Block] = []
    for block in blocks:
        members = members_of(block)
        if any(members <= members_of(other) for other in distinct):
            continue
        distinct = [other for other in distinct if not members_of(other) < members]
        distinct.append(block)
    return distinct


def moving_blocks(blocks: Iterable[Block], other_page: Sequence[Set[str]]) -> list[Block]:
    """Return those of *blocks* that *other_page* does not have.

    A block counts as the same if most of its members are: some articles may be published between
    the two requests.
    """
    return [
        block
        for block in blocks
        if not any(_is_same(members_of(block), other) for other in other_page)
    ]


def _is_same(members: Set[str], other: Set[str]) -> bool:
    return 2 * len(members & other) > max(len(members), len(other))
