"""Feeds against the archive: what differs, file by file."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from diplonews.feeds.manifest import Manifest
from diplonews.feeds.publisher import Publisher


def differences(publisher: Publisher) -> Iterator[str]:
    """Yield a sentence for each file that is not what the archive says, or is too many.

    What runs changed that are not published yet is left out: they, or the next run of their
    section, will do that.
    """
    read = Manifest.read(publisher.folder)
    manifest = read.files if read else None
    if manifest is None:
        yield "manifest.json: expected the list of files, found none that can be read"
    expected = publisher.expected()
    for name, lines in sorted(expected.items()):
        wanted = hashlib.sha256(b"".join(line.encode() + b"\n" for _, line in lines)).hexdigest()
        try:
            found = _sha256(publisher.folder / name)
        except OSError as error:  # a folder of that name, another user's file, a broken disk
            yield f"{name}: expected a file, found one that cannot be read: {error.strerror}"
            continue
        if not found:
            yield f"{name}: expected a file, found none"
        elif found != wanted:
            yield f"{name}: expected what the archive says, found other lines"
        if manifest is not None and manifest.get(name, {}).get("sha256") != wanted:
            yield f"manifest.json: expected the SHA-256 of {name}, found another or none"
    for name in sorted(publisher.on_disk() - expected.keys() - publisher.unsettled()):
        yield f"{name}: expected no such file, found one"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
