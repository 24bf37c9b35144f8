"""What JNews prints around the article, which is most of a page.

Captured article pages have 1,900 to 3,400 nodes, of which the content has some eighty
(2026-11-23). Half of the elements are menus, share buttons, other articles and forms.
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from diplonews.demo.posts import Post
from diplonews.demo.themes.post_view import Shop, menu

NETWORKS = ("facebook", "twitter", "whatsapp", "linkedin", "pinterest", "telegram", "email")
STYLES = ("parent", "elementor", "block-library", "fonts", "icons", "social", "split", "reaction")
SCRIPTS = ("jquery", "migrate", "theme", "sticky", "lazy", "comments", "counter", "share")


def head_links(shop: Shop) -> str:
    """Return the links, scripts and metas that say nothing of the article."""
    themes = f"{shop.origin}/wp-content/themes/jnews/assets"
    hosts = "".join(
        f"<link rel='dns-prefetch' href='//{name}.example' />\n<link rel='preconnect' href='//{name}.example' />\n"
        for name in ("fonts", "stats", "static", "ads")
    )
    styles = "".join(
        f"<link rel='stylesheet' id='{name}-css' href='{themes}/css/{name}.css?ver=11.6.6' type='text/css' media='all' />\n"
        for name in STYLES
    )
    scripts = "".join(
        f'<script type="text/javascript" src="{themes}/js/{name}.js?ver=11.6.6" id="{name}-js"></script>\n'
        for name in SCRIPTS
    )
    icons = "".join(
        f'<link rel="icon" href="{themes}/icon-{size}.png" sizes="{size}x{size}" />\n<meta name="icon-{size}" content="{themes}/icon-{size}.png" />\n'
        for size in (32, 150, 180, 192, 270)
    )
    return (
        f'{hosts}{styles}{scripts}{icons}<meta name="generator" content="WordPress 6.7.2" />\n'
        f'<meta name="generator" content="Powered by WPBakery Page Builder." />\n'
        f'<link rel="EditURI" type="application/rsd+xml" title="RSD" href="{shop.origin}/xmlrpc.php?rsd" />\n'
    )


def social_icons() -> str:
    links = "".join(
        f'<a href="https://{name}.example/replica" target="_blank" rel="nofollow" class="jeg_{name}"><i class="fa fa-{name}"></i> <span>{name.title()}</span></a>\n'
        for name in NETWORKS
    )
    return f'<div class="jeg_social_icon_block socials_widget nobg">{links}</div>'


def top_bar(shop: Shop) -> str:
    """Return what is above the menu, and the drawer that small screens show instead."""
    form = (
        f'<form action="{shop.origin}/" method="get" class="jeg_search_form" target="_top">'
        '<input name="s" class="jeg_search_input" placeholder="Search..." type="text">'
        '<button aria-label="Search" type="submit" class="jeg_search_button btn"><i class="fa fa-search"></i></button></form>'
    )
    return (
        f'<div class="jeg_topbar jeg_container"><div class="jeg_nav_row"><div class="jeg_nav_col jeg_nav_left">'
        f'<div class="jeg_nav_item jeg_top_date">Monday, November 23</div></div>'
        f'<div class="jeg_nav_col jeg_nav_right">{social_icons()}{form}</div></div></div>'
        f'<div id="jeg_off_canvas" class="normal"><div class="jeg_bg_overlay"></div>'
        f'<div class="jeg_mobile_wrapper">{form}<ul class="jeg_mobile_menu sf-js-hover">{menu(shop)}</ul>'
        f'<div class="item_wrap">{social_icons()}</div></div></div>'
    )


def share_bar(shop: Shop, post: Post) -> str:
    """Return the share buttons, those shown at first and those behind a plus sign."""
    link = quote(shop.link(post), safe="")
    buttons = [
        f'<a href="https://{name}.example/share?u={link}" rel="nofollow" aria-label="Share on {name.title()}" '
        f'class="jeg_btn-{name} expanded"><i class="fa fa-{name}"></i><span>Share on {name.title()}</span></a>\n'
        for name in NETWORKS
    ]
    return (
        f'<div class="jeg_sharelist"><div class="jeg_share_button share-float clearfix">{"".join(buttons[:3])}'
        f'<div class="share-secondary">{"".join(buttons[3:])}</div>'
        f'<a href="#" class="jeg_btn-toggle"><i class="fa fa-share"></i></a></div></div>'
    )


def after_article(shop: Shop, post: Post, others: Sequence[Post]) -> str:
    """Return what follows an article: its neighbours, others like it, and the comment form."""
    before, after = (others[0], others[-1]) if others else (post, post)
    related = "".join(
        f'<article class="jeg_post jeg_pl_md_5 format-standard"><div class="jeg_thumb"><a href="{shop.link(other)}">'
        f'<div class="thumbnail-container animate-lazy size-715"><img src="" alt=""></div></a>'
        f'<div class="jeg_post_category"><span><a href="{shop.origin}/" class="category-x">News</a></span></div></div>'
        f'<div class="jeg_postblock_content"><h3 class="jeg_post_title"><a href="{shop.link(other)}">{escape(other.headline)}</a></h3>'
        f'<div class="jeg_post_meta"><div class="jeg_meta_author"><span class="by">by</span> <a href="{shop.origin}/">{other.authors[0]}</a></div>'
        f'<div class="jeg_meta_date"><a href="{shop.link(other)}"><i class="fa fa-clock-o"></i> {shop.date(other)}</a></div>'
        f'<div class="jeg_meta_comment"><a href="{shop.link(other)}#respond"><i class="fa fa-comment-o"></i> 0 </a></div></div></div></article>'
        for other in others[:6]
    )
    fields = "".join(
        f'<p class="comment-form-{name}"><label for="{name}">{name.title()}<span class="required">*</span></label>'
        f'<input type="text" name="{name}" value="" size="22"></p>'
        for name in ("author", "email", "url")
    )
    return f"""<div class="jeg_share_bottom_container">{share_bar(shop, post)}</div>
<div class="jnews_prev_next_container"><div class="jeg_prevnext_post">
<a href="{shop.link(before)}" class="post prev-post"><span class="caption">Previous Post</span><h3 class="post-title">{escape(before.headline)}</h3></a>
<a href="{shop.link(after)}" class="post next-post"><span class="caption">Next Post</span><h3 class="post-title">{escape(after.headline)}</h3></a></div></div>
<div class="jnews_related_post_container"><div class="jeg_postblock_22 jeg_postblock jeg_module_hook jeg_pagination_nextprev jeg_col_2o3">
<div class="jeg_block_heading jeg_block_heading_6"><h3 class="jeg_block_title"><span>Related<strong>Posts</strong></span></h3></div>
<div class="jeg_block_container"><div class="jeg_posts_wrap"><div class="jeg_posts jeg_load_more_flag">{related}</div></div></div>
<div class="jeg_block_navigation"><div class="navigation_overlay"><div class="module-preloader jeg_preloader"><span></span><span></span><span></span></div></div>
<div class="jeg_block_nav"><a href="#" class="prev disabled" title="Previous"><i class="fa fa-angle-left"></i></a><a href="#" class="next" title="Next"><i class="fa fa-angle-right"></i></a></div></div></div></div>
<div class="jnews_popup_post_container"><section class="jeg_popup_post"><span class="caption">Next Post</span>
<div class="jeg_popup_content"><div class="jeg_thumb"><a href="{shop.link(after)}"></a></div><h3 class="post-title"><a href="{shop.link(after)}">{escape(after.headline)}</a></h3></div>
<a href="#" class="jeg_popup_close"><i class="fa fa-close"></i></a></section></div>
<div class="jnews_comment_container"><div id="respond" class="comment-respond"><h3 id="reply-title" class="comment-reply-title">Leave a Reply
<small><a rel="nofollow" href="#respond">Cancel reply</a></small></h3><form action="{shop.origin}/wp-comments-post.php" method="post" class="comment-form">
<p class="comment-notes">Your address is not shown. <span class="required">*</span></p>
<p class="comment-form-comment"><label for="comment">Comment</label><textarea name="comment" cols="45" rows="8"></textarea></p>{fields}
<p class="form-submit"><input name="submit" type="submit" value="Post Comment"><input type="hidden" name="comment_post_ID" value="{post.id}"></p></form></div></div>"""


def footer(shop: Shop) -> str:
    links = "".join(
        f'<li class="menu-item menu-item-type-post_type"><a href="{shop.origin}/{name}/">{name.title()}</a></li>'
        for name in ("about", "advertise", "privacy", "contact")
    )
    return (
        f'<div class="footer_widget widget_jnews_about"><div class="jeg_about"><a class="footer_logo" href="{shop.origin}/">'
        f"<img src='' alt=''></a><p>News of West Africa’s diplomacy, in a replica.</p></div>{social_icons()}</div>"
        f'<div class="jeg_footer_bottom"><ul class="jeg_menu_footer">{links}</ul></div>'
    )
