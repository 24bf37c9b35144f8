"""Why a request was refused before it was made, or its answer before it was read.

Each is an ``IgnoreRequest``, so Scrapy calls the request's errback. The message is for report and
log; code tells refusals apart by ``kind``.
"""

from typing import ClassVar

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest


class Refusal(IgnoreRequest):
    """A request that is not made."""

    kind: ClassVar[str] = "refused"


class OffSite(Refusal):
    """Its address is not on the site."""

    kind = "off_site"


class PrivateAddress(Refusal):
    """The site's name leads to an address that is not public."""

    kind = "private_address"


class LedAround(Refusal):
    """Its redirects have no end."""

    kind = "led_around"


class ForbiddenByRobots(Refusal):
    """The site's robots.txt forbids the address."""

    kind = "robots"


class RobotsUnknown(Refusal):
    """robots.txt cannot be fetched at the moment, which forbids everything."""

    kind = "robots_unknown"


class SiteOnHold(Refusal):
    """The whole site is on hold."""

    kind = "site_on_hold"


class PageOnHold(Refusal):
    """The page is on hold."""

    kind = "page_on_hold"


class Unkept(Refusal):
    """The answer could not be kept as a capture, so nothing may read it."""

    kind = "unkept"


def name_failure(error: BaseException) -> str:
    """Return the name and the message of a failed request's exception.

    >>> name_failure(OSError("no route to host"))
    'OSError: no route to host'
    """
    says = str(error)
    if isinstance(error, IgnoreRequest):
        return says
    if isinstance(error, DownloadCancelledError) and not says:  # the download broke off
        says = "an answer that is larger than DOWNLOAD_MAXSIZE"
    return f"{type(error).__name__}: {says}"
