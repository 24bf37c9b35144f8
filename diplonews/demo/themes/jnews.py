"""JNews with its default templates: single template 1, category page with hero and list."""

from collections.abc import Sequence
from html import escape

from diplonews.demo import markup
from diplonews.demo.head_tags import article_head
from diplonews.demo.posts import Block, Post
from diplonews.demo.themes import furniture
from diplonews.demo.themes.post_view import Head, Listing, Shop, category_widget, menu, options
from diplonews.demo.truth import author_url

EMPTY_PICTURE = "/wp-content/themes/jnews/assets/img/jeg-empty.png"


def page(shop: Shop, head: Head, main: str) -> str:
    """Return a whole page around *main*."""
    return f"""<!doctype html>
<!--[if lt IE 7]> <html class="no-js lt-ie9 lt-ie8 lt-ie7" lang="en-US"> <![endif]-->
<!--[if gt IE 8]><!--> <html class="no-js" lang="en-US"> <!--<![endif]-->
<head>
<meta charset="UTF-8" /><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(head.title)} - Diplomatic Info</title>
<link rel="alternate" type="application/rss+xml" title="Feed" href="{shop.origin}/feed/" />
<link rel="alternate" type="application/rss+xml" title="Comments" href="{shop.origin}/comments/feed/" />
{furniture.head_links(shop)}{options(shop, head.post)}
{head.tags}
</head>
<body class="{head.body_classes} jeg_toggle_light jnews jsc_normal wpb-js-composer vc_responsive">
<div class="jeg_viewport"><div class="jeg_header_wrapper"><div class="jeg_header normal">{furniture.top_bar(shop)}
<div class="jeg_mainmenu_wrap"><ul class="jeg_menu jeg_main_menu" data-animation="animate">{menu(shop)}</ul></div>
<div class="jeg_search_result jeg_search_hide with_result"><div class="search-noresult">No Result</div>
<div class="search-all-button">View All Result</div></div></div></div>
<div class="jeg_navbar_mobile_wrapper"><ul class="jeg_mobile_menu">{menu(shop)}</ul></div>
<div class="jeg_main"><div class="jeg_container">{main}</div></div>
<div class="jeg_footer jeg_footer_1 dark"><div class="jeg_footer_content"><div class="widget">
<h3>Category</h3>{category_widget(shop)}</div>{furniture.footer(shop)}<p>© Diplomatic Info, a replica</p></div></div></div>
</body></html>"""


def article(shop: Shop, post: Post, number: int, sidebar: Sequence[Post]) -> str:
    """Return page *number* of an article."""
    kinds = (
        f"wp-singular post-template-default single single-post postid-{post.id} single-format-standard "
        f"jeg_single_tpl_1"
    )
    if number > 1:
        kinds += f" paged-{number} single-paged-{number}"
    main = f"""<div class="jeg_content jeg_singlepage"><div class="container"><div class="row">
<div class="jeg_main_content col-md-8"><div class="jeg_inner_content">
{breadcrumb(shop, post)}
<div class="entry-header">{headlines(post)}
<div class="jeg_meta_container">{meta_line(shop, post)}</div></div>
{picture(shop, post) if number == 1 else ""}
<div class="jeg_share_top_container"><div class="jeg_share_button clearfix">{counters(post)}
{furniture.share_bar(shop, post)}</div></div>
<div class="entry-content no-share"><div class="content-inner {"" if post.spaces % 2 else " "}">
{content(shop, post, number, sidebar)}
{tags(shop, post)}
</div></div>
<div class="jnews_author_box_container"><div class="jeg_authorbox"><div class="jeg_author_content">
<h3 class="jeg_author_name">{post.authors[0]}</h3><p>Writes about the region.</p></div></div></div>
{furniture.after_article(shop, post, sidebar)}</div></div>
{sidebar_of(shop, sidebar)}</div></div></div>"""
    head = article_head(shop.wordpress, post, shop.origin)
    made = page(shop, Head(post.headline, head, kinds, post), main)
    return made.replace("</p>", "\x00</p>", 1) if post.has("nul") else made


def headlines(post: Post) -> str:
    standfirst = (
        f'<h2 class="jeg_post_subtitle">{escape(post.standfirst)}</h2>' if post.standfirst else ""
    )
    return f'<h1 class="jeg_post_title">{escape(post.headline)}</h1>{standfirst}'


def breadcrumb(shop: Shop, post: Post) -> str:
    term = shop.wordpress.terms[post.categories[0]]
    return (
        f'<div class="jeg_breadcrumbs jeg_breadcrumb_container"><div id="breadcrumbs">'
        f'<span class=""><a href="{shop.origin}/">Home</a></span><i class="fa fa-angle-right"></i>'
        f'<span class="breadcrumb_last_link"><a href="{shop.term_link(term)}">{escape(term.title)}</a>'
        f"</span></div></div>"
    )


def meta_line(shop: Shop, post: Post) -> str:
    """Return the line under the headline; traits hide parts of it."""
    author = date = category = ""
    if not post.hides("author"):
        named = " <span>and</span> ".join(
            f'<a href="{author_url(shop.origin, name)}">{escape(name)}</a>'
            for name in post.authors
        )
        author = (
            f'<div class="jeg_meta_author{" coauthor" if len(post.authors) > 1 else ""}">'
            f'<img alt="" src="{EMPTY_PICTURE}" class="avatar"><span class="meta_text">by</span>\n{named}</div>'
        )
    if not post.has("date_hidden") or post.has("no_machine_date"):
        date = (
            f'<div class="jeg_meta_date"><a href="{shop.link(post)}">{shop.date(post)}</a></div>'
        )
    if not post.hides("category"):
        links = '<span class="category-separator">, </span>'.join(
            f'<a href="{shop.term_link(term)}" rel="category tag">{escape(term.title)}</a>'
            for term in (shop.wordpress.terms[slug] for slug in post.categories)
        )
        category = f'<div class="jeg_meta_category"><span><span class="meta_text">in</span>\n{links}</span></div>'
    comments = f'<div class="jeg_meta_comment"><a href="{shop.link(post)}#comments"><i class="fa fa-comment-o"></i> {post.comments}</a></div>'
    return (
        f'<div class="jeg_post_meta jeg_post_meta_1"><div class="meta_left">{author}{date}{category}</div>'
        f'<div class="meta_right">{comments}</div></div>'
    )


def picture(shop: Shop, post: Post) -> str:
    if not post.image_path:
        return ""
    full = f"{shop.origin}{post.image_path}"
    lazy = (
        f'src="{EMPTY_PICTURE}" data-src="{full}"',
        f'src="data:image/svg+xml,%3Csvg%3E" data-lazy-src="{full}"',
        f'src="{full}"',
    )[post.id % 3]
    credit = f' <span class="jeg_image_credit">{escape(post.credit)}</span>' if post.credit else ""
    caption = (
        f'<p class="wp-caption-text">{escape(post.caption)}{credit}</p>' if post.caption else ""
    )
    return (
        f'<div class="jeg_featured featured_image"><a href="{full}"><div class="thumbnail-container animate-lazy">'
        f'<img {lazy} class="lazyload" alt="{escape(post.headline)}"></div>{caption}</a></div>'
    )


def counters(post: Post) -> str:
    return (
        f'<div class="jeg_share_stats"><div class="jeg_share_count"><div class="counts">{rounded(post.shares)}</div>'
        f'<span class="sharetext">SHARES</span></div><div class="jeg_views_count"><div class="counts">'
        f'{rounded(post.views)}</div><span class="sharetext">VIEWS</span></div></div>'
    )


def rounded(count: int) -> str:
    """Return a count as the theme prints it: 1500 is "1.5k"."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if count > size:
            return f"{count / size:.1f}".removesuffix(".0") + unit
    return str(count)


def content(shop: Shop, post: Post, number: int, others: Sequence[Post]) -> str:
    """Return the body's page with what theme and plugins put into it."""
    blocks: list[Block] = post.pages[number - 1]
    parts = [markup.PASSWORD_FORM] if post.is_protected else [block.html for block in blocks]
    random = shop.render
    for inserted in [*markup.advertisements(random), *random.sample(markup.JUNK, 3)]:
        parts.insert(random.randrange(len(parts) + 1), inserted)
    if post.has("related") and others:
        other = random.choice(others)
        parts.insert(len(parts) // 2, markup.related(other.headline, shop.link(other)))
    if post.small_print:
        parts.append(f'<div class="note" style="font-size: 80%">{post.small_print}</div>')
    if len(post.pages) > 1:
        parts.append(page_links(shop, post, number))
    return "\n".join(parts)


def page_links(shop: Shop, post: Post, number: int) -> str:
    link, count = shop.link(post), len(post.pages)
    following = f'<a class="page_nav next" href="{link}{number + 1}/"><span class="navtext">Next</span></a>'
    return (
        f'<div class="jeg_pagelinks jeg_pagination jeg_pagenav_1 jeg_alignleft"><span class="page_info">'
        f"Page {number} of {count}</span>{following if number < count else ''}</div>"
    )


def tags(shop: Shop, post: Post) -> str:
    links = "".join(
        f'<a href="{shop.origin}/tag/{tag.replace(" ", "-")}/" rel="tag">{tag}</a> '
        for tag in post.tags
    )
    return f'<div class="jeg_post_tags"><span>Tags:</span> {links}</div>' if links else ""


def sidebar_of(shop: Shop, posts: Sequence[Post]) -> str:
    """Return the sidebar, full of teasers that belong to no listing."""
    shown = "".join(teaser(shop, post, "jeg_pl_sm") for post in posts)
    popular = "".join(
        f'<li class="popularpost_item"><h3 class="jeg_post_title"><a href="{shop.link(post)}">'
        f"{escape(post.headline)}</a></h3><div class=popularpost_meta>0 shares</div></li>"
        for post in posts[:5]
    )
    return (
        f'<div class="jeg_sidebar jeg_sticky_sidebar col-md-4"><div class="widget widget_jnews_module_block_21">'
        f'<div class="jeg_postblock_21 jeg_postblock"><div class="jeg_posts">{shown}</div></div></div>'
        f'<div class="widget widget_jnews_popular"><ul class="popularpost_list">{popular}</ul></div>'
        f'<div class="widget widget_categories"><h3>Category</h3>{category_widget(shop)}</div></div>'
    )


def teaser(shop: Shop, post: Post, size: str, *, has_excerpt: bool = False) -> str:
    cut = " ".join(post.excerpt.split()[:20]) if has_excerpt else ""
    shown = f'<div class="jeg_post_excerpt"><p>{escape(cut)} ...</p></div>' if cut else ""
    badge = shop.wordpress.terms[post.categories[0]]
    return f"""<article class="jeg_post {size} format-standard">
<div class="jeg_thumb"><a href="{shop.link(post)}"><div class="thumbnail-container"><img src="{EMPTY_PICTURE}" alt=""></div></a>
<div class="jeg_post_category"><span><a href="{shop.term_link(badge)}" class="category-{badge.slug}">{escape(badge.title)}</a></span></div></div>
<div class="jeg_postblock_content"><h3 class="jeg_post_title"><a href="{shop.link(post)}">{escape(post.headline)}</a></h3>
<div class="jeg_post_meta"><div class="jeg_meta_author"><span class="by">by</span> <a href="{author_url(shop.origin, post.authors[0])}">{post.authors[0]}</a></div>
<div class="jeg_meta_date"><a href="{shop.link(post)}"><i class="fa fa-clock-o"></i> {shop.date(post)}</a></div></div>{shown}</div></article>"""


def hero_teaser(shop: Shop, post: Post | None, place: int) -> str:
    if post is None:
        return f'<article class="jeg_post jeg_hero_item_{place} jeg_hero_empty"><div class="jeg_block_container"></div></article>'
    return (
        f'<article class="jeg_post jeg_hero_item_{place} format-standard"><div class="jeg_block_container">'
        f'<div class="thumbnail-container thumbnail-background" data-src="{post.image_path}"></div>'
        f'<div class="jeg_postblock_content"><h2 class="jeg_post_title"><a href="{shop.link(post)}">'
        f'{escape(post.headline)}</a></h2><div class="jeg_post_meta"><div class="jeg_meta_date">'
        f'<a href="{shop.link(post)}"><i class="fa fa-clock-o"></i> {shop.date(post)}</a></div></div></div></div></article>'
    )


def hero(shop: Shop, posts: Sequence[Post]) -> str:
    slots = [*posts, None, None, None, None][:4]
    shown = "".join(hero_teaser(shop, post, place) for place, post in enumerate(slots, 1))
    return f'<div class="jeg_heroblock jeg_heroblock_1 jeg_hero_style_1"><div class="jeg_heroblock_wrapper">{shown}</div></div>'


def listing(shop: Shop, shown: Listing) -> str:
    """Return a page of a category: header, hero, list, and a sidebar full of others."""
    term = shown.term
    kinds = f"archive category category-{term.slug} category-{term.id}"
    if shown.number > 1:
        kinds += f" paged paged-{shown.number} category-paged-{shown.number}"
    main = f"""<div class="jeg_content"><div class="jnews_category_header_top"></div>
<div class="jeg_section"><div class="container"><div class="jnews_category_hero_container">{hero(shop, shown.hero) if shop.has_hero else ""}</div>
<div class="jeg_cat_content row"><div class="jeg_main_content jeg_column col-sm-8"><div class="jeg_inner_content">
<div class="jnews_category_header_bottom"><div class="jeg_cat_header jeg_cat_header_1"><h1 class="jeg_cat_title">{escape(term.title)}</h1></div></div>
<div class="jnews_category_content_wrapper">{block(shop, shown)}</div></div></div>
{sidebar_of(shop, shown.sidebar)}</div></div></div></div>"""
    return page(shop, Head(term.title, listing_head(shop, shown), kinds), main)


def listing_head(shop: Shop, shown: Listing) -> str:
    return f'<link rel="canonical" href="{shop.page_link(shown.term, shown.number)}" />'


def block(shop: Shop, shown: Listing) -> str:
    """Return the list, in the pagination mode that the theme is set to."""
    mode = {"nav": "nav_1"}.get(shop.pagination, shop.pagination)
    key = shop.unique()
    members = "".join(
        teaser(shop, post, "jeg_pl_lg_2", has_excerpt=True) for post in shown.members
    )
    inner = members or '<div class="jeg_empty_module">No Content Available</div>'
    return (
        f'<div class="jeg_postblock_5 jeg_postblock jeg_module_hook jeg_pagination_{mode} jeg_col_2o3 jnews_module_{shown.term.id}_0_{key}">'
        f'<div class="jeg_block_container"><div class="jeg_posts jeg_load_more_flag">{inner}</div></div>'
        f'<div class="jeg_block_navigation">{navigation(shop, shown)}</div>'
        f'<script>var jnews_module_{shown.term.id}_0_{key} = {{"number_post":"{shop.page_size}"}};</script></div>'
    )


def navigation(shop: Shop, shown: Listing) -> str:
    if shop.pagination == "loadmore":
        return '<div class="jeg_block_loadmore"><a href="#" class="" data-load="Load More">Load More</a></div>'
    if shop.pagination == "nextprev":
        return '<div class="jeg_block_nav"><a href="#" class="prev disabled">Prev</a><a href="#" class="next">Next</a></div>'
    if shown.count < 2:
        return ""
    number, term = shown.number, shown.term
    before = f'<a class="page_nav prev" data-id="{number - 1}" href="{shop.page_link(term, number - 1)}">Prev</a>'
    after = f'<a class="page_nav next" data-id="{number + 1}" href="{shop.page_link(term, number + 1)}">Next</a>'
    return (
        f'<div class="jeg_navigation jeg_pagination jeg_pagenav_1 jeg_aligncenter no_navtext">'
        f'<span class="page_info">Page {number} of {shown.count}</span>{before if number > 1 else ""}'
        f'<span class="page_number active">{number}</span>{after if number < shown.count else ""}</div>'
    )


def not_found(shop: Shop, posts: Sequence[Post]) -> str:
    """Return the theme's 404 page, with ten teasers on it."""
    shown = "".join(teaser(shop, post, "jeg_pl_md_1") for post in posts[:10])
    main = (
        '<div class="jeg_content"><div class="container"><div class="jeg_main_content"><div class="jeg_archive_header">'
        '<h1 class="jeg_archive_title">Page Not Found</h1></div><div class="jnews_404_content_wrapper">'
        f'<div class="jeg_postblock_23 jeg_postblock">{shown}</div></div></div></div></div>'
    )
    head = Head("Page not found", '<meta name="robots" content="noindex, follow">', "error404")
    return page(shop, head, main)


def home(shop: Shop, posts: Sequence[Post]) -> str:
    shown = "".join(teaser(shop, post, "jeg_pl_md_1") for post in posts[:20])
    main = f'<div class="jeg_content"><div class="jeg_vc_content"><div class="jeg_postblock_23 jeg_postblock jeg_pagination_loadmore">{shown}</div></div></div>'
    canonical = f'<link rel="canonical" href="{shop.origin}/" />'
    return page(shop, Head("Home", canonical, "home blog page-template"), main)
