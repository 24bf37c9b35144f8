"""Which workers a run has: those that DIPLONEWS_EXECUTOR names, or none."""

import logging

from diplonews.workers.interface import Workers
from diplonews.workers.machine_share import count_bytes, count_processors

logger = logging.getLogger(__name__)

CLUSTER = "dask+"  # before the address of a scheduler, as Dask writes it
MOST_UNASKED = 4  # processes: one run can hardly give work to more
PROCESS_BYTES = 250 * 2**20  # of memory, for each of them and for the run
FEWEST_PAGES = 200  # a process begins as fast as so many pages are read


def choose_workers(named: str, page_count: int) -> Workers | None:
    """Return the workers that *named* asks for; ``None``: the run does all itself.

    *named* is "", for as many processes as fit, where there are pages enough; a number of
    processes; or the address of a scheduler after "dask+". Raises ``SettingError``.
    """
    if named.startswith(CLUSTER):
        return _reach(named)
    unasked = count_that_fit() if page_count >= FEWEST_PAGES else 1
    count = int(named) if named else unasked
    if count == 1:
        return None
    try:
        from diplonews.workers.pool import Processes  # not above: no other command needs it

        return Processes(count)
    except (ImportError, NotImplementedError, OSError) as error:  # a system without /dev/shm
        logger.warning(
            "expected to begin %s processes that read captures, found %s: %s. The run reads them "
            "itself",
            count,
            type(error).__name__,
            error,
        )
        return None


def count_that_fit() -> int:
    """Return how many processes have a processor and memory each."""
    room = count_bytes() // PROCESS_BYTES - 1
    return max(1, min(count_processors(), room, MOST_UNASKED))


def check_executor(named: str) -> None:
    """Raise ``SettingError`` where the scheduler that *named* names cannot be reached."""
    if named.startswith(CLUSTER):
        _reach(named).close()


def _reach(named: str) -> Workers:
    from diplonews.workers.cluster import Cluster  # not above: no other command needs it

    return Cluster(named.removeprefix(CLUSTER))
