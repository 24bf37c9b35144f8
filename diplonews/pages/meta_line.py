"""The line at an article's headline with its byline, date, categories and comments."""

from collections.abc import Sequence

from diplonews.pages.kept import cached_property
from diplonews.pages.select import Element, find_all, first
from diplonews.pages.stamps import elements_outside
from diplonews.pages.themes import ArticleLayout

WHOLE_PAGE = frozenset({"html", "body", "main", "article"})  # the article itself, in any class


class MetaLine:
    """Finds elements in an article's meta line; in all of *scope* where the layout has no line."""

    def __init__(self, scope: Element, layout: ArticleLayout) -> None:
        self.scope = scope
        self.layout = layout

    def css(self, css: str) -> list[Element]:
        """Return the matches in the first meta line that has any; none for an empty selector.

        Some templates print the line twice, for wide and narrow screens. Mostly the first has
        everything, and the second is not searched.
        """
        line = self._first_line
        if not css or line is None:
            return []
        matches = self._without_strangers(find_all(line, css))
        if matches:
            return matches
        later = (self._without_strangers(find_all(line, css)) for line in self._later_lines)
        return next(filter(None, later), [])

    @cached_property
    def _first_line(self) -> Element | None:
        css = self.layout.meta_line
        return first(self.scope, css) if css else self.scope

    @cached_property
    def _later_lines(self) -> Sequence[Element]:
        css = self.layout.meta_line
        return find_all(self.scope, css)[1:] if css else []

    def _without_strangers(self, elements: list[Element]) -> list[Element]:
        """Leave out what belongs to another article on the page."""
        if not elements or not self.layout.strangers:
            return elements
        return elements_outside(self._strangers, elements)

    @cached_property
    def _strangers(self) -> set[int]:
        strangers = find_all(self.scope, self.layout.strangers)
        return {element.mem_id for element in strangers if element.tag not in WHOLE_PAGE}
