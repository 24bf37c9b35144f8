"""JNews with templates made in a page builder: other wrappers, and blocks printed twice.

Once for wide and once for narrow screens, so headline and meta line stand there twice.
"""

from collections.abc import Sequence
from html import escape

from diplonews.demo.head_tags import article_head
from diplonews.demo.posts import Post
from diplonews.demo.themes import jnews
from diplonews.demo.themes.post_view import Head, Listing, Shop

home, not_found = jnews.home, jnews.not_found


def article(shop: Shop, post: Post, number: int, sidebar: Sequence[Post]) -> str:
    kinds = f"single single-post postid-{post.id} single-format-standard elementor-default"
    top = (
        f'<div class="jeg_custom_title_wrapper">{jnews.headlines(post)}</div>'
        f'<div class="jeg_custom_meta_wrapper">{jnews.meta_line(shop, post)}</div>'
    )
    main = f"""<div class="jeg_content jeg_singlepage"><div class="jeg_vc_content custom_post_template">
<div class="elementor-section elementor-hidden-phone">{top}</div>
<div class="elementor-section elementor-hidden-desktop">{top}</div>
<div class="jeg_custom_breadcrumb_wrapper">{jnews.breadcrumb(shop, post)}</div>
<div class="jeg_custom_featured_wrapper">{jnews.picture(shop, post) if number == 1 else ""}</div>
<div class="jeg_custom_content_wrapper"><div class="content-inner ">{jnews.content(shop, post, number, sidebar)}</div></div>
<div class="jeg_custom_tag_wrapper">{jnews.tags(shop, post)}</div>
<div class="jeg_custom_related_wrapper"><div class="jeg_postblock_22 jeg_postblock">
{"".join(jnews.teaser(shop, other, "jeg_pl_md_5") for other in sidebar[:3])}</div></div>
{jnews.sidebar_of(shop, sidebar)}</div></div>"""
    head = article_head(shop.wordpress, post, shop.origin)
    return jnews.page(shop, Head(post.headline, head, kinds, post), main)


def listing(shop: Shop, shown: Listing) -> str:
    """Return a category page whose hero and list are parts of one query: neither repeats."""
    term = shown.term
    kinds = f"archive category category-{term.slug} category-{term.id} elementor-default"
    if shown.number > 1:
        kinds += f" paged paged-{shown.number} category-paged-{shown.number}"
    members = [*shown.hero, *shown.members] if shown.number == 1 else list(shown.members)
    printed = ""
    if members:
        cards = "".join(jnews.teaser(shop, post, "jeg_pl_md_2") for post in members[4:])
        printed = (
            f'<div class="elementor-hidden-phone">{jnews.hero(shop, members[:4])}</div>'
            f'<div class="elementor-hidden-desktop">{jnews.hero(shop, members[:4])}</div>'
            f'<div class="jeg_postblock_3 jeg_postblock jeg_pagination_nav_1"><div class="jeg_posts">{cards}</div>'
            f'<div class="jeg_block_navigation">{jnews.navigation(shop, shown)}</div></div>'
        )
    main = f"""<div class="jeg_content"><div class="jeg_vc_content custom_category_template">
<h1 class="jeg_archive_title">{escape(term.title)}</h1>{printed}
{jnews.sidebar_of(shop, shown.sidebar)}</div></div>"""
    head = jnews.listing_head(shop, shown)
    return jnews.page(shop, Head(term.title, head, kinds), main)
