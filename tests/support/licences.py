"""The packages of a lock file, and under which licence each is.

python -m tests.support.licences > docs/licences.md
"""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-analysis.lock", "requirements-dask.lock")
PACKAGE = re.compile(r"^([a-zA-Z0-9_.-]+)==(\S+)", re.MULTILINE)
# Licences that let us use a package beside our own code, whatever licence that has.
ACCEPTED = re.compile(
    r"MIT|BSD|Apache|ISC|MPL|Mozilla|PSF|Python Software Foundation|LGPL|Lesser|Zope|ZPL"
    r"|Unlicense|0BSD|HPND|CC0|Public Domain",
    re.IGNORECASE,
)
# Where a package's own data say nothing, or too much: read in its files, and when.
READ_BY_HAND = {"matplotlib": "PSF-2.0 (its own, of that kind)"}
HEAD = """# Licences of what we depend on

Made by `make licences` from the lock files of a crawl and of analysts' tools; a test compares it
with them. Packages that only other systems or versions of Python need are not installed here, so
their licences are not in this list.

| package | version | licence |
| --- | --- | --- |
"""


@dataclass(frozen=True, order=True)
class Package:
    name: str
    version: str
    licence: str  # empty where the package is not installed


def packages() -> list[Package]:
    """Return every package of the lock files once, in order."""
    found = {
        (name.lower(), version)
        for lock in LOCKS
        for name, version in PACKAGE.findall((PROJECT / lock).read_text())
    }
    return [Package(name, version, licence_of(name, version)) for name, version in sorted(found)]


def licence_of(name: str, version: str) -> str:
    """Return what an installed package says; by the first place that says anything."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return ""
    if facts["Version"] != version:
        return ""
    return (
        READ_BY_HAND.get(name) or _expression(facts) or _classifiers(facts) or _first_line(facts)
    )


def _expression(facts: PackageMetadata) -> str:
    return facts.get("License-Expression") or ""  # type: ignore[attr-defined, no-any-return]


def _classifiers(facts: PackageMetadata) -> str:
    named = facts.get_all("Classifier") or []
    of_licences = [line.rpartition(" :: ")[2] for line in named if line.startswith("License ::")]
    return ", ".join(name for name in of_licences if name != "OSI Approved")


def _first_line(facts: PackageMetadata) -> str:
    text: str = facts.get("License") or ""  # type: ignore[attr-defined]
    return text.strip().partition("\n")[0][:80]


def document() -> str:
    rows = [
        f"| {package.name} | {package.version} | {package.licence or 'not installed here'} |\n"
        for package in packages()
    ]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(document())
