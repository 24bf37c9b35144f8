"""The site's REST: posts as WordPress lists them for machines, and its numbered categories."""

import json
import reprlib
from datetime import UTC, datetime
from html import unescape
from typing import Any

from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.normalise.text import printable
from diplonews.pages.xml import is_address

# No more is asked for than is needed: the site need not render an article's words for it.
POST_FIELDS = "id,link,date_gmt,modified_gmt,categories"
TERM_FIELDS = "id,slug,name,parent"


def read_posts(url: str, body: bytes) -> list[Listed]:
    """Return the posts that *url* answered; raises ``LayoutError`` where it is no list of them."""
    return [_listed(url, post) for post in _members(url, body)]


def read_terms(url: str, body: bytes) -> list[dict[str, Any]]:
    """Return number, slug, title and parent of the categories that *url* answered."""
    return [
        {
            "number": _number(url, of, "id"),
            "slug": _text(of, "slug"),
            "title": _text(of, "name"),
            "parent": _number(url, {"parent": 0} | of, "parent"),
        }
        for of in _members(url, body)
    ]


def _listed(url: str, post: dict[str, Any]) -> Listed:
    link, categories = _text(post, "link"), post.get("categories", [])
    if not is_address(link):
        raise LayoutError(f"{url}: expected a post's link, found {link!r}")
    numbers = categories if isinstance(categories, list) else []
    return Listed(
        url=link,
        post_id=_number(url, post, "id"),
        modified_at=_moment(post.get("modified_gmt")),
        published_at=_moment(post.get("date_gmt")),
        categories=sorted(of for of in numbers if isinstance(of, int)),
    )


def _members(url: str, body: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LayoutError(f"{url}: expected JSON, found none: {error}") from error
    if not isinstance(found, list) or not all(isinstance(of, dict) for of in found):
        raise LayoutError(f"{url}: expected a list of objects, found {reprlib.repr(found)}")
    return found


def _number(url: str, of: dict[str, Any], name: str) -> int:
    number = of.get(name)
    if not isinstance(number, int) or not 0 <= number < 2**31:
        raise LayoutError(f"{url}: expected a number as {name!r}, found {number!r}")
    return number


def _text(of: dict[str, Any], name: str) -> str:
    found = of.get(name)
    return printable(unescape(found)) if isinstance(found, str) else ""


def _moment(stamp: object) -> datetime | None:
    """Return a time of REST's "_gmt" keys, which is UTC and does not say so."""
    try:
        return datetime.fromisoformat(str(stamp)).replace(tzinfo=UTC)
    except ValueError:
        return None
