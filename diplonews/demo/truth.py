"""The truth of every public post: what a careful person would note from its page.

Made from what the editors wrote, never from the pages; the keys are those of an article.
"""

import urllib.parse
from typing import Any
from zoneinfo import ZoneInfo

from diplonews.demo import words
from diplonews.demo.posts import Post
from diplonews.demo.wordpress import WordPress

SHORTEST = 200  # characters of a body, from where its language can be told
LAGOS = ZoneInfo("Africa/Lagos")


def permalink(origin: str, post: Post) -> str:
    return f"{origin}/{urllib.parse.quote(post.slug).lower()}/"


def truth_of(
    wordpress: WordPress, post: Post, origin: str, theme: str, *, is_in_rss: bool = False
) -> dict[str, Any]:
    """Return what the page of *post* says, in the theme in use; absent keys are not there.

    The RSS, where it is in it, says to the second when it was published.
    """
    link = permalink(origin, post)
    shows_counts = theme == "jnews"
    byline = _byline(post, theme)
    fields: dict[str, Any] = {
        "post_id": post.id,
        "url": link,
        "canonical_url": f"{origin}/{urllib.parse.quote(post.slug)}/",
        "headline": post.headline,
        "standfirst": "" if theme == "plain" else post.standfirst,
        "byline_raw": byline,
        "authors": _authors(post, origin, is_linked=bool(byline)),
        "categories": [_category(wordpress, slug) for slug in post.categories],
        "tags": post.tags,
        "body": post.body,
        "crossheads": post.crossheads,
        "dateline_raw": post.dateline,
        "dateline_place": _dateline_place(post),
        "agency": post.agency[0],
        "agency_notice": post.agency[2],
        "is_syndicated": bool(post.agency[0]) or None,
        "language": post.language if len(post.body) >= SHORTEST else "",
        "image_url": f"{origin}{post.image_path}" if post.image_path else "",
        "image_caption": post.caption,
        "image_credit": post.credit,
        "images": _images(post, origin),
        "embeds": _embeds(post),
        "site_notice": post.small_print if theme != "plain" else "",
        "is_protected": post.is_protected or None,
        "is_empty": (not post.body and not post.is_protected) or None,
        "share_count": post.shares if shows_counts else None,
        "view_count": post.views if shows_counts else None,
        "comment_count": post.comments,
    }
    fields |= _dates(post, theme, is_in_rss=is_in_rss)
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _byline(post: Post, theme: str) -> str:
    if post.hides("author") and theme != "plain":
        return ""
    return f"by {' and '.join(post.authors)}"


def _authors(post: Post, origin: str, *, is_linked: bool) -> list[dict[str, str]]:
    names = post.authors if is_linked else post.authors[:1]  # machines are told of the first
    return [{"name": name, "url": author_url(origin, name)} for name in names]


def author_url(origin: str, name: str) -> str:
    slug = urllib.parse.quote(name.casefold().replace(" ", "-"))
    return f"{origin}/author/{slug}/"


def _dateline_place(post: Post) -> str:
    city = words.PLACES[post.place][1]
    return post.above.title() or (city if post.dateline else "")


def _images(post: Post, origin: str) -> list[dict[str, str]]:
    printed = [(post.image_path, post.caption, post.credit, "")]
    printed += [(*block.image[:2], "", block.image[2]) for block in post.blocks]
    named = ("url", "caption", "credit", "alt")
    shown = (
        dict(zip(named, (f"{origin}{image[0]}", *image[1:]), strict=True))
        for image in printed
        if image[0]
    )
    return [{name: value for name, value in image.items() if value} for image in shown]


def _embeds(post: Post) -> list[dict[str, str]]:
    shown = (block.embed for block in post.blocks if block.embed[0])
    return [{"kind": kind, "url": url} for kind, url, *_ in shown]


def _category(wordpress: WordPress, slug: str) -> dict[str, str]:
    return {"slug": slug, "title": wordpress.terms[slug].title}


def _dates(post: Post, theme: str, *, is_in_rss: bool) -> dict[str, Any]:
    if not post.has("no_machine_date") or theme == "plain":
        return {"published_at": post.published_at, "modified_at": post.modified_at}
    if is_in_rss:
        return {"published_at": post.published_at, "published_precision": "second"}
    # Only a printed day: it begins at midnight where the editors sit.
    printed = shown_date(post)
    day = printed.replace(hour=0, minute=0, second=0)
    return {"published_at": day, "published_precision": "latest"}


def shown_date(post: Post) -> Any:
    """Return the time whose day JNews prints: the modified one where that is a later day."""
    published, modified = (at.astimezone(LAGOS) for at in (post.published_at, post.modified_at))
    return modified if modified.date() > published.date() else published
