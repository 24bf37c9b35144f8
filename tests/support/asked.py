"""What a replica was asked for."""

import re

from diplonews.demo import Replica

LATER_PAGE = re.compile(r"^/[^/]+/\d+/$")


def paths(replica: Replica) -> list[str]:
    return [request.path for request in replica.requests]


def requests_but_split_pages(replica: Replica) -> int:
    """Return how many requests the replica was asked: no redirects, no later pages of articles."""
    asked = (request for request in replica.requests if not 300 <= request.status < 304)
    return sum(LATER_PAGE.match(request.path) is None for request in asked)
