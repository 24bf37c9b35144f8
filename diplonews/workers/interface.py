"""What a run needs of workers, wherever they are."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol


class Workers(Protocol):
    """What functions are given to."""

    @property
    def count(self) -> int:
        """Return how many work at the same time, as far as that is known."""

    @property
    def see_our_files(self) -> bool:
        """Tell whether they are on this machine."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Have a function of a module called; raises what an executor raises."""

    def restart(self) -> None:
        """Begin others where one has died."""

    def close(self) -> None:
        """End, whatever is under way."""
