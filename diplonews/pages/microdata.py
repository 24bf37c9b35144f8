"""The article's microdata (``itemprop``), which old themes print."""

from collections.abc import Iterator

from diplonews.items import Author
from diplonews.pages.kept import cached_property
from diplonews.pages.select import Element, Page, ancestors, attribute, find_all, first, text

ARTICLE_TYPES = ("Article", "Posting")  # what is in the names of their types at schema.org


class Microdata:
    """The properties of a page's first article: not those of comments inside it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def values(self, name: str) -> Iterator[str]:
        """Yield the values of a property of the article, as printed or for machines."""
        for element in self._properties(name):
            value = (
                attribute(element, "content") or attribute(element, "datetime") or text(element)
            )
            if value.strip():
                yield value.strip()

    def authors(self) -> list[Author]:
        """Return the authors of the article; none where it names none."""
        authors = []
        for element in self._properties("author"):
            name_element = first(element, '[itemprop~="name"]')
            source = element if name_element is None else name_element
            name = attribute(source, "content") or text(source)
            link = element if element.tag == "a" else first(element, "a[href]")
            if name.strip():
                url = self.page.absolute(attribute(link, "href"))
                authors.append(Author(name=name.strip(), url=url))
        return authors

    @cached_property
    def _article(self) -> Element | None:
        return next(filter(_is_article, self.page.css("[itemscope]")), None)

    def _properties(self, name: str) -> Iterator[Element]:
        article = self._article
        if article is None:
            return
        for element in find_all(article, f'[itemprop~="{name}"]'):
            scope = next((above for above in ancestors(element) if _is_item(above)), None)
            if scope is not None and scope.mem_id == article.mem_id:
                yield element


def _is_article(item: Element) -> bool:
    return any(kind in attribute(item, "itemtype") for kind in ARTICLE_TYPES)


def _is_item(element: Element) -> bool:
    return "itemscope" in element.attributes
