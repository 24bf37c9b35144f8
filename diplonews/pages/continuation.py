"""An article that is split over several pages, put together."""

from collections.abc import Sequence
from dataclasses import replace

from diplonews.items import Article
from diplonews.pages.article import ArticlePage
from diplonews.pages.media import join_images


def continue_article(article: Article, later: ArticlePage) -> Article:
    """Return *article* with the content of its next page behind what was read so far."""
    earlier = article.body.split("\n\n") if article.body else []
    added = later.blocks
    closing = 0
    if later.is_split_in_frame:
        opening = _shared(earlier, [block.text for block in added])
        added = added[opening:]
        closing = _shared(earlier[:0:-1], [block.text for block in added[:0:-1]])
        earlier = earlier[: len(earlier) - closing]
    titles = [block.text for block in added if block.is_crosshead]
    closing_titles = sum(block.is_crosshead for block in added[len(added) - closing :])
    body = "\n\n".join([*earlier, *(block.text for block in added)])
    # The head of a later page names the main picture again: only its content's are new.
    known = {(embed.kind, embed.url) for embed in article.embeds}
    new = (of for of in later.content.embeds if (of.kind, of.url) not in known)
    return replace(
        article,
        body=body,
        crossheads=[
            *article.crossheads[: len(article.crossheads) - closing_titles],
            *titles,
        ],
        sources=list(dict.fromkeys([*article.sources, *later.sources])),
        is_empty=not body and not article.is_protected,
        images=join_images([*article.images, *later.content.images]),
        embeds=[*article.embeds, *new],
        site_notice=later.content.notice or article.site_notice,
    )


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many blocks two pages begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
