"""What plugins tell machines in a page's head, each with its known fault."""

import html
import json
from datetime import datetime, timedelta

from diplonews.demo.posts import Post
from diplonews.demo.truth import LAGOS, author_url, permalink
from diplonews.demo.wordpress import WordPress


def article_head(wordpress: WordPress, post: Post, origin: str) -> str:
    """Return canonical, shortlink, meta tags and JSON-LD of an article's page."""
    link = permalink(origin, post)
    tags = [
        f'<link rel="canonical" href="{link}" />',
        '<meta property="og:type" content="article">',
        f'<meta property="og:title" content="{html.escape(post.headline)} - Diplomatic Info">',
        f'<meta property="og:url" content="{link}">',
    ]
    if not post.has("broken_head"):
        tags.append(f"<link rel='shortlink' href='{origin}/?p={post.id}' />")
    if post.image_path:
        tags.append(f'<meta property="og:image" content="{origin}{post.image_path}">')
    if not post.has("no_machine_date"):
        tags += _times(post)
    tags += _json_ld(wordpress, post, origin)
    if post.has("broken_head"):
        tags.append('<div id="early-advert" style="display:none">\n</div>')
    return "\n".join(tags)


def _times(post: Post) -> list[str]:
    def meta(name: str, value: str) -> str:
        return f'<meta property="article:{name}_time" content="{value}">'

    times = {"published": post.published_at, "modified": post.modified_at}
    tags = [meta(name, at.astimezone(LAGOS).isoformat()) for name, at in times.items()]
    if post.has("meta_twice"):
        tags += [meta(name, at.isoformat()) for name, at in times.items()]
    return tags


def _json_ld(wordpress: WordPress, post: Post, origin: str) -> list[str]:
    kind = post.json_ld
    if kind == "none":
        return []
    return [
        {"jnews": _jnews, "yoast": _yoast, "aioseo": _aioseo, "rank-math": _rank_math}[kind](
            wordpress, post, origin
        )
    ]


def _script(described: object, name: str = "") -> str:
    class_attribute = f' class="{name}"' if name else ""
    written = json.dumps(described).replace("/", r"\/")  # as PHP does: no tag ends in it
    return f"<script type='application/ld+json'{class_attribute}>{written}</script>"


def _titles(wordpress: WordPress, post: Post) -> list[str]:
    return [wordpress.terms[slug].title for slug in post.categories]


def _jnews(wordpress: WordPress, post: Post, origin: str) -> str:
    """JNews: published in site time without a zone, modified in UTC without one."""
    author = post.authors[0]
    return _script({
        "@context": "http://schema.org",
        "@type": "article",
        "mainEntityOfPage": {"@type": "WebPage", "@id": permalink(origin, post)},
        "dateCreated": _plain(post.published_at.astimezone(LAGOS)),
        "datePublished": _plain(post.published_at.astimezone(LAGOS)),
        "dateModified": _plain(post.modified_at),
        "author": {"@type": "Person", "name": author, "url": author_url(origin, author)},
        "headline": post.headline,
        "articleSection": _titles(wordpress, post),
        "articleBody": "".join(f"<!-- wp:paragraph -->\n{b.html}\n<!-- /wp:paragraph -->\n" for b in post.blocks),
    })  # fmt: skip


def _yoast(wordpress: WordPress, post: Post, origin: str) -> str:
    link = permalink(origin, post)
    article = {
        "@type": "Article",
        "@id": f"{link}#article",
        "headline": post.headline,
        "datePublished": post.published_at.isoformat(),
        "dateModified": post.modified_at.isoformat(),
        "articleSection": _titles(wordpress, post),
        "author": {"name": post.authors[0], "@id": f"{origin}/#/schema/person/1"},
    }
    graph = [article, {"@type": "WebPage", "@id": link}, {"@type": "WebSite", "@id": origin}]
    return _script({"@context": "https://schema.org", "@graph": graph}, "yoast-schema-graph")


def _aioseo(wordpress: WordPress, post: Post, origin: str) -> str:
    """AIOSEO: the clock of UTC with the site's offset after it; sections and tags in one."""
    article = {
        "@type": "BlogPosting",
        "headline": post.headline,
        "author": {"@id": f"{author_url(origin, post.authors[0])}#author"},
        "datePublished": f"{_plain(post.published_at, 'T')}+01:00",
        "dateModified": f"{_plain(post.modified_at, 'T')}+01:00",
        "articleSection": ", ".join([*_titles(wordpress, post), *post.tags]),
    }
    return _script({"@context": "https://schema.org", "@graph": [article]}, "aioseo-schema")


def _rank_math(wordpress: WordPress, post: Post, origin: str) -> str:
    article = {
        "@type": "NewsArticle",
        "headline": post.headline,
        "datePublished": post.published_at.astimezone(LAGOS).isoformat(),
        "dateModified": post.modified_at.astimezone(LAGOS).isoformat(),
        "articleSection": wordpress.terms[post.categories[0]].title,
        "author": {"@type": "Person", "name": post.authors[0]},
    }
    return _script({"@context": "https://schema.org", "@graph": [article]}, "rank-math-schema")


def _plain(at: datetime, between: str = " ") -> str:
    return (at + timedelta(0)).strftime(f"%Y-%m-%d{between}%H:%M:%S")
