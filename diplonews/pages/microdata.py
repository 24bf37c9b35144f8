"""What a page says of its article by ``itemprop`` (microdata), which old themes print."""

from collections.abc import Iterator

from diplonews.items import Author
from diplonews.pages.select import Element, Page, ancestors, attribute, first, text

ARTICLES = '[itemscope][itemtype*="Article"], [itemscope][itemtype*="Posting"]'


def find_values(page: Page, name: str) -> Iterator[str]:
    """Yield the values of a property of the page's article, as printed or for machines."""
    for element in _properties(page, name):
        value = attribute(element, "content") or attribute(element, "datetime") or text(element)
        if value.strip():
            yield value.strip()


def find_authors(page: Page) -> list[Author]:
    """Return the authors of the page's article; none where it names none."""
    found = []
    for element in _properties(page, "author"):
        named = first(element, '[itemprop~="name"]')
        source = element if named is None else named
        name = attribute(source, "content") or text(source)
        link = element if element.tag == "a" else first(element, "a[href]")
        if name.strip():
            found.append(Author(name=name.strip(), url=page.absolute(attribute(link, "href"))))
    return found


def _properties(page: Page, name: str) -> Iterator[Element]:
    """Yield the elements of a property of the first article: not of comments inside it."""
    article = page.css_first(ARTICLES)
    if article is None:
        return
    for element in article.css(f'[itemprop~="{name}"]'):
        scope = next((above for above in ancestors(element) if _is_item(above)), None)
        if scope is not None and scope.mem_id == article.mem_id:
            yield element


def _is_item(element: Element) -> bool:
    return "itemscope" in element.attributes
