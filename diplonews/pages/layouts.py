"""Selectors, by layout: how a theme prints an article.

A layout is tried after the other; the first whose headline and content are there is read.
When the theme changes, add one and say from when: captured pages still have the old one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Where an article page prints what. Empty: this layout does not print it."""

    name: str
    source: str  # what read_from says of values read by these selectors
    headline: str
    content: str
    standfirst: str
    meta_line: str  # where byline, date, categories and comments stand; empty: anywhere
    byline: str
    authors: str
    date: str
    modified: str
    categories: str
    comments: str
    breadcrumb: str
    tags: str
    figure: str  # where image, caption and credit stand
    image: str
    caption: str
    credit: str
    stats: str  # where shares and views stand
    shares: str
    views: str
    next_page: str
    all_pages: str  # more than one: a split article's pages are all there, shown one by one


# The site's theme. Versions 6 to 11 print articles alike (captures of 2020 to 2024).
JNEWS = Layout(
    name="jnews",
    source="theme",
    headline="h1.jeg_post_title",
    content=".content-inner",
    standfirst="h2.jeg_post_subtitle",
    # The custom (Elementor) templates print the same meta line in a wrapper of their own.
    meta_line=".jeg_meta_container, .jeg_custom_meta_wrapper",
    byline=".jeg_meta_author",
    authors=".jeg_meta_author a",
    date=".jeg_meta_date",
    modified="",
    categories=".jeg_meta_category a",
    comments=".jeg_meta_comment a",
    breadcrumb="#breadcrumbs a",
    tags='.jeg_post_tags a[rel="tag"]',
    figure=".jeg_featured",
    image="a:has(img)",  # a caption may have links too
    caption=".wp-caption-text",
    credit=".jeg_image_credit, .credit",
    stats=".jeg_share_stats",
    shares=".jeg_share_count .counts",
    views=".jeg_views_count .counts",
    next_page=".jeg_pagelinks a.page_nav.next:not(.disabled)",
    all_pages=".split-wrapper",  # of JNews's own plugin for split articles
)

# What WordPress's own themes print, and most others: what is left when the theme changed.
STOCK = Layout(
    name="stock",
    source="fallback",
    headline="h1.entry-title",
    content=".entry-content",
    standfirst="",
    meta_line="",
    byline=".byline",
    authors=".byline a",
    date="time.entry-date",
    modified="time.updated",
    categories=".cat-links a",
    comments=".comments-link a",
    breadcrumb="",
    tags=".tags-links a",
    figure=".post-thumbnail",
    image="",
    caption="figcaption, .wp-caption-text",
    credit="",
    stats="",
    shares="",
    views="",
    next_page=".page-links .current + a",
    all_pages=".split-wrapper",
)

LAYOUTS = (JNEWS, STOCK)
