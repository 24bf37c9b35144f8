"""Why a request was refused before it was asked, or its answer before it was read.

Each is an ``IgnoreRequest``, so Scrapy tells the request's errback. Its message is the
sentence for report and log; its ``kind`` is for code that must tell one from the other.
"""

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest


class Refusal(IgnoreRequest):
    """A request that is not asked."""

    kind: ClassVar[str] = "refused"


class OffSite(Refusal):
    """Its address is not on the site."""

    kind = "off_site"


class ForbiddenByRobots(Refusal):
    """The site's robots.txt forbids the address: what is there is not offered to us."""

    kind = "robots"


class RobotsUnknown(Refusal):
    """robots.txt cannot be fetched at the moment, which forbids everything."""

    kind = "robots_unknown"


class SiteHeld(Refusal):
    """The site as a whole is left alone for a while."""

    kind = "site_held"


class PageHeld(Refusal):
    """The page asked to be left alone for a while."""

    kind = "page_held"


class Unkept(Refusal):
    """The answer could not be kept as a capture, so nothing may read it."""

    kind = "unkept"
