"""JNews's structure with other class names, as in an unknown theme.

Every class and id that the theme gave has another name. The headline is an h2 under the site's
own h1, cards are not articles, and the body does not mention WordPress. The head, and what
WordPress itself and its menus print, are unchanged.
"""

import re
from collections.abc import Sequence
from zlib import crc32

from diplonews.demo.posts import Post
from diplonews.demo.themes import jnews
from diplonews.demo.themes.post_view import Listing, Shop

NAMED = re.compile(r"""\bclass=(?:"([^"]*)"|'([^']*)'|([\w-]+))""")
OWN_ID = re.compile(r""" id=["']?([\w-]*)[^\s>"']*["']?""")
# Names that are no theme's: of WordPress's menus, captions and forms, of networks and plugins.
KEPT = (
    "menu-item", "cat-item", "wp-", "twitter-", "post-password", "yoast", "aioseo", "rank-math",
    "code-block", "kk-star", "ez-toc", "bsaPro", "m-a-box", "adsby",
)  # fmt: skip
HEADLINE = re.compile(
    r'<h1 class="jeg_post_title">(.*?)</h1>(?:<h2 class="jeg_post_subtitle">(.*?)</h2>)?'
)


def _renamed(page: str) -> str:
    head, _, body = page.partition("</head>")
    body = HEADLINE.sub(r"<h2>\1</h2><h4>\2</h4>", body)
    body = body.replace("<article", "<div").replace("</article>", "</div>")
    body = OWN_ID.sub(_without_own_id, NAMED.sub(_other_names, body))
    return f"{head}</head>{body}".replace("<h1", "<h3").replace("</h1>", "</h3>")


def _other_names(match: re.Match[str]) -> str:
    names = next(filter(None, match.groups()), "").split()
    return f'class="{" ".join(map(other_name, names))}"'


def _without_own_id(match: re.Match[str]) -> str:
    return match[0] if match[1].startswith(KEPT) else ""


def other_name(name: str) -> str:
    """Return what this theme calls what JNews calls *name*."""
    return name if name.startswith(KEPT) else f"k{crc32(name.encode()) % 99991}"


def article(shop: Shop, post: Post, number: int, sidebar: Sequence[Post]) -> str:
    page = jnews.article(shop, post, number, sidebar)
    at = post.published_at
    stamp = f'<time datetime="{at.isoformat()}">{at:%B} {at.day}, {at.year}</time>'
    return _renamed(
        page.replace(
            '<div class="jeg_meta_container">', f'<div class="jeg_meta_container">{stamp}', 1
        )
    )


def listing(shop: Shop, shown: Listing) -> str:
    return _renamed(jnews.listing(shop, shown))


def home(shop: Shop, posts: Sequence[Post]) -> str:
    return _renamed(jnews.home(shop, posts))


def not_found(shop: Shop, posts: Sequence[Post]) -> str:
    return _renamed(jnews.not_found(shop, posts))
