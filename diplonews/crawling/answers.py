"""What the site answered, in our terms: a page to read, or one sentence why there is none."""

import re

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from diplonews.errors import LayoutError
from diplonews.pages.select import Page

GONE = {404, 410}
PARTIAL = 206
CHARSET = re.compile(r"charset=[\"']?([\w-]{1,40})", re.IGNORECASE)


def page_of(response: Response) -> Page:
    """Return the page of *response*; raises ``LayoutError`` where it is not HTML, or not whole."""
    if response.status == PARTIAL:  # nobody asked for a part of it
        raise LayoutError(response.url, "expected a whole page, found a part (status 206)")
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1") or "no type"
        raise LayoutError(response.url, f"expected HTML, found {kind}")
    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    charset = CHARSET.search(header)
    return Page(response.url, response.body, charset[1] if charset else "")


def status_of(failure: Failure) -> int | None:
    """Return the HTTP status that made *failure*; ``None`` where there was no answer."""
    return failure.value.response.status if isinstance(failure.value, HttpError) else None


def reason_of(failure: Failure) -> str:
    """Return why a request failed, for the archive, the report and the log."""
    return why_of(error_of(failure))


def error_of(failure: Failure) -> BaseException:
    """Return the exception of a failure, which has one whenever Scrapy makes it."""
    assert failure.value is not None
    return failure.value


def why_of(error: BaseException) -> str:
    """Return the same of the exception by which a request failed."""
    if isinstance(error, HttpError):
        return f"expected an answer with status 200, found {error.response.status}"
    if isinstance(error, IgnoreRequest):
        return str(error) or "not asked for: robots.txt forbids it"
    return f"expected an answer, found {type(error).__name__}: {error}"
