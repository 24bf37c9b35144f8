"""Captures at which a worker dies, stays or raises; workers import this file by its name."""

import os
import signal
import time
from pathlib import Path

from diplonews.archive.captures import Capture, Received


class KillingCapture(Capture):
    """A page that kills whoever reads it."""

    def received(self) -> Received:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class KillingOnceCapture(Capture):
    """A page at which one worker dies, as one that is out of memory does."""

    def received(self) -> Received:
        mark = Path(f"{self.path}.was-read")
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().received()


class EndlessCapture(Capture):
    """A page that is never read to its end."""

    def received(self) -> Received:
        time.sleep(600)
        raise AssertionError


class RaisingCapture(Capture):
    """A page at which code of ours raises what nobody foresaw."""

    def received(self) -> Received:
        raise ZeroDivisionError("no page")
