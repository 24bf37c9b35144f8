"""Why a request was refused before it was asked, or its answer before it was read.

Each is an ``IgnoreRequest``, so Scrapy tells the request's errback. Its message is the
sentence for report and log; its ``kind`` is for code that must tell one from the other.
"""

from typing import ClassVar

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest


class Refusal(IgnoreRequest):
    """A request that is not asked."""

    kind: ClassVar[str] = "refused"


class OffSite(Refusal):
    """Its address is not on the site."""

    kind = "off_site"


class PrivateAddress(Refusal):
    """The site's name leads to an address that is not public."""

    kind = "private_address"


class LedAround(Refusal):
    """Its redirects lead on and on."""

    kind = "led_around"


class ForbiddenByRobots(Refusal):
    """The site's robots.txt forbids the address: what is there is not offered to us."""

    kind = "robots"


class RobotsUnknown(Refusal):
    """robots.txt cannot be fetched at the moment, which forbids everything."""

    kind = "robots_unknown"


class SiteOnHold(Refusal):
    """The site as a whole is left alone for a while."""

    kind = "site_on_hold"


class PageOnHold(Refusal):
    """The page asked to be left alone for a while."""

    kind = "page_on_hold"


class Unkept(Refusal):
    """The answer could not be kept as a capture, so nothing may read it."""

    kind = "unkept"


def name_failure(error: BaseException) -> str:
    """Return by which exception a request failed, and what it says.

    >>> name_failure(OSError("no route to host"))
    'OSError: no route to host'
    """
    says = str(error)
    if isinstance(error, IgnoreRequest):
        return says
    if isinstance(error, DownloadCancelledError) and not says:  # it broke off while it came
        says = "an answer that is larger than DOWNLOAD_MAXSIZE"
    return f"{type(error).__name__}: {says}"
