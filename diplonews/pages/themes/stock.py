"""WordPress's own themes and their kin: what is left when a site changed its theme.

Most themes print an article by these names. What it leaves open is taken from what the page
tells machines, and a run that reads by it is degraded.
"""

from diplonews.items import STOCK_LAYOUT
from diplonews.pages.roles import RoleNames
from diplonews.pages.themes.layout import ArticleLayout, ListingLayout, Theme

ELSEWHERE = frozenset({"widget", "widget-area"})

# The byline's own links before any other author on the page: a box about the author may name
# the editor who posted, and a widget may name everybody.
AUTHORS = (
    ".byline a[rel~=author]",
    ".byline .author a, .byline .author .fn",
    ".byline a",
    ".entry-meta a[rel~=author], .post-meta a[rel~=author], .entry-meta .author a",
    ".entry-author a, .post-author a, .posted-by a, .author.vcard a, .author.vcard .fn",
    ".entry-author, .post-author .name, .author-name",
    "a[rel~=author]",
)
DATE = (
    "time.entry-date, time.published, abbr.published, .entry-date, .posted-on time, .post-date, "
    ".entry-meta time:not(.updated), time[datetime]:not(.updated), .published"
)
MODIFIED = "time.updated, abbr.updated, .updated"

STOCK = Theme(
    name="stock",
    articles=(
        ArticleLayout(
            name=STOCK_LAYOUT,
            headline="h1.entry-title",
            content=".entry-content",
            byline=".byline",
            authors=AUTHORS,
            date=DATE,
            modified=MODIFIED,
            categories=".cat-links a",
            comments=".comments-link a",
            tags=".tags-links a",
            figure=".post-thumbnail",
            caption="figcaption, .wp-caption-text",
            next_page=".page-links .current + a",
            all_pages=".split-wrapper",  # of JNews's plugin for split articles
        ),
    ),
    listings=(
        ListingLayout(
            name=STOCK_LAYOUT,
            mark="main article .entry-title a",
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
            mark="main .no-results",
            title="h1.page-title",
            empty="main .no-results",
        ),
    ),
    roles=RoleNames(junk=("page-links", "tags-links")),
    footer=".site-footer",
)
