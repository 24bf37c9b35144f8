"""What feeds for feed readers say of an article, in every format. Pure.

A page's words get into these files only as text: HTML has escaped paragraphs, and an address that
is not http or https is left out. So no feed reader runs anything from a page.
"""

import html
import json
import math
import re
from array import array
from collections.abc import Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from urllib.parse import quote, urlsplit

from diplonews import site
from diplonews.exports.selection import Keys
from diplonews.exports.texts import ELLIPSIS

IN_MEMORY = 1 << 20  # bytes of waiting lines; further ones wait on the disk
# Most parsers of XML refuse a text of ten million letters. A body whose HTML is longer than this
# keeps so many letters, of which each may become five ("&amp;").
LONGEST = 9_000_000
KEPT = 1_500_000
BEGINNING = "1970-01-01T00:00:00Z"  # of an empty feed

# Characters that XML 1.0 forbids even escaped; JSON forbids lone surrogates too.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SAFE_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"

IMAGE_KINDS = {
    "gif": "image/gif", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png",
    "svg": "image/svg+xml", "webp": "image/webp",
}  # fmt: skip


def legal(text: object) -> str:
    r"""Return *text* with U+FFFD for what XML forbids.

    >>> legal(f"one{chr(0)}two")
    'one\ufffdtwo'
    """
    return ILLEGAL.sub("\ufffd", str(text or ""))


def web_address(text: object) -> str:
    """Return a web address as every feed reader understands it; empty where it is none.

    >>> web_address("https://site.example/côte d"), web_address("javascript:alert(1)")
    ('https://site.example/c%C3%B4te%20d', '')
    """
    address = legal(text).strip()
    try:
        pieces = urlsplit(address)
        is_of_web = pieces.scheme in {"http", "https"} and bool(pieces.hostname)
    except ValueError:
        return ""
    if not is_of_web:
        return ""
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", address), SAFE_IN_ADDRESSES)


def feed_id(key: str) -> str:
    """Return the permanent identity of the feed with this *key*."""
    return f"{site.NAME}:feed:{quote(key.replace(' ', '-'), ':-.,')}"


def is_gone(keys: Keys) -> bool:
    """Tell whether an article must no longer be shown: it was withdrawn or forgotten."""
    return keys.get("withdrawn_at") is not None or is_forgotten(keys)


def is_forgotten(keys: Keys) -> bool:
    """Tell whether an article's words were erased, and its address with them."""
    return not keys.get("url")


def updated_at(keys: Keys) -> str:
    """Return when something last happened to an article, as feeds print it."""
    names = ("withdrawn_at", "revised_at", "first_seen_at", "fetched_at", "published_at")
    return next((str(keys[name]) for name in names if keys.get(name)), BEGINNING)


def title_of(keys: Keys) -> str:
    return legal(keys.get("headline") or keys.get("url") or keys.get("id"))


def author_names(keys: Keys) -> list[tuple[str, str]]:
    """Return the authors' names with their addresses; else the agency."""
    authors = [
        (legal(author["name"]), web_address(author.get("url")))
        for author in keys.get("authors") or []
        if author.get("name")
    ]
    agency = legal(keys.get("agency"))
    return authors or ([(agency, "")] if agency else [])


def categories_of(keys: Keys) -> list[tuple[str, str]]:
    """Return slug and title of each category."""
    return [
        (legal(category["slug"]), legal(category.get("title") or category["slug"]))
        for category in keys.get("categories") or []
        if category.get("slug")
    ]


def countries_of(keys: Keys) -> list[str]:
    return [legal(country["code"]) for country in keys.get("countries") or []]


def image_of(keys: Keys) -> tuple[str, str]:
    """Return the address of the main image, and its media type as the address tells it."""
    address = web_address(keys.get("image_url"))
    ending = urlsplit(address).path.rpartition(".")[2].lower()
    return address, IMAGE_KINDS.get(ending, "")


def as_html(keys: Keys) -> str:
    """Return standfirst and body as HTML: escaped text in paragraphs and headings.

    >>> as_html({"standfirst": "A & B.", "body": "<b>One.</b>"})
    '<p><em>A &amp; B.</em></p><p>&lt;b&gt;One.&lt;/b&gt;</p>'
    """
    text = "".join(_blocks(keys))
    if len(text) <= LONGEST:
        return text
    return "".join(_blocks({**keys, "body": f"{keys['body'][:KEPT]}{ELLIPSIS}"}))


def _blocks(keys: Keys) -> Iterator[str]:
    if keys.get("standfirst"):
        yield f"<p><em>{_escaped(keys['standfirst'])}</em></p>"
    headings = set(keys.get("crossheads") or [])
    for paragraph in (keys.get("body") or "").split("\n\n"):
        if paragraph.strip():
            tag = "h3" if paragraph in headings else "p"
            yield f"<{tag}>{_escaped(paragraph).replace(chr(10), '<br>')}</{tag}>"


def _escaped(text: object) -> str:
    return html.escape(legal(text), quote=False)


class Waiting:
    """Lines that wait until all have come, in memory or on the disk."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self.places = array("q")  # where each line begins
        self.times = array("d")  # of publication; what has none is older than all

    def add(self, keys: Keys) -> None:
        published_at = keys.get("published_at")
        moment = datetime.fromisoformat(published_at).timestamp() if published_at else -math.inf
        self.times.append(moment)
        self.places.append(self.file.tell())
        self.file.write(json.dumps(keys).encode() + b"\n")

    def newest_first(self) -> Iterator[Keys]:
        """Yield the lines in order of publication; only their places are in memory."""
        order = sorted(range(len(self.times)), key=self.times.__getitem__, reverse=True)
        for number in order:
            self.file.seek(self.places[number])
            yield json.loads(self.file.readline())

    def __iter__(self) -> Iterator[Keys]:
        self.file.seek(0)
        return map(json.loads, self.file)

    def close(self) -> None:
        self.file.close()
