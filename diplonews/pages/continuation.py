"""An article that is split over several pages, put together."""

from collections.abc import Sequence
from dataclasses import replace

from diplonews.items import Article, Embed
from diplonews.pages.article import ArticlePage
from diplonews.pages.media import join_images


def continue_article(article: Article, next_page: ArticlePage) -> Article:
    """Return *article* with the content of its next page after that of the earlier pages."""
    paragraphs = article.body.split("\n\n") if article.body else []
    added = next_page.blocks
    closing = 0  # blocks at the end that each page repeats
    if next_page.is_split_in_frame:
        opening = _count_shared(paragraphs, [block.text for block in added])
        added = added[opening:]
        closing = _count_shared(paragraphs[:0:-1], [block.text for block in added[:0:-1]])
        paragraphs = paragraphs[: len(paragraphs) - closing]
    titles = [block.text for block in added if block.is_crosshead]
    closing_titles = sum(block.is_crosshead for block in added[len(added) - closing :])
    body = "\n\n".join([*paragraphs, *(block.text for block in added)])
    # The head of a later page names the main picture again: only its content's are new.
    return replace(
        article,
        body=body,
        crossheads=[
            *article.crossheads[: len(article.crossheads) - closing_titles],
            *titles,
        ],
        sources=list(dict.fromkeys([*article.sources, *next_page.sources])),
        is_empty=not body and not article.is_protected,
        images=join_images([*article.images, *next_page.content.images]),
        embeds=_join_embeds(article.embeds, next_page.content.embeds),
        site_notice=next_page.content.notice or article.site_notice,
    )


def _join_embeds(embeds: list[Embed], added: list[Embed]) -> list[Embed]:
    keys = {(embed.kind, embed.url) for embed in embeds}
    return [*embeds, *(embed for embed in added if (embed.kind, embed.url) not in keys)]


def _count_shared(texts: Sequence[str], other_texts: Sequence[str]) -> int:
    """Return how many equal texts two pages begin with."""
    for count, (text, other_text) in enumerate(zip(texts, other_texts, strict=False)):
        if text != other_text:
            return count
    return min(len(texts), len(other_texts))
