"""JNews, the theme of the site: all that only JNews prints.

Versions 6 to 11 print articles alike (captures of 2020 to 2024).
"""

from diplonews.pages.roles import RoleNames
from diplonews.pages.themes.layout import ArticleLayout, ListingLayout, SplitNames, Theme

# JNews's own plugin for split articles. Its three modes show one part a page, or all of them.
SPLIT = SplitNames(
    frame=".split-container",
    part_frame=".split-wrapper",
    title=".current_title",
    number=".pagenum",
    menu=".jeg_splitpost_nav",
)
ARTICLE = ArticleLayout(
    name="jnews",
    # The custom (Elementor) templates print the headline twice, for wide and narrow screens.
    headline="h1.jeg_post_title",
    content=".content-inner",
    standfirst="h2.jeg_post_subtitle",
    # They print the same meta line, too, in a wrapper of their own.
    meta_line=".jeg_meta_container, .jeg_custom_meta_wrapper",
    byline=".jeg_meta_author",
    authors=(".jeg_meta_author a",),
    date=".jeg_meta_date",
    prints_modified=True,  # by default, if it was changed on a later day
    categories=".jeg_meta_category a",
    comments=".jeg_meta_comment a",
    breadcrumb="#breadcrumbs a",
    tags='.jeg_post_tags a[rel="tag"]',
    figure=".jeg_featured",
    image="a:has(img)",  # a caption may have links too
    film="[data-type][data-src]",  # for its script
    caption=".wp-caption-text",
    credit=".jeg_image_credit, .credit",
    shares=".jeg_share_stats .jeg_share_count .counts",
    views=".jeg_share_stats .jeg_views_count .counts",
    next_page=".jeg_pagelinks a.page_nav.next:not(.disabled)",
    split_frame=SPLIT.frame,
    all_pages=SPLIT.part_frame,
)

TITLE = "h1.jeg_cat_title, h1.jeg_archive_title, h1.page-title"
LINK = ".jeg_post_title a"
EXCERPT = ".jeg_post_excerpt p"
DATE = ".jeg_meta_date"
PAGE_INFO = ".jeg_navigation .page_info"
HERO_BLOCK = ".jeg_heroblock"
SCRIPTED = frozenset({
    "jeg_pagination_nextprev", "jeg_pagination_loadmore", "jeg_pagination_scrollload",
})  # fmt: skip
ELSEWHERE = frozenset({"jeg_sidebar", "widget", "widget-area", "jeg_footer", "jeg_sidefeed"})
PLACEHOLDER = "jeg_hero_empty"


def _listing(wrapper: str) -> ListingLayout:
    return ListingLayout(
        name="jnews",
        signature=wrapper,
        title=TITLE,
        hero=".jnews_category_hero_container article.jeg_post",
        hero_repeats=True,
        hero_block=HERO_BLOCK,
        members=f"{wrapper} article.jeg_post",
        link=LINK,
        excerpt=EXCERPT,
        date=DATE,
        next_page=f"{wrapper} .jeg_navigation a.page_nav.next",
        page_info=PAGE_INFO,
        empty=f"{wrapper} .jeg_empty_module",
        scripted=SCRIPTED,
        elsewhere=ELSEWHERE,
        placeholder=PLACEHOLDER,
    )


# Templates made with a page builder: hero and list are parts of one query, so the hero
# moves on with the pages. An empty category prints nothing at all.
CUSTOM_LISTING = ListingLayout(
    name="jnews-custom",
    signature=".custom_category_template, .custom_archive_template",
    title=TITLE,
    hero=".jeg_content .jeg_heroblock article.jeg_post",
    hero_block=HERO_BLOCK,
    members=".jeg_content .jeg_postblock article.jeg_post",
    link=LINK,
    excerpt=EXCERPT,
    date=DATE,
    next_page=".jeg_content .jeg_navigation a.page_nav.next",
    navigation=".jeg_content .jeg_navigation",
    page_info=PAGE_INFO,
    blocks=frozenset({"jeg_heroblock", "jeg_postblock"}),
    empty=".custom_category_template, .custom_archive_template",
    scripted=SCRIPTED,
    elsewhere=ELSEWHERE,
    placeholder=PLACEHOLDER,
)

JNEWS = Theme(
    name="jnews",
    folder="jnews",
    articles=(ARTICLE,),
    listings=(
        _listing(".jnews_category_content_wrapper"),
        _listing(".jnews_archive_content_wrapper"),  # tags
        _listing(".jnews_author_content_wrapper"),
        CUSTOM_LISTING,
    ),
    roles=RoleNames(
        # Advertisements, related articles, tags, page links, share buttons, the author box,
        # and the menus and numbers of its plugin for split articles.
        junk=(
            "jeg_ad", "jeg_authorbox", "jeg_bottomnav", "jeg_pagelinks", "jeg_post_tags",
            "jeg_meta_reading_time", "jeg_split_pagination", "jeg_splitpost_nav",
            "jeg_views_count", "jnews_author_box_container", "jnews_prev_next_container",
            "pagenum", "split-overlay",
        ),
        junk_stems=(
            "jeg_share", "jeg_postblock", "jnews_content_inline", "jnews_inline",
        ),
        caption=("featured_caption",),
        source=("jeg_post_source", "jeg_post_via"),
        split_bar=("jeg_splitpost_bar",),
        split_part=("split-wrapper",),
    ),
    credit=".jeg_image_credit",
    footer=".jeg_footer",
    split=SPLIT,
)  # fmt: skip
