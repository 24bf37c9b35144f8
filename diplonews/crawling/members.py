"""Members: which of the links on a listing's page are taken for the category's articles."""

from collections.abc import Sequence
from typing import NamedTuple

from diplonews import site
from diplonews.archive.walks import Walks
from diplonews.pages.listing import ListingPage
from diplonews.pages.listing_blocks import Block, distinct_blocks, members_of


class Taken(NamedTuple):
    """The blocks of a page with what is taken of them, and what had to be left out."""

    blocks: Sequence[Block]
    troubles: Sequence[str]  # why members may be lacking


def take(listing: ListingPage, origin: str, most: int) -> Taken:
    """Return the blocks of a page, with *most* teasers in all, each of the site at *origin*.

    A link to elsewhere in the midst of them is an advertisement. Where most of them lead there,
    they are the articles, under another address.
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
    """Tell whether a block may be no list, by what runs before *run* sighted in the category."""
    return len(blocks) > 1 and any(
        2 * walks.count_sighted(slug, run, members) < len(members)
        for members in map(members_of, blocks)
    )
