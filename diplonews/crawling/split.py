"""A split article: its pages, each read once, up to the most that one may have.

A link to a further page may lead back, to a page that says the same, or on for ever. Then the
article keeps what was read so far, and the report says why.
"""

from urllib.parse import urlsplit

from diplonews.normalise.urls import alias_key
from diplonews.pages.article import ArticlePage


class SplitArticle:
    """The pages of one article that were read; ``trouble`` says why others were not."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.trouble = ""
        self._urls: set[str] = set()
        self._contents: set[object] = set()

    def note(self, page: ArticlePage) -> bool:
        """Note *page* as read; tell whether it differs from those before."""
        url, content = alias_key(page.page.url), _content(page)
        is_new = url not in self._urls and content not in self._contents
        self._urls.add(url)
        self._contents.update({content} if content else ())
        if not is_new:
            self._leave("expected a further page of the article, found one read before")
        return is_new

    def next_url(self, page: ArticlePage) -> str:
        """Return the address of the page after *page*; empty where none is to be asked for."""
        url = page.next_page_url
        if not url:
            return ""
        if alias_key(url) in self._urls:
            self._leave("expected a link to a further page, found one to a page read before")
        elif _host(url) != _host(page.page.url):
            self._leave(f"expected a link to a further page, found one to {url}")
        elif len(self._urls) >= self.most:
            most = f"{self.most} pages (DIPLONEWS_ARTICLE_PAGES)"
            self._leave(f"expected the article's end within {most}, found one page more")
        return "" if self.trouble else url

    def leave_without(self, why: str) -> None:
        """Leave out a further page that could not be read."""
        self._leave(f"expected a further page of the article, found none: {why}")

    def _leave(self, why: str) -> None:
        self.trouble = f"{why}. It is kept as far as it was read"


def _content(page: ArticlePage) -> object:
    """Return what a page adds to an article; nothing, where it adds nothing."""
    pictures = tuple(image.url for image in page.content.images)
    embeds = tuple(embed.url for embed in page.content.embeds)
    return (page.body, pictures, embeds) if page.body or pictures or embeds else None


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
