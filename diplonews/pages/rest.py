"""The site's REST: posts as WordPress lists them for machines, and its numbered categories."""

import json
import re
import reprlib
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from diplonews.errors import LayoutError
from diplonews.items import Listed
from diplonews.normalise.numbers import parse_number
from diplonews.normalise.text import printable
from diplonews.pages.xml import is_address

# Only the needed fields: so the site need not render the articles' words.
POST_FIELDS = "id,link,date_gmt,modified_gmt,categories"
TERM_FIELDS = "id,slug,name,parent"

# The beginning of a list of objects after messages of PHP; or an empty list at the end.
LIST = re.compile(r"\[\s*\{|\[\s*\]\s*$")
MOST_TRIED = 20
DECODER = json.JSONDecoder(
    parse_int=parse_number
)  # None where WordPress cannot have given the number


def read_posts(url: str, body: bytes) -> list[Listed]:
    """Return the posts that *url* answered; raise ``LayoutError`` where they are no list."""
    return [_listed(url, post) for post in _members(url, body)]


def read_terms(url: str, body: bytes) -> list[dict[str, Any]]:
    """Return number, slug, title and parent of the categories that *url* answered.

    Each number counts once; a category without one is left out.
    """
    terms: dict[int, dict[str, Any]] = {}
    for member in _members(url, body):
        number = _number(member.get("id"))
        if not number:
            continue
        term = {
            "number": number,
            "slug": _text(member.get("slug")),
            "title": _text(member.get("name")),
            "parent": _number(member.get("parent")) or 0,
        }
        terms.setdefault(number, term)
    return list(terms.values())


def _listed(url: str, post: dict[str, Any]) -> Listed:
    number, categories = _number(post.get("id")), post.get("categories")
    link = _text(post.get("link")).strip()
    if not link and number is not None:
        link = urljoin(url, f"/?p={number}")  # WordPress redirects from there
    if not is_address(link):
        raise LayoutError(url, f"expected a post's link, found {link!r}")
    numbers = map(_number, categories if isinstance(categories, list) else [])
    return Listed(
        url=link,
        post_id=number or None,
        modified_at=_moment(post.get("modified_gmt")),
        published_at=_moment(post.get("date_gmt")),
        categories=sorted({number for number in numbers if number is not None}),
    )


def _members(url: str, body: bytes) -> list[dict[str, Any]]:
    text = body.decode("utf-8-sig", errors="replace")
    try:
        members = _decode(text)
    except (ValueError, RecursionError) as error:
        raise LayoutError(url, f"expected JSON, found none: {error}") from error
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise LayoutError(url, f"expected a list of objects, found {reprlib.repr(members)}")
    return members


def _decode(text: str) -> Any:
    """Return the JSON in *text*, or the list in it that stands after something else."""
    try:
        return json.loads(text, parse_int=parse_number)
    except ValueError:
        for start in islice(LIST.finditer(text), MOST_TRIED):
            with suppress(ValueError):
                return DECODER.raw_decode(text, start.start())[0]
        raise


def _number(value: object) -> int | None:
    """Return a number, perhaps written as text; ``None`` where WordPress cannot have given it."""
    if isinstance(value, float) and value.is_integer():
        value = f"{value:.0f}"
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return parse_number(str(value))


def _text(value: object) -> str:
    """Return a text without entities, and without characters that no archive can keep."""
    return printable(unescape(value)) if isinstance(value, str) else ""


def _moment(stamp: object) -> datetime | None:
    """Return a time of REST's "_gmt" keys, which are in UTC without a zone."""
    try:
        return datetime.fromisoformat(str(stamp)).replace(tzinfo=UTC)
    except ValueError:
        return None
