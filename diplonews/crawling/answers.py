"""What the site answered: a page to read, or one sentence that says why there is none."""

import re

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from diplonews.errors import LayoutError
from diplonews.normalise.urls import alias_key
from diplonews.pages.select import Page
from diplonews.refusals import name_failure

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


def is_gone(response: Response, url: str) -> bool:
    """Tell whether the address *url* itself answers 404 or 410.

    Where it redirects to an address that answers so, the redirect is broken (docs/decisions/0022).
    """
    return response.status in GONE and alias_key(response.url) == alias_key(url)


def says_gone(failure: Failure, url: str) -> bool:
    """Tell the same where the answer came as a *failure*; no where there was no answer."""
    error = failure.value
    return isinstance(error, HttpError) and is_gone(error.response, url)


def reason_of(failure: Failure) -> str:
    """Return why a request failed, for the archive, the report and the log."""
    return why_of(error_of(failure))


def error_of(failure: Failure) -> BaseException:
    """Return the exception of a failure: Scrapy's failures always have one."""
    assert failure.value is not None
    return failure.value


def why_of(error: BaseException) -> str:
    """Return why a request failed with this exception."""
    if isinstance(error, HttpError):
        request = error.response.request
        led = bool(request and request.meta.get("redirect_urls"))
        way = f"a redirect to {error.response.url}, which answers " if led else ""
        return f"expected an answer with status 200, found {way}{error.response.status}"
    if isinstance(error, IgnoreRequest):
        return str(error) or "not asked for: robots.txt forbids it"
    return f"expected an answer, found {name_failure(error)}"
