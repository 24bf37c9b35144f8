"""The themes that pages are read by: a file each, and the list of them.

When the theme changes, copy its file, note since when it is used, and add it here. The old one
stays: captured pages still have it.
"""

from functools import cached_property

from diplonews.pages.roles import Roles
from diplonews.pages.themes.jnews import JNEWS
from diplonews.pages.themes.layout import ArticleLayout, ListingLayout, SplitNames, Theme
from diplonews.pages.themes.stock import STOCK

__all__ = ["THEMES", "ArticleLayout", "ListingLayout", "Theme", "Themes"]


class Themes:
    """Some themes, in the order in which they are tried, and what they have together."""

    def __init__(self, *members: Theme) -> None:
        self.members = members
        self.articles = [layout for theme in members for layout in theme.articles]
        self.listings = [layout for theme in members for layout in theme.listings]

    @cached_property
    def roles(self) -> Roles:
        """What elements of a body are for, in any of the themes."""
        return Roles(theme.roles for theme in self.members)

    @cached_property
    def split(self) -> SplitNames | None:
        return next((theme.split for theme in self.members if theme.split is not None), None)

    @cached_property
    def footer(self) -> str:
        return ", ".join(theme.footer for theme in self.members if theme.footer)

    @cached_property
    def credit(self) -> str:
        return ", ".join(theme.credit for theme in self.members if theme.credit)

    @cached_property
    def folders(self) -> frozenset[str]:
        return frozenset(theme.folder for theme in self.members if theme.folder)


THEMES = Themes(JNEWS, STOCK)
