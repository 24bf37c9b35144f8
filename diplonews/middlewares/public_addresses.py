"""Public addresses: no request goes to an address of this machine or its network.

The owner of the site's name can let it lead to what only this machine reaches: a router, a
database, a cloud's metadata (169.254.169.254). That would be archived as the site's. Redirects and
sitemaps need no further check, since all requests go to the site's name.
"""

from ipaddress import IPv6Address, ip_address
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from diplonews import site
from diplonews.middlewares.run_middleware import RunMiddleware
from diplonews.refusals import PrivateAddress


class PublicAddresses(RunMiddleware):
    """Refuses a request whose host's name leads to an address that is not public.

    The operator may name such a place: in ``DIPLONEWS_SITE``, as an address or ``localhost``, or
    by ``DIPLONEWS_PRIVATE_SITE``. With a proxy nothing is checked: it looks names up itself.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        host = site.host_of(crawler.settings["DIPLONEWS_SITE"])
        is_allowed = crawler.settings["DIPLONEWS_PRIVATE_SITE"] == "yes"
        self.may_be_private = is_allowed or host == "localhost" or is_address(host)

    async def process_request(self, request: Request) -> None:
        if self.run is None or self.may_be_private or request.meta.get("proxy"):
            return
        host = site.host_of(request.url)
        for address in await look_up(host):
            if not is_public(address):
                raise PrivateAddress(
                    f"expected {host} to lead to a public address, found {address}, which is "
                    f"none: not asked (DIPLONEWS_PRIVATE_SITE=yes, if the site is there)"
                )


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(text: str) -> bool:
    """Tell whether an address is public, in whatever form it is given.

    >>> is_public("93.184.216.34"), is_public("2606:2800:220:1::1")
    (True, True)
    >>> any(map(is_public, ("10.0.0.1", "100.64.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%eth0")))
    False
    """
    address = ip_address(text.partition("%")[0])  # without the network interface's name
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    return address.is_global and not address.is_multicast


async def look_up(host: str) -> list[str]:
    """Return the addresses of *host*; none where it cannot be looked up.

    Scrapy looks names up in the same way and caches the answer, so it connects to the same
    address.
    """
    from twisted.internet import reactor  # a crawl installs it when it begins

    receiver = _Receiver()
    resolver: Any = reactor.nameResolver
    resolver.resolveHostName(receiver, host)
    await maybe_deferred_to_future(receiver.done)
    return receiver.addresses


class _Receiver:
    """Takes the addresses of a name from Twisted (``IResolutionReceiver``)."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.done: Deferred[None] = Deferred()

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's name
        """Nothing to do yet."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self.done.callback(None)
