"""How far a walk goes, whatever the site says."""

from typing import NamedTuple, Self

from scrapy.settings import BaseSettings


class WalkLimits(NamedTuple):
    """Each is a setting; where a walk meets one, the report names it."""

    pages: int
    teasers: int  # on a page
    tries: int  # links of the menus that are tried

    @classmethod
    def read(cls, settings: BaseSettings) -> Self:
        return cls(
            settings.getint("DIPLONEWS_WALK_PAGES"),
            settings.getint("DIPLONEWS_LISTING_TEASERS"),
            settings.getint("DIPLONEWS_LISTING_TRIES"),
        )
