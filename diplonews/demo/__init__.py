"""The replica: a site shaped like WordPress with JNews, for tests, benches and `scrapy demo`.

Written from what is known of such sites (docs/site.md); its words are invented. It knows
nothing of the readers, so that it can be the judge of them.
"""

from diplonews.demo.server import Replica, Request

__all__ = ["Replica", "Request"]
