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
    byline: str
    authors: str
    date: str
    modified: str
    categories: str
    breadcrumb: str
    tags: str
    image: str
    caption: str
    credit: str
    shares: str
    views: str
    comments: str
    next_page: str


def _in_meta(css: str) -> str:
    # The custom (Elementor) templates print the same meta line in a wrapper of their own.
    return f".jeg_meta_container {css}, .jeg_custom_meta_wrapper {css}"


# The site's theme. Versions 6 to 11 print articles alike (captures of 2020 to 2024).
JNEWS = Layout(
    name="jnews",
    source="theme",
    headline="h1.jeg_post_title",
    content=".content-inner",
    standfirst="h2.jeg_post_subtitle",
    byline=_in_meta(".jeg_meta_author"),
    authors=_in_meta(".jeg_meta_author a"),
    date=_in_meta(".jeg_meta_date"),
    modified="",
    categories=_in_meta(".jeg_meta_category a"),
    breadcrumb="#breadcrumbs a",
    tags='.jeg_post_tags a[rel="tag"]',
    image=".jeg_featured a",
    caption=".jeg_featured .wp-caption-text",
    credit=".jeg_featured .jeg_image_credit, .jeg_featured .credit",
    shares=".jeg_share_stats .jeg_share_count .counts",
    views=".jeg_share_stats .jeg_views_count .counts",
    comments=_in_meta(".jeg_meta_comment a"),
    next_page=".jeg_pagelinks a.page_nav.next",
)

# What WordPress's own themes print, and most others: what is left when the theme changed.
STOCK = Layout(
    name="stock",
    source="fallback",
    headline="h1.entry-title",
    content=".entry-content",
    standfirst="",
    byline=".byline",
    authors=".byline a",
    date="time.entry-date",
    modified="time.updated",
    categories=".cat-links a",
    breadcrumb="",
    tags=".tags-links a",
    image="",
    caption=".post-thumbnail figcaption, .post-thumbnail .wp-caption-text",
    credit="",
    shares="",
    views="",
    comments=".comments-link a",
    next_page=".page-links .current + a",
)

LAYOUTS = (JNEWS, STOCK)
