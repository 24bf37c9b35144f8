"""What an element of a body is for, by its tag and by the classes that themes and plugins give.

Observed on captured pages, 2026-11-22, and in the markup of WordPress and JNews.
"""

from functools import lru_cache

_TAGS = {
    "heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "row": ("tr",),
    "frame": ("figure",),
    "block": (
        "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl",
        "dt", "footer", "header", "li", "main", "ol", "p", "pre", "section", "summary", "table",
        "tbody", "td", "tfoot", "th", "thead", "ul",
    ),
    # What is not shown, or is asked of the reader.
    "wordless": (
        "-comment", "_comment", "button", "canvas", "input", "map", "nav", "script", "select",
        "style", "svg", "template", "textarea",
    ),
    "form": ("form",),
    "image": ("img",),
    "unscripted": ("noscript",),
    "embed": ("audio", "embed", "iframe", "object", "video"),
    "caption": ("figcaption",),
}  # fmt: skip
ROLE_OF_TAG = {tag: role for role, tags in _TAGS.items() for tag in tags}

_CLASSES = {
    # JNews's advertisements, related articles, tags, page links, share buttons and author
    # box, and the bars of its plugin for split articles; Ad Inserter; Banner Ads Pro;
    # Molongui's author box; rating stars.
    "junk": (
        "addtoany_share_save_container", "bsaProContainerNew", "code-block", "jeg_ad",
        "jeg_authorbox", "jeg_bottomnav", "jeg_pagelinks", "jeg_post_tags",
        "jeg_split_pagination", "jnews_author_box_container", "jnews_prev_next_container",
        "jp-relatedposts", "kk-star-ratings", "m-a-box", "page-links", "post-modified-info",
        "screen-reader-text", "sharedaddy", "tags-links",
    ),
    "password": ("post-password-form",),
    # A letter that WordPress's script replaced by a picture.
    "emoji": ("emoji", "wp-smiley"),
    "caption": ("wp-caption-text", "gallery-caption", "featured_caption"),
    # Cards of posts elsewhere, by the class that their networks' scripts look for.
    "embed": (
        "twitter-tweet", "twitter-video", "twitter-timeline", "instagram-media", "fb-post",
        "fb-video", "tiktok-embed", "wp-embedded-content", "bluesky-embed", "text-post-media",
    ),
    "embed_frame": ("wp-block-embed",),
    "frame": ("wp-caption", "gallery-item", "wp-block-image"),
}  # fmt: skip
ROLE_OF_CLASS = {name: role for role, names in _CLASSES.items() for name in names}
JUNK_STEMS = (
    "adsby", "ez-toc", "jeg_share", "jeg_postblock", "jeg_splitpost", "jnews_content_inline",
    "jnews_inline",
)  # fmt: skip


@lru_cache(maxsize=4096)  # a site has few classes, and pages repeat them
def role_of_class(classes: str, element_id: str) -> str:
    """Return what an element is by its classes or id; empty where its tag is to say.

    What is junk by one of its classes is junk, whatever else it is.

    >>> role_of_class("jeg_ad wp-caption", ""), role_of_class("wp-block-quote", "")
    ('junk', '')
    """
    names = classes.split()
    found = [role for name in names if (role := ROLE_OF_CLASS.get(name))]
    if element_id.startswith("ez-toc") or any(name.startswith(JUNK_STEMS) for name in names):
        return "junk"
    return "junk" if "junk" in found else next(iter(found), "")
