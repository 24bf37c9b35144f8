"""Asking for one page and awaiting the answer: what was read, or the reason why nothing was.

Probe, surfaces and doctor ask step by step, inside `start()` or a callback. A spider that awaits
something there is not idle, so Scrapy does not end the crawl.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from diplonews.crawling.answers import GONE, is_gone, why_of
from diplonews.crawling.tickets import TICKET, end_of
from diplonews.errors import ArchiveError, LayoutError
from diplonews.refusals import RobotsUnknown
from diplonews.runs.account import End
from diplonews.runs.crashes import is_failure
from diplonews.runs.run import Run

Read = TypeVar("Read")

OK = frozenset({200})
ANY = frozenset(range(100, 600))

PAUSE = 0.2  # seconds; then ask again whether the crawl is still paused


@dataclass(frozen=True, slots=True)
class NoPage:
    """Why there is no page to go on with."""

    url: str
    why: str
    end: End
    status: int | None = None  # of the answer, where there was one
    is_passing: bool = False  # refused for now: robots.txt cannot be fetched


class Asker:
    """Asks for pages, and notes each request in the run's account."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self.crawler = crawler
        self.run = run

    async def ask(
        self,
        url: str,
        read: Callable[[Response], Read],
        *,
        statuses: Collection[int] = OK,
        headers: Mapping[str, str] | None = None,
        may_retry: bool = True,
    ) -> Read | NoPage:
        """Ask for *url*; return what *read* makes of the answer, or why there is nothing to read.

        There is nothing to read where the status is not among *statuses*, or where *read* raises
        ``LayoutError``. While the site wants a pause, this waits.
        """
        ticket = self.run.account.open(url)
        meta = {TICKET: ticket, "dont_retry": not may_retry}
        request = Request(url, headers=dict(headers or {}), meta=meta, callback=NO_CALLBACK)
        result: Read | NoPage
        try:
            response = await self._download(request)
            result = _check(url, response, statuses) or read(response)
            end = result.end if isinstance(result, NoPage) else _end_of(response)
        except LayoutError as error:
            result = NoPage(url, error.why, End.FAILED, 200)
            end = End.FAILED
        except Exception as error:
            result = self._failed(url, error)
            end = result.end
        except BaseException:  # the run was told to stop while this was awaited
            self.run.account.close(ticket, End.LEFT)
            raise
        self.run.account.close(ticket, end)
        return result

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        # A paused engine stops only the requests that Scrapy has scheduled itself.
        while engine.paused and not _is_closing(engine):
            await asyncio.sleep(PAUSE)
        if self.run.is_over or _is_closing(engine):
            raise IgnoreRequest("not asked for: the run was told to stop")
        return await engine.download_async(request)

    def _failed(self, url: str, error: Exception) -> NoPage:
        engine = self.crawler.engine
        end = end_of(error, url, self.run)
        if engine is None or _is_closing(engine):
            return NoPage(url, "not asked for: the run was told to stop", End.LEFT)
        if isinstance(error, ArchiveError):
            self.run.abandon(self.crawler, str(error))
            end = End.LEFT
        elif not is_failure(error):
            self.run.note_crash(error, url, "while it was asked for or read")
        return NoPage(url, why_of(error), end, is_passing=isinstance(error, RobotsUnknown))


def _check(url: str, response: Response, statuses: Collection[int]) -> NoPage | None:
    if response.status in statuses:
        return None
    end = End.GONE if is_gone(response, url) else End.FAILED
    why = f"expected an answer with status 200, found {response.status}"
    return NoPage(url, why, end, response.status)


def _end_of(response: Response) -> End:
    if response.status == 304:
        return End.UNCHANGED
    return End.GONE if response.status in GONE else End.READ


def _is_closing(engine: ExecutionEngine) -> bool:
    """Tell whether the engine closes or has closed; Scrapy has no public name for that."""
    slot = engine._slot
    return engine.spider is None or slot is None or slot.closing is not None
