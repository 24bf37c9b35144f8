"""WordPress's own themes and similar ones: they are tried when the site has changed its theme.

Most themes use these class names. Other values come from the page's data for machines. A run that
reads by this theme is degraded.
"""

from diplonews.items import STOCK_LAYOUT
from diplonews.pages.roles import RoleNames
from diplonews.pages.themes.layout import ArticleLayout, ListingLayout, Theme

ELSEWHERE = frozenset({"widget", "widget-area"})

# The byline's own links before any other author on the page: a box about the author may name
# the editor who posted, and a widget may name everybody.
AUTHORS = (
    ".byline a[rel~=author]",
    ".byline .author a",
    ".byline .author .fn",
    ".byline a",
    ".entry-meta a[rel~=author], .post-meta a[rel~=author], .entry-meta .author a",
    ".entry-author a, .post-author a, .posted-by a, .author.vcard a, .td-post-author-name a, "
    "a.tdb-author-name, .wp-block-post-author-name a",
    ".author.vcard .fn",
    ".wp-block-post-author-name, .wp-block-post-author__name, .entry-author, .post-author .name, "
    ".author-name",
    "a[rel~=author]",
)
DATE = (
    "time.entry-date, time.published, abbr.published, .entry-date, .posted-on time:not(.updated), "
    ".post-date, .meta-date, .entry-meta time:not(.updated), time[datetime]:not(.updated), "
    ".published"
)
# Newspaper gives the class "updated" to its dates of publication.
MODIFIED = (
    "time.updated:not(.td-module-date), abbr.updated, .updated:not(time), .meta-mod-date, "
    ".wp-block-post-date__modified-date"
)
# Around the names and dates of other articles, of comments, and of what every page repeats.
STRANGERS = (
    "nav, aside, .widget, .widget-area, .wp-block-query, .wp-block-latest-posts, #comments, "
    '.comment-list, .commentlist, [class*="related"], [id*="related"], .td_block_wrap'
)

STOCK = Theme(
    name="stock",
    articles=(
        ArticleLayout(
            name=STOCK_LAYOUT,
            headline="h1.entry-title, h1.wp-block-post-title, h2.single-post-title",
            content=".entry-content",
            byline=".byline",
            authors=AUTHORS,
            date=DATE,
            modified=MODIFIED,
            strangers=STRANGERS,
            categories=".cat-links a, .taxonomy-category a",
            comments=".comments-link a",
            tags=".tags-links a, .taxonomy-post_tag a",
            figure=".post-thumbnail",
            caption="figcaption, .wp-caption-text",
            next_page=".page-links .current + a",
            all_pages=".split-wrapper",  # of JNews's plugin for split articles
        ),
    ),
    listings=(
        ListingLayout(
            name=STOCK_LAYOUT,
            signature="main article .entry-title a",
            title="h1.page-title",
            members="main article",
            link=".entry-title a",
            excerpt=".entry-summary, .entry-content p",
            date="time.entry-date",
            next_page=".nav-links a.next, .nav-previous a",
            elsewhere=ELSEWHERE,
        ),
        ListingLayout(
            name=STOCK_LAYOUT,
            signature="main .no-results",
            title="h1.page-title",
            empty="main .no-results",
        ),
    ),
    roles=RoleNames(junk=("page-links", "tags-links")),
    footer=".site-footer",
)
