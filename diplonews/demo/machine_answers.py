"""What WordPress tells machines: RSS, REST, sitemaps and robots.txt, as measured."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from typing import Any

from diplonews.demo.posts import Post
from diplonews.demo.truth import LAGOS, permalink
from diplonews.demo.wordpress import WordPress

PER_FEED = 10
PER_SITEMAP = 2_000


@dataclass
class Answer:
    """What is sent back."""

    status: int
    body: bytes = b""
    kind: str = "text/html; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


def rss_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC)).replace("+0000", "+0000")


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


@dataclass
class Channel:
    """What a feed is of."""

    wordpress: WordPress
    origin: str
    title: str
    posts: Sequence[Post]


def feed(
    channel: Channel, number: int, asked: Mapping[str, str], *, weakens_etags: bool
) -> Answer:
    """Return page *number* of a feed, or 304 by WordPress's rule.

    The stamp is the site's. Asked with both validators, both must match; a weakened tag
    matches nothing.
    """
    last_modified = channel.wordpress.last_modified()
    stamp = http_date(last_modified)
    tag = f'"{hashlib.md5(stamp.encode(), usedforsecurity=False).hexdigest()}"'
    headers = {"Last-Modified": stamp, "ETag": f"W/{tag}" if weakens_etags else tag}
    if _is_unchanged(asked, last_modified, tag):
        return Answer(304, headers=headers)
    members = channel.posts[(number - 1) * PER_FEED : number * PER_FEED]
    status = 404 if number > 1 and not members else 200
    newest = max((post.modified_at for post in members), default=last_modified)
    items = "".join(_item(channel.wordpress, channel.origin, post) for post in members)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{escape(channel.title)}</title><link>{channel.origin}</link>"
        f"<lastBuildDate>{rss_date(newest)}</lastBuildDate>{items}</channel></rss>"
    )
    return Answer(status, text.encode(), "application/rss+xml; charset=UTF-8", headers)


def _is_unchanged(asked: Mapping[str, str], stamp: datetime, tag: str) -> bool:
    since, match = asked.get("if-modified-since"), asked.get("if-none-match")
    if since is None and match is None:
        return False
    if match is not None and match != tag:
        return False
    return since is None or parsedate_to_datetime(since) >= stamp


def _item(wordpress: WordPress, origin: str, post: Post) -> str:
    link = permalink(origin, post)
    titles = [wordpress.terms[slug].title for slug in post.categories]
    named = "".join(f"<category><![CDATA[{name}]]></category>" for name in [*titles, *post.tags])
    guid = link if post.id % 9 == 0 else f"{origin}/?p={post.id}"
    content = "".join(block.html for block in post.blocks).replace("]]>", "]]&gt;")
    return (
        f"<item><title>{escape(post.headline)}</title><link>{link}</link>"
        f"<dc:creator><![CDATA[{post.authors[0]}]]></dc:creator>"
        f"<pubDate>{rss_date(post.published_at)}</pubDate>{named}"
        f'<guid isPermaLink="false">{guid}</guid>'
        f"<description><![CDATA[{post.headline} [&#8230;]]]></description>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )


def _json(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    text = json.dumps(body).encode()
    return Answer(status, text, "application/json; charset=UTF-8", headers or {})


def _refusal(status: int, code: str, message: str) -> Answer:
    return _json(status, {"code": code, "message": message, "data": {"status": status}})


def rest_root(origin: str) -> Answer:
    return _json(200, {
        "name": "Diplomatic Info", "url": origin, "home": origin, "gmt_offset": "1",
        "timezone_string": "Africa/Lagos", "namespaces": ["oembed/1.0", "jnews/v1", "wp/v2"],
    })  # fmt: skip


def rest_posts(wordpress: WordPress, origin: str, asked: Mapping[str, str]) -> Answer:
    """Return posts as /wp-json/wp/v2/posts does; children of a category are left out."""
    per_page, number = int(asked.get("per_page", "10")), int(asked.get("page", "1"))
    if not 1 <= per_page <= 100:
        return _refusal(400, "rest_invalid_param", "Invalid parameter(s): per_page")
    posts = _chosen(wordpress, asked)
    pages = -(-len(posts) // per_page)
    if number > max(pages, 1):
        return _refusal(400, "rest_post_invalid_page_number", "The page number is too large.")
    start = int(asked.get("offset", (number - 1) * per_page))
    shown = posts[start : start + per_page]
    wanted = [name for name in asked.get("_fields", "").split(",") if name]
    body = [_post(wordpress, origin, post, wanted) for post in shown]
    return _json(200, body, {"X-WP-Total": str(len(posts)), "X-WP-TotalPages": str(pages)})


def rest_post(wordpress: WordPress, origin: str, post_id: int, asked: Mapping[str, str]) -> Answer:
    post = wordpress.posts.get(post_id)
    if post is None:
        return _refusal(404, "rest_post_invalid_id", "Invalid post ID.")
    if not post.is_public:
        return _refusal(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
    wanted = [name for name in asked.get("_fields", "").split(",") if name]
    return _json(200, _post(wordpress, origin, post, wanted))


def rest_categories(wordpress: WordPress, origin: str) -> Answer:
    terms = wordpress.terms
    return _json(200, [
        {
            "id": term.id, "count": len(wordpress.public(term.slug)), "name": escape(term.title),
            "slug": term.slug, "parent": terms[term.parent].id if term.parent else 0,
            "link": f"{origin}/category/{f'{term.parent}/' if term.parent else ''}{term.slug}/",
        }
        for term in terms.values()
    ])  # fmt: skip


def _chosen(wordpress: WordPress, asked: Mapping[str, str]) -> list[Post]:
    posts = list(wordpress.public())
    ids = {int(number) for number in asked.get("include", "").split(",") if number}
    terms = {int(number) for number in asked.get("categories", "").split(",") if number}
    slugs = {term.slug for term in wordpress.terms.values() if term.id in terms}
    posts = [
        p for p in posts if (not ids or p.id in ids) and (not terms or slugs & set(p.categories))
    ]
    for name, key in (("modified_after", "modified_at"), ("after", "published_at")):
        if name in asked:
            since = _since(asked[name])
            posts = [post for post in posts if getattr(post, key) > since]
    order = {"modified": lambda p: p.modified_at, "id": lambda p: p.id}.get(
        asked.get("orderby", "date"), lambda p: p.published_at
    )
    return sorted(posts, key=order, reverse=asked.get("order", "desc") == "desc")


def _since(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=LAGOS)


def _post(wordpress: WordPress, origin: str, post: Post, wanted: Sequence[str]) -> dict[str, Any]:
    link = permalink(origin, post)
    fields: dict[str, Any] = {
        "id": post.id,
        "date": _local(post.published_at),
        "date_gmt": _utc(post.published_at),
        "modified": _local(post.modified_at),
        "modified_gmt": _utc(post.modified_at),
        "slug": post.slug,
        "status": "publish",
        "type": "post",
        "link": link,
        "title": {"rendered": escape(post.headline)},
        "content": {
            "rendered": "\n".join(b.html for b in post.blocks),
            "protected": post.is_protected,
        },
        "categories": [wordpress.terms[slug].id for slug in post.categories],
    }
    return {name: fields[name] for name in wanted if name in fields} if wanted else fields


def _local(at: datetime) -> str:
    return at.astimezone(LAGOS).strftime("%Y-%m-%dT%H:%M:%S")


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def sitemap_index(wordpress: WordPress, origin: str) -> Answer:
    count = -(-len(wordpress.posts) // PER_SITEMAP)
    entries = "".join(
        f"<sitemap><loc>{origin}/wp-sitemap-posts-post-{n}.xml</loc></sitemap>"
        for n in range(1, count + 1)
    )
    return _xml(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    )


def sitemap(wordpress: WordPress, origin: str, number: int, *, has_lastmod: bool) -> Answer:
    """Return a sitemap of posts by ascending id, 2,000 a file."""
    posts = sorted(wordpress.public(), key=lambda post: post.id)
    shown = posts[(number - 1) * PER_SITEMAP : number * PER_SITEMAP]
    if not shown:
        return Answer(404)
    entries = "".join(_entry(origin, post, has_lastmod=has_lastmod) for post in shown)
    return _xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>')


def _entry(origin: str, post: Post, *, has_lastmod: bool) -> str:
    stamp = (
        f"<lastmod>{post.modified_at.astimezone(LAGOS).isoformat()}</lastmod>"
        if has_lastmod
        else ""
    )
    return f"<url><loc>{permalink(origin, post)}</loc>{stamp}</url>"


def _xml(body: str) -> Answer:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    return Answer(200, text.encode(), "application/xml; charset=UTF-8")


def robots(origin: str, rules: str) -> Answer:
    lines = ("User-agent: *", "Disallow: /wp-admin/", "Allow: /wp-admin/admin-ajax.php", "",
             f"Sitemap: {origin}/wp-sitemap.xml", "")  # fmt: skip
    return Answer(200, (rules or "\n".join(lines)).encode(), "text/plain; charset=utf-8")
