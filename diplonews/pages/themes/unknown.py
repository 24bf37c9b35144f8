"""A theme that nobody described: what WordPress and HTML themselves say, in whatever theme.

Its articles have no headline and no content by name: ``unknown_article.py`` looks for them.
"""

from diplonews.items import UNKNOWN_LAYOUT
from diplonews.pages.themes.layout import ArticleLayout
from diplonews.pages.themes.stock import AUTHORS, DATE, MODIFIED

UNKNOWN = ArticleLayout(
    name=UNKNOWN_LAYOUT,
    authors=AUTHORS,
    date=DATE,
    modified=MODIFIED,
    categories='a[rel~="category"]',
    tags='a[rel="tag"]',
    all_pages=".split-wrapper",  # of JNews's plugin for split articles
    has_numbered_pages=True,
)
