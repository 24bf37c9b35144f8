"""Standard input and output, where the caller has closed them (`2>&-`).

Python then has no such stream, which Scrapy does not expect. And the next opened file gets the
stream's number, so a library's output would go into the archive or a feed.
"""

import os
import sys
from pathlib import Path

STANDARD = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))  # in the order of their numbers


def open_closed() -> None:
    """Open the null device for each closed standard stream."""
    for name, mode in STANDARD:
        if getattr(sys, name) is None:
            # It gets the lowest free number, which is that of the closed stream.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
