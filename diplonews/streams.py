"""Input and output of the process, where whoever called it has closed them (`2>&-`).

Python has no such stream then, which Scrapy does not expect; and the next file that is opened
gets its number, so that what a library prints would go into the archive or a feed.
"""

import os
import sys
from pathlib import Path

STANDARD = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))  # in the order of their numbers


def open_closed() -> None:
    """Open the null device in the place of each standard stream that is closed."""
    for name, mode in STANDARD:
        if getattr(sys, name) is None:
            # The lowest number that is free, which is the closed one's.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115
