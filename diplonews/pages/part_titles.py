"""The titles of a split article's parts, which its plugin prints in bars above them."""

from diplonews.pages.select import Element, attribute, find_all, first, text
from diplonews.pages.themes.layout import SplitNames


class PartTitles:
    """Returns each part's title once, though a bar stands above and below the parts."""

    def __init__(self, content: Element, names: SplitNames | None) -> None:
        self.names = names
        self.content = content
        self.all_titles: list[str] | None = None  # where all parts are on the page
        self.titles_said: set[str] = set()

    def title_in(self, bar: Element) -> str:
        """Return the title in a bar, only once, if this page shows a single part."""
        title = first(bar, self.names.title) if self.names is not None else None
        if title is None or self._all_titles():
            return ""
        return self._once(self._without_number(title))

    def title_of(self, element: Element) -> str:
        """Return the title of one of several parts, by its number."""
        number, titles = attribute(element, "data-id"), self._all_titles()
        has_title = number.isdecimal() and len(number) < 5 and int(number) < len(titles)
        return self._once(titles[int(number)]) if has_title else ""

    def _all_titles(self) -> list[str]:
        if self.all_titles is None:
            names, self.all_titles = self.names, []
            if names is not None and len(find_all(self.content, names.part_frame)) > 1:
                menu = first(self.content, names.menu)
                items = [] if menu is None else find_all(menu, "li")
                self.all_titles = [self._without_number(item) for item in items]
        return self.all_titles

    def _without_number(self, title: Element) -> str:
        number = text(first(title, self.names.number)) if self.names is not None else ""
        return text(title).removeprefix(number).strip()

    def _once(self, title: str) -> str:
        if title in self.titles_said:
            return ""
        self.titles_said.add(title)
        return title
