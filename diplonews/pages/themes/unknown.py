"""A theme that nobody described: what WordPress and HTML themselves say, in whatever theme.

Its articles have no headline and no content by name: ``unknown_article.py`` looks for them, on a
page without what stands here as no article's.
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

# What is shown around an article and is never its words: by HTML's own names, and by those that
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
# Classes and ids that say it in a word of their own.
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
# How WordPress, and HTML, say that a whole article is inside.
ARTICLE_CLASSES = frozenset({"hentry", "type-post"})
ARTICLE_ITEM = (
    '[itemtype$="/Article"], [itemtype$="/NewsArticle"], [itemtype$="/BlogPosting"], '
    '[itemtype$="/ReportageNewsArticle"], [itemtype$="/AnalysisNewsArticle"]'
)

# What every page of a site repeats, with links to articles in it.
LISTED_AROUND = "nav, aside, footer, [role=navigation], [role=complementary], .widget"
NO_MEMBERS = '#secondary, #sidebar, #footer, #colophon, [hidden], [class*="mega" i]'
WORDS_AROUND = re.compile(
    r"^(?:[a-z]+[-_])?(?:sidebar|sidefeed|footer|topbar|navbar|megamenu|mainmenu|newsticker|ticker"
    r"|breadcrumbs?|offcanvas|trending|popular|related)(?:[-_](?:area|wrapper|inner|container|posts"
    r"|block|widget|sticky|content|\d+))*$|^(?:sub-)?menu(?:-item.*)?$|^widget[-_]area$|^widgets?$"
)
# Classes that WordPress gives to each post, and so tell posts apart, not lists.
NAMES_OF_POST = re.compile(
    r"^(?:post|page|category|tag|format|status|type|author|has|sticky|hentry|entry|post_format)"
    r"(?:-.*|_.*)?$|^(?:first|last|odd|even|alt|alternate|active|current|clearfix)$|.*[-_]\d+$"
)
NOTHING_FOUND = ".no-results, .not-found, .no-posts, .no-posts-found, .nothing-found, .no-articles"
