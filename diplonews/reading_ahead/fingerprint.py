"""What the code is by which pages are read: workers of other code would read them otherwise."""

import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

# Packages that have a say in what is read off a page and inferred from it.
PACKAGES = (
    *("babel", "dateparser", "json-repair", "lxml", "py3langid", "rapidfuzz", "scrapy"),
    *("selectolax", "trafilatura", "tzdata", "w3lib"),
)
ENDINGS = (".py", ".tsv")


@cache
def fingerprint() -> str:
    """Return a fingerprint of our files, of the packages that read with them, and of Python."""
    hashed = sha256(sys.version.encode())
    for name in PACKAGES:
        hashed.update(f"{name} {_version(name)}\n".encode())
    _add(hashed, files("diplonews"))
    return hashed.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _add(hashed: "sha256", folder: Traversable) -> None:  # type: ignore[valid-type]
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and not entry.name.startswith("__"):
            _add(hashed, entry)
        elif entry.name.endswith(ENDINGS):
            hashed.update(entry.name.encode())  # type: ignore[attr-defined]
            hashed.update(entry.read_bytes())  # type: ignore[attr-defined]
