"""A theme like WordPress's own, as if the site had changed its theme overnight."""

from collections.abc import Sequence
from html import escape

from diplonews.demo import markup
from diplonews.demo.head_tags import article_head
from diplonews.demo.posts import Post
from diplonews.demo.themes.post_view import RULES, Listing, Shop, category_widget, menu
from diplonews.demo.truth import author_url


def page(shop: Shop, title: str, head: str, kinds: str, main: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="UTF-8"><title>{escape(title)} &#8211; Diplomatic Info</title>
<style>{RULES}</style>
{head}</head>
<body class="{kinds} wp-embed-responsive"><div id="page" class="site">
<header class="site-header"><nav class="main-navigation"><ul class="menu">{menu(shop)}</ul></nav></header>
<div id="content" class="site-content"><main id="main" class="site-main">{main}</main>
<aside class="widget-area"><section class="widget widget_categories">{category_widget(shop)}</section></aside></div>
</div></body></html>"""


def byline(shop: Shop, post: Post) -> str:
    named = " and ".join(
        f'<span class="author vcard"><a class="url fn n" href="{author_url(shop.origin, name)}">{escape(name)}</a></span>'
        for name in post.authors
    )
    return f'<span class="byline">by {named}</span>'


def posted_on(shop: Shop, post: Post) -> str:
    at, later = post.published_at, post.modified_at
    return (
        f'<span class="posted-on"><a href="{shop.link(post)}" rel="bookmark">'
        f'<time class="entry-date published" datetime="{at.isoformat()}">{at:%B} {at.day}, {at.year}</time>'
        f'<time class="updated" datetime="{later.isoformat()}">{later:%B} {later.day}, {later.year}</time></a></span>'
    )


def article(shop: Shop, post: Post, number: int, sidebar: Sequence[Post]) -> str:
    terms = (shop.wordpress.terms[slug] for slug in post.categories)
    categories = ", ".join(
        f'<a href="{shop.term_link(t)}" rel="category tag">{escape(t.title)}</a>' for t in terms
    )
    tags = ", ".join(
        f'<a href="{shop.origin}/tag/{tag.replace(" ", "-")}/" rel="tag">{tag}</a>'
        for tag in post.tags
    )
    tagged = f'<span class="tags-links">Tagged {tags}</span>' if tags else ""
    comments = f'<span class="comments-link"><a href="{shop.link(post)}#comments">{post.comments} Comments</a></span>'
    shown = "\n".join(block.html for block in post.pages[number - 1])
    body = markup.PASSWORD_FORM if post.is_protected else shown
    main = f"""<article id="post-{post.id}" class="post-{post.id} post type-post status-publish format-standard hentry">
<header class="entry-header"><h1 class="entry-title">{escape(post.headline)}</h1>
<div class="entry-meta">{byline(shop, post)} {posted_on(shop, post)}</div></header>
{picture(shop, post) if number == 1 else ""}
<div class="entry-content">
{body}
{page_links(shop, post, number)}
</div>
<footer class="entry-footer"><span class="cat-links">Posted in {categories}</span>{tagged}{comments}</footer></article>"""
    kinds = f"post-template-default single single-post postid-{post.id} single-format-standard"
    return page(shop, post.headline, article_head(shop.wordpress, post, shop.origin), kinds, main)


def picture(shop: Shop, post: Post) -> str:
    if not post.image_path:
        return ""
    credit = f' <span class="credit">{escape(post.credit)}</span>' if post.credit else ""
    caption = (
        f'<figcaption class="wp-caption-text">{escape(post.caption)}{credit}</figcaption>'
        if post.caption
        else ""
    )
    return f'<figure class="post-thumbnail"><img src="{shop.origin}{post.image_path}" alt="">{caption}</figure>'


def page_links(shop: Shop, post: Post, number: int) -> str:
    count = len(post.pages)
    if count == 1:
        return ""
    links = " ".join(
        f'<span class="post-page-numbers current" aria-current="page">{n}</span>' if n == number
        else f'<a href="{shop.link(post)}{f"{n}/" if n > 1 else ""}" class="post-page-numbers">{n}</a>'
        for n in range(1, count + 1)
    )  # fmt: skip
    return f'<div class="page-links">Pages: {links}</div>'


def teaser(shop: Shop, post: Post) -> str:
    words = " ".join(post.excerpt.split()[:55])
    return f"""<article id="post-{post.id}" class="post-{post.id} post type-post status-publish format-standard hentry">
<header class="entry-header"><h2 class="entry-title"><a href="{shop.link(post)}" rel="bookmark">{escape(post.headline)}</a></h2>
<div class="entry-meta">{posted_on(shop, post)}</div></header>
<div class="entry-summary"><p>{escape(words)} [&hellip;]</p></div></article>"""


def listing(shop: Shop, shown: Listing) -> str:
    term = shown.term
    kinds = f"archive category category-{term.slug} category-{term.id}"
    if shown.number > 1:
        kinds += f" paged paged-{shown.number} category-paged-{shown.number}"
    members = [*shown.hero, *shown.members] if shown.number == 1 else list(shown.members)
    cards = "".join(teaser(shop, post) for post in members)
    nothing = (
        '<section class="no-results not-found"><h1 class="page-title">Nothing Found</h1></section>'
    )
    heading = f'<header class="page-header"><h1 class="page-title">Category: <span>{escape(term.title)}</span></h1></header>'
    main = f"{heading}{cards}{navigation(shop, shown)}" if cards else nothing
    return page(
        shop,
        term.title,
        f'<link rel="canonical" href="{shop.page_link(term, shown.number)}" />',
        kinds,
        main,
    )


def navigation(shop: Shop, shown: Listing) -> str:
    number, term = shown.number, shown.term
    before = f'<a class="prev page-numbers" href="{shop.page_link(term, number - 1)}">Previous</a>'
    after = f'<a class="next page-numbers" href="{shop.page_link(term, number + 1)}">Next</a>'
    return (
        '<nav class="navigation pagination" aria-label="Posts"><div class="nav-links">'
        f'{before if number > 1 else ""}<span aria-current="page" class="page-numbers current">{number}</span>'
        f"{after if number < shown.count else ''}</div></nav>"
    )


def not_found(shop: Shop, posts: Sequence[Post]) -> str:
    main = '<section class="error-404 not-found"><h1 class="page-title">Oops! That page can’t be found.</h1></section>'
    return page(shop, "Page not found", "", "error404", main)


def home(shop: Shop, posts: Sequence[Post]) -> str:
    cards = "".join(teaser(shop, post) for post in posts[: shop.page_size])
    return page(
        shop, "Home", f'<link rel="canonical" href="{shop.origin}/" />', "home blog", cards
    )
