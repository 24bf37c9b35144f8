"""Members: which links of a listing page count as the category's articles."""

from collections.abc import Sequence
from typing import NamedTuple

from diplonews import site
from diplonews.archive.walks import Walks
from diplonews.pages.listing import ListingPage
from diplonews.pages.listing_blocks import Block, distinct_blocks, members_of


class Taken(NamedTuple):
    """The blocks of a page with the members in them, and why some were left out."""

    blocks: Sequence[Block]
    troubles: Sequence[str]  # why members may be missing


def take(listing: ListingPage, origin: str, most: int) -> Taken:
    """Return the blocks of a page, with at most *most* teasers in all, each on *origin*.

    One link that leads elsewhere is an advertisement. Where most links lead elsewhere, they are
    the articles, under another address.
    """
    blocks: list[Block] = []
    troubles, left, others = [], most, 0
    for block in listing.blocks:
        on_site = [teaser for teaser in block if site.is_on(origin, teaser.url)]
        others += len(block) - len(on_site)
        if on_site[: max(left, 0)]:
            blocks.append(on_site[: max(left, 0)])
        left -= len(on_site)
    if left < 0:
        bound = f"{most} articles on a page (DIPLONEWS_LISTING_TEASERS)"
        troubles.append(f"expected at most {bound}, found more: those are left out")
    if others > most - left:
        troubles.append(f"expected articles on {origin}, found that most are elsewhere")
    return Taken(distinct_blocks(blocks), troubles)


def is_unproven(walks: Walks, slug: str, run: int, blocks: Sequence[Block]) -> bool:
    """Tell whether a block may not be the list: runs before *run* sighted few of its members."""
    return len(blocks) > 1 and any(
        2 * walks.count_sighted(slug, run, members) < len(members)
        for members in map(members_of, blocks)
    )
