"""Articles that go on under their own address with a number, as WordPress splits them."""

from diplonews.pages.head import Head
from diplonews.pages.select import Page, attribute


def next_numbered(page: Page, head: Head) -> str:
    """Return where a page links to the next number under its own address; empty: nowhere."""
    own = _own_address(page, head)
    wanted = f"{own}/{max(_number(page, own), 1) + 1}"
    tags = page.css("a[href], link[href]")
    links = (page.absolute(attribute(tag, "href")) for tag in tags)
    return next((url for url in links if url.rstrip("/") == wanted), "")


def is_split(page: Page, head: Head) -> bool:
    return _number(page, _own_address(page, head)) > 1 or bool(next_numbered(page, head))


def _own_address(page: Page, head: Head) -> str:
    return (head.canonical_url or page.url).rstrip("/")


def _number(page: Page, own: str) -> int:
    """Return which page of its article a page is by its address; 0 where that has no number."""
    number = page.url.rstrip("/").removeprefix(own).strip("/")
    return int(number[:9]) if number.isdecimal() else 0
