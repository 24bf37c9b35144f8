"""An unknown theme: what WordPress and HTML themselves say, in any theme.

No selector finds its headline and content: ``unknown_article.py`` looks for them, after the
elements below, which are never an article's, were removed.
"""

import re

from diplonews.items import UNKNOWN_LAYOUT
from diplonews.pages.themes.layout import ArticleLayout
from diplonews.pages.themes.stock import AUTHORS, DATE, MODIFIED, STRANGERS

UNKNOWN = ArticleLayout(
    name=UNKNOWN_LAYOUT,
    authors=AUTHORS,
    date=DATE,
    modified=MODIFIED,
    strangers=STRANGERS,
    categories='a[rel~="category"]',
    tags='a[rel="tag"]',
    all_pages=".split-wrapper",  # of JNews's plugin for split articles
    has_numbered_pages=True,
)

# Elements around an article that never hold its words: by HTML's own names, and by names that
# nearly all themes use.
AROUND = (
    "nav, aside, footer, dialog, template, [hidden], [role=navigation], [role=complementary], "
    "[role=contentinfo], [role=search], [aria-modal=true], "
    ".comments-area, .comment-list, .commentlist, .comment-respond"
)
UNSEEN = (
    '[style*="display:none" i], [style*="display: none" i], [style*="visibility:hidden" i], '
    '[style*="visibility: hidden" i], .sr-only, .visually-hidden, .screen-reader-text'
)
# Classes and ids that are one of these words.
NAMES_AROUND = frozenset({
    "about", "about-site", "about-us", "advertisement", "author-bio", "author-box", "breadcrumb",
    "breadcrumbs", "comments", "cookie", "cookie-notice", "cookies", "copyright", "donate",
    "donation", "footer", "imprint", "legal", "masthead", "membership", "menu", "more-stories",
    "most-read", "nav", "navbar", "navigation", "newsletter", "newsletter-signup", "partners",
    "popular", "popular-posts", "promo", "recommended", "related", "related-articles",
    "related-posts", "related-stories", "share", "sharing", "sidebar", "social", "sponsor",
    "sponsors", "subscribe", "subscription", "support-us", "trending",
})  # fmt: skip
# Ids of WordPress and of a plugin for comments, beside those.
IDS_AROUND = NAMES_AROUND | {"respond", "disqus_thread"}
# How WordPress and schema.org mark an article.
ARTICLE_CLASSES = frozenset({"hentry", "type-post"})
ARTICLE_ITEM = (
    '[itemtype$="/Article"], [itemtype$="/NewsArticle"], [itemtype$="/BlogPosting"], '
    '[itemtype$="/ReportageNewsArticle"], [itemtype$="/AnalysisNewsArticle"]'
)

# Elements with links to articles that every page of a site repeats.
LISTED_AROUND = "nav, aside, footer, [role=navigation], [role=complementary], .widget"
NO_MEMBERS = '#secondary, #sidebar, #footer, #colophon, [hidden], [class*="mega" i]'
WORDS_AROUND = re.compile(
    r"""
    ^(?:[a-z]+[-_])?
    (?: sidebar | sidefeed | footer | topbar | navbar | megamenu | mainmenu | newsticker | ticker
        | breadcrumbs? | offcanvas | trending | popular | related
    )
    (?: [-_]
        (?:area|wrapper|inner|container|posts|block|widget|sticky|content|\d+)
    )*$
    | ^(?:sub-)?menu(?:-item.*)?$
    | ^widget[-_]area$
    | ^widgets?$
    """,
    re.VERBOSE,
)
# Classes that WordPress gives to each post. They say which post it is, and nothing about lists.
NAMES_OF_POST = re.compile(
    r"""
    ^(?:post|page|category|tag|format|status|type|author|has|sticky|hentry|entry|post_format)
    (?:-.*|_.*)?$
    | ^(?:first|last|odd|even|alt|alternate|active|current|clearfix)$
    | .*[-_]\d+$
    """,
    re.VERBOSE,
)
NOTHING_FOUND = ".no-results, .not-found, .no-posts, .no-posts-found, .nothing-found, .no-articles"
