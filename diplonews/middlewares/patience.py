"""Holds: a site or page that wants a pause, does not answer or refuses us is not asked.

For a short pause the run waits. For a longer one it ends, and no run asks the site until then. A
site that is down for a day gets two requests an hour. A single failing page waits alone.
"""

import asyncio
import logging
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError
from scrapy.http import Response
from scrapy.utils.misc import load_object

from diplonews import clock
from diplonews.archive.validators import Hold
from diplonews.lines import as_time
from diplonews.middlewares.challenges import KEPT_OUT, is_challenge, is_ordinary
from diplonews.middlewares.evidence import Evidence
from diplonews.middlewares.run_middleware import RunMiddleware
from diplonews.refusals import PageOnHold, SiteOnHold

logger = logging.getLogger(__name__)

# The run waits for a shorter Retry-After; a longer one is for a later run.
PATIENCE = 30  # seconds
MOST_WAITS = 3  # of one request
MOST_WAITS_IN_A_RUN = 10

LONGEST_HOLD = timedelta(hours=1)  # a site that does not answer
LONGEST_REQUESTED_HOLD = timedelta(days=1)  # a site or page that wants a pause

UNREACHABLE = (CannotResolveHostError, DownloadConnectionRefusedError)


class Patience(RunMiddleware):
    """Puts on hold what wants a pause (Retry-After), does not answer, or refuses us."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.origin = crawler.settings["DIPLONEWS_SITE"]
        self.shortest = timedelta(seconds=crawler.settings.getint("DIPLONEWS_HOLD_SECONDS"))
        names = crawler.settings.getlist("RETRY_EXCEPTIONS")
        self.failures_to_answer = tuple(map(load_object, names))
        self.evidence = Evidence()
        self.why = ""  # of the last failure
        self.waits = 0
        self.has_shown_page = False  # a page for visitors was shown: then a 403 concerns one page
        self.quiet_until = 0.0  # by the monotonic clock
        self.before: Hold | None = None  # the site's last hold, while it has not answered since
        self.pages: dict[str, Hold] = {}

    def opened(self) -> None:
        super().opened()
        if self.run is None or self.run.is_rereading or not self.shortest:
            return  # a reparse makes no requests
        holds = self.run.archive.validators.holds(clock.now(), LONGEST_REQUESTED_HOLD)
        self.before = self.run.archive.validators.hold(self.origin)
        if self.origin in holds:
            self.run.leave_alone(self.origin, holds[self.origin])
        self.pages = {url: hold for url, hold in holds.items() if url != self.origin}

    def closed(self) -> None:
        """Put a site on hold that answered none of the requests, however few."""
        if self.evidence.is_of_silent_site():
            self._hold_for_silence()

    async def process_request(self, request: Request) -> None:
        """Wait while the site wants a pause; here awaited requests wait too."""
        while (left := self.quiet_until - monotonic()) > 0:
            await asyncio.sleep(left)
        if self.run is not None and self.run.is_on_hold:
            raise SiteOnHold(f"not asked for: {self.run.why_on_hold}")
        page = self.pages.get(request.url)
        if page is not None:
            raise PageOnHold(f"not asked for before {as_time(page.until)}: {page.why}")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        status = response.status
        if is_challenge(status, partial(_header, response), response.body):
            request.meta["dont_retry"] = True
            self._failed(request, f"answered {status} with a challenge for browsers", clear=True)
        elif status == 429 or status >= 500:
            return self._heed(request, response, retry_after(response, clock.now()))
        elif status in KEPT_OUT:
            if is_ordinary(request.url) and not self.has_shown_page:
                self._failed(request, f"answered {status}", clear=True)
        elif not request.meta.get(
            "dont_obey_robotstxt"
        ):  # robots.txt is a file: it answers without WordPress
            self._answered()
            self.has_shown_page = self.has_shown_page or is_ordinary(request.url)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, self.failures_to_answer):
            why = f"{type(exception).__name__}: {exception}"
            self._failed(request, why, is_unreachable=isinstance(exception, UNREACHABLE))

    def _heed(self, request: Request, response: Response, asked: int | None) -> Request | Response:
        waits = request.meta.get("waits", 0)
        if asked is None:
            self._failed(request, f"answered {response.status}")
        elif asked <= PATIENCE and waits < MOST_WAITS and self.waits < MOST_WAITS_IN_A_RUN:
            self.waits += 1
            self._be_quiet(request, asked)
            meta = request.meta | {"waits": waits + 1}
            return request.replace(meta=meta, dont_filter=True)
        else:
            request.meta["dont_retry"] = True
            wait = min(timedelta(seconds=asked), LONGEST_REQUESTED_HOLD)
            why = f"asks to come back after {asked} seconds"
            self._hold_page(request, wait, why)
            self._failed(request, why, clear=True, wait=wait)
        return response

    def _be_quiet(self, request: Request, seconds: int) -> None:
        """Make no requests for some *seconds*."""
        logger.info("%s asks to come back after %s seconds: waiting", request.url, seconds)
        self.quiet_until = max(self.quiet_until, monotonic() + seconds)
        for slot in self.crawler.engine.downloader.slots.values():
            slot.lastseen = max(
                slot.lastseen, self.quiet_until
            )  # for requests that have passed here

    def _answered(self) -> None:
        self.evidence.note_answer()
        if self.before is not None and self.run is not None:
            self.before = None
            self.run.archive.validators.note_hold(self.origin, None)

    def _failed(
        self,
        request: Request,
        why: str,
        *,
        clear: bool = False,
        wait: timedelta | None = None,
        is_unreachable: bool = False,
    ) -> None:
        self.why = f"{request.url} {why}"
        self.evidence.note_failure(request.url, is_unreachable=is_unreachable)
        if not self.evidence.is_of_site(is_clear=clear, is_again=self.before is not None):
            return
        if wait is None:
            self._hold_for_silence()
        else:
            self._hold(max(wait, self.shortest))

    def _hold_for_silence(self) -> None:
        times = self.before.times if self.before else 0
        self._hold(min(self.shortest * int(2 ** min(times, 20)), LONGEST_HOLD))

    def _hold(self, wait: timedelta) -> None:
        if self.run is None or self.run.is_on_hold or not self.shortest:
            return
        times = self.before.times + 1 if self.before else 1
        hold = Hold(times, clock.now() + wait, self.why)
        self.run.archive.validators.note_hold(self.origin, hold)
        self.run.leave_alone(self.origin, hold)

    def _hold_page(self, request: Request, wait: timedelta, why: str) -> None:
        if self.run is None or not self.shortest:
            return
        until = clock.now() + wait
        self.run.archive.validators.note_hold(request.url, Hold(1, until, why))
        for url in (request.url, *request.meta.get("redirect_urls", [])):
            self.run.archive.pending.note_wait(url, until)


def retry_after(response: Response, at: datetime) -> int | None:
    """Return the seconds of an answer's Retry-After; ``None`` where it has none of use.

    By RFC 9110, 10.2.3, it is a number of seconds or a date. A date is compared with the answer's
    own Date, else with *at*, our time.
    """
    text = _header(response, "Retry-After").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    until = clock.read_date(text)
    sent_at = clock.read_date(_header(response, "Date")) or at
    return None if until is None else max(0, int((until - sent_at).total_seconds()))


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")
