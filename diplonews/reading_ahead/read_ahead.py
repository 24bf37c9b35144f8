"""The run's side of reading ahead: pages are given to workers in their order, and come back so.

A worker that dies takes with it what it was about to give back. These pages are read again, each
alone, so that it shows which of them killed it. Such a page is left, and the run says why.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice

from diplonews.reading_ahead.fingerprint import fingerprint
from diplonews.reading_ahead.page_work import (
    MOST_SECONDS,
    Job,
    PageRead,
    Work,
    WorkPlan,
    read_pages,
)
from diplonews.runs.run import Run
from diplonews.runs.trouble import Kind
from diplonews.workers import Workers

BATCH = 8  # pages: giving work and taking it back costs as much as some tenths of a page
BATCHES_AHEAD = 2  # for each worker, beside the one that it reads
MOST_TRIES = 2  # of a page that is read alone
MOST_DEATHS = 20  # of workers, in one run
START_SECONDS = 60  # for a worker to begin


@dataclass(frozen=True, slots=True)
class Lost:
    """A page at which workers died each time."""

    why: str


@dataclass(frozen=True, slots=True)
class _Batch:
    jobs: Sequence[Job]
    future: "Future[tuple[str, list[PageRead | None]]] | None"
    generation: int  # of workers


class _WorkersLost(Exception):  # noqa: N818  it says what has happened, to this file alone
    """What was given to workers does not come back."""


class ReadAhead:
    """Has pages read by *workers*, if there are any."""

    def __init__(self, run: Run, plan: WorkPlan, workers: Workers | None) -> None:
        self.run = run
        self.plan = plan
        self.workers = workers
        self.generation = 0
        self.death_count = 0

    def close(self) -> None:
        """End the workers, whatever they do."""
        workers, self.workers = self.workers, None
        if workers is not None:
            workers.close()

    async def over(self, jobs: Iterable[Job]) -> AsyncIterator[tuple[Job, PageRead | Lost | None]]:
        """Yield each job in order, with its page if a worker has read it, all being well."""
        rest = iter(jobs)
        waiting: deque[_Batch] = deque()
        while True:
            while len(waiting) < self._most_waiting and (some := list(islice(rest, BATCH))):
                waiting.append(self._give(some))
            if not waiting:
                return
            batch = waiting.popleft()
            async for job, result in self._results(batch):
                yield job, result

    @property
    def _most_waiting(self) -> int:
        return 1 if self.workers is None else self.workers.count * (BATCHES_AHEAD + 1)

    def _give(self, jobs: Sequence[Job]) -> _Batch:
        future = None
        if self.workers is not None:
            works = [Work.from_job(job, is_sent=not self.workers.see_our_files) for job in jobs]
            try:
                future = self.workers.submit(read_pages, self.plan, works)
            except Exception as error:  # of any executor: whatever it is, the pages are read here
                self._give_up(f"{type(error).__name__}: {error}")
        return _Batch(jobs, future, self.generation)

    async def _results(self, batch: _Batch) -> AsyncIterator[tuple[Job, PageRead | Lost | None]]:
        if batch.future is None or self.workers is None:
            for job in batch.jobs:
                yield job, None
            return
        try:
            results = await self._answer(batch)
        except _WorkersLost as lost:
            await self._replace_workers(batch, lost)
            for job in batch.jobs:
                yield job, await self._read_alone(job)
            return
        for job, result in zip(batch.jobs, results, strict=True):
            yield job, result

    async def _read_alone(self, job: Job) -> PageRead | Lost | None:
        """Have one page read while no other is, or find that it kills whoever reads it."""
        why = ""
        for _ in range(MOST_TRIES):
            batch = self._give([job])
            if batch.future is None:
                return None
            try:
                (result,) = await self._answer(batch)
            except _WorkersLost as lost:
                why = str(lost)
                await self._replace_workers(batch, lost)
            else:
                return result
        if self.workers is None:
            return None
        return Lost(
            f"expected a worker to read its capture, found that {MOST_TRIES} died of it: {why}"
        )

    async def _answer(self, batch: _Batch) -> list[PageRead | None]:
        """Wait for what a worker gives back; raises ``_WorkersLost``."""
        assert batch.future is not None
        seconds = START_SECONDS + MOST_SECONDS * len(batch.jobs)
        try:
            async with asyncio.timeout(seconds):
                code, results = await asyncio.wrap_future(batch.future)
        except TimeoutError as error:
            raise _WorkersLost(f"no answer in {seconds} seconds") from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # the run is told to stop
            raise _WorkersLost("the work was cancelled") from None
        except Exception as error:  # of any executor
            raise _WorkersLost(f"{type(error).__name__}: {error}") from error
        if code != fingerprint():
            self._give_up("they have other code or other packages than this machine")
            return [None] * len(batch.jobs)
        return results

    async def _replace_workers(self, batch: _Batch, lost: _WorkersLost) -> None:
        """Note once that a worker died, and have another one; or none, if none begins."""
        if batch.generation != self.generation or self.workers is None:
            return  # it is known, of another batch
        self.generation += 1
        self.death_count += 1
        first, count = batch.jobs[0].url, len(batch.jobs)
        self.run.note_trouble(
            Kind.WORKER,
            first,
            f"expected a worker to read its capture and those of {count - 1} other pages, found "
            f"that it died: {lost}. Each of them is read again alone",
        )
        self.workers.restart()
        try:
            greeting = _Batch([], self.workers.submit(read_pages, self.plan, []), self.generation)
            await self._answer(greeting)
        except Exception as error:  # of any executor
            self._give_up(f"{type(error).__name__}: {error}")
        if self.death_count >= MOST_DEATHS:
            self._give_up(f"{MOST_DEATHS} of them died")

    def _give_up(self, why: str) -> None:
        """Go on without workers."""
        if self.workers is None:
            return
        self.close()
        self.run.note_trouble(
            Kind.WORKER,
            self.run.run_id,
            f"expected workers to read captures, found none that can: {why}. The run reads all "
            f"that is left itself",
        )
