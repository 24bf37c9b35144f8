"""Compressed captures, unpacked as a run unpacks them: by Scrapy, up to the same size."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from diplonews.archive.captures import Capture, Received
from diplonews.errors import ArchiveError


class Unpacker:
    """Gives the bodies of captures, unpacked."""

    def __init__(self, crawler: Crawler) -> None:
        self.scrapys = HttpCompressionMiddleware(crawler=crawler)
        # What captures unpack to is no download: the report would count some of them.
        self.scrapys.stats = None

    def body(self, capture: Capture, received: Received | None = None) -> bytes:
        """Return the body. Raises ``ArchiveError`` where it is torn, gone or too large.

        *received*: what the capture's file has, where somebody has read it already.
        """
        received = received or capture.received()
        headers: dict[str, list[str]] = {}
        for name, value in received.headers:
            headers.setdefault(name, []).append(value)
        packed = Response(received.url, received.status, headers, received.body)
        try:
            answer = self.scrapys.process_response(Request(received.url), packed)
        except (IgnoreRequest, OSError, EOFError, ValueError) as error:
            raise ArchiveError(
                f"{capture.path} at {capture.offset}: expected a capture of {capture.url} that "
                f"can be unpacked, found {type(error).__name__}: {error}"
            ) from error
        assert isinstance(answer, Response)
        return answer.body
