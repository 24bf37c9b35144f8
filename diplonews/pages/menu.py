"""The links to categories in a page's menus and widgets."""

from diplonews.pages.select import Page, attribute, text

LINKS = (
    "li.menu-item-object-category > a",  # menus, WordPress's own classes
    'li[class*="cat-item"] > a',  # the category widget
    'a[rel~="category"]',  # under and over articles
)


def category_links(page: Page) -> list[tuple[str, str]]:
    """Return title and absolute URL of every category a page links to, each once.

    Menus first: their titles are what the site calls its categories.
    """
    categories: dict[tuple[str, str], None] = {}
    for css in LINKS:
        for link in page.css(css):
            title, url = text(link), page.absolute(attribute(link, "href"))
            if title and url:
                categories[title, url] = None
    return list(categories)
