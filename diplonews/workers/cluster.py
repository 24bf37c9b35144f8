"""Workers of a Dask cluster, which may be on other machines (the extra "dask")."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from diplonews.errors import SettingError
from diplonews.extras import check_package

CONNECT_SECONDS = 10
FEWEST = 2  # taken for the number of workers while none has reported itself
# What Dask says on the way, of each connection; what it means for a run, the run says itself.
TALKATIVE = ("distributed", "tornado")


class Cluster:
    """Workers that a scheduler of Dask gives work to. One that dies is replaced by Dask."""

    see_our_files = False

    def __init__(self, address: str) -> None:
        check_package("DIPLONEWS_EXECUTOR", "distributed", "dask")
        from distributed import Client  # not above: only where it is asked for

        _quieten()
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TypeError, ValueError, asyncio.CancelledError) as error:
            raise SettingError(
                f"DIPLONEWS_EXECUTOR: expected a scheduler of Dask at {address}, found "
                f"{type(error).__name__}: {error}"
            ) from error
        # Not pure: two calls with the same arguments are two calls.
        self._executor = self._client.get_executor(pure=False)

    @property
    def count(self) -> int:
        threads = sum(self._client.nthreads().values())
        return int(threads) or FEWEST

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        future: Future[Any] = self._executor.submit(function, *arguments)
        return future

    def restart(self) -> None:
        """Leave it to Dask, which has begun another worker or has others."""

    def close(self) -> None:
        self._client.close(timeout=CONNECT_SECONDS)


def _quieten() -> None:
    """Leave out what Dask logs, with the exceptions that it tries again after."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in TALKATIVE:
            logging.getLogger(name).disabled = True
