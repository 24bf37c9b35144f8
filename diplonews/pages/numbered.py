"""Split articles of WordPress: their pages have the article's address with a number."""

from diplonews.pages.head import Head
from diplonews.pages.select import Page, attribute


def next_numbered(page: Page, head: Head) -> str:
    """Return the link to the next number under the page's own address; empty for none."""
    article_url = _article_url(page, head)
    next_url = f"{article_url}/{max(_number(page, article_url), 1) + 1}"
    tags = page.css("a[href], link[href]")
    links = (page.absolute(attribute(tag, "href")) for tag in tags)
    return next((url for url in links if url.rstrip("/") == next_url), "")


def is_split(page: Page, head: Head) -> bool:
    return _number(page, _article_url(page, head)) > 1 or bool(next_numbered(page, head))


def _article_url(page: Page, head: Head) -> str:
    return (head.canonical_url or page.url).rstrip("/")


def _number(page: Page, article_url: str) -> int:
    """Return the number of a page of an article, by its address; 0 where that has none."""
    number = page.url.rstrip("/").removeprefix(article_url).strip("/")
    return int(number[:9]) if number.isdecimal() else 0
