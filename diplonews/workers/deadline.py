"""A process that ends itself where its work takes too long."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_after(seconds: float) -> Iterator[None]:
    """End this process where the block takes longer, and print where it was."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
