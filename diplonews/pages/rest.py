"""The site's REST: posts as WordPress lists them for machines, and its numbered categories."""

import json
import reprlib
from datetime import UTC, datetime
from html import unescape
from typing import Any

from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.normalise.numbers import parse_number
from diplonews.normalise.text import printable
from diplonews.pages.xml import is_address

# No more is asked for than is needed: the site need not render an article's words for it.
POST_FIELDS = "id,link,date_gmt,modified_gmt,categories"
TERM_FIELDS = "id,slug,name,parent"


def read_posts(url: str, body: bytes) -> list[Listed]:
    """Return the posts that *url* answered; raises ``LayoutError`` where it is no list of them."""
    return [_listed(url, post) for post in _members(url, body)]


def read_terms(url: str, body: bytes) -> list[dict[str, Any]]:
    """Return number, slug, title and parent of the categories that *url* answered, each once.

    One without a number that can be kept is left out: no article can be filed under it.
    """
    terms = {
        number: {
            "number": number,
            "slug": _text(term, "slug"),
            "title": _text(term, "name"),
            "parent": _number(term.get("parent")) or 0,
        }
        for term in _members(url, body)
        if (number := _number(term.get("id"))) is not None
    }
    return list(terms.values())


def _listed(url: str, post: dict[str, Any]) -> Listed:
    link, categories = _text(post, "link"), post.get("categories", [])
    if not is_address(link):
        raise LayoutError(f"{url}: expected a post's link, found {link!r}")
    numbers = categories if isinstance(categories, list) else []
    return Listed(
        url=link,
        post_id=_number(post.get("id")),
        modified_at=_moment(post.get("modified_gmt")),
        published_at=_moment(post.get("date_gmt")),
        categories=sorted({known for of in numbers if (known := _number(of)) is not None}),
    )


def _members(url: str, body: bytes) -> list[dict[str, Any]]:
    try:
        found = json.loads(body, parse_int=parse_number)
    except (ValueError, RecursionError) as error:
        raise LayoutError(f"{url}: expected JSON, found none: {error}") from error
    if not isinstance(found, list) or not all(isinstance(of, dict) for of in found):
        raise LayoutError(f"{url}: expected a list of objects, found {reprlib.repr(found)}")
    return found


def _number(value: object) -> int | None:
    """Return a number as ``parse_number`` let it through; ``None`` for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(of: dict[str, Any], name: str) -> str:
    found = of.get(name)
    return printable(unescape(found)) if isinstance(found, str) else ""


def _moment(stamp: object) -> datetime | None:
    """Return a time of REST's "_gmt" keys, which is UTC and does not say so."""
    try:
        return datetime.fromisoformat(str(stamp)).replace(tzinfo=UTC)
    except ValueError:
        return None
