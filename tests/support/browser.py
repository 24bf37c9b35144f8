"""Chromium without a window, where it is installed; what needs it is skipped visibly elsewhere."""

import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="expected chromium, found none")
LONGEST_SECONDS = 60


def shown_document(url: str, profile: Path) -> str:
    """Return a page as it is after whatever it runs has run; its profile is a folder of ours."""
    assert CHROMIUM is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"]
    done = subprocess.run(
        [CHROMIUM, *options, "--dump-dom", url],
        capture_output=True, timeout=LONGEST_SECONDS, check=True,
    )  # fmt: skip
    return done.stdout.decode()
