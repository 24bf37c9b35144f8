"""Editions: further forms of the articles, made from feed files and published with them.

An edition's file follows from files of ``current``. It is made again where these have changed, and
written where the result differs.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from diplonews.feeds.files import FileFacts, facts_of, whole_file
from diplonews.feeds.manifest import NAME, Manifest

logger = logging.getLogger(__name__)

# The errors of a file of ``current`` that is damaged or gone.
UNREADABLE = (OSError, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Content:
    """The content of an edition's file."""

    data: bytes
    lines: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class EditionFile:
    """An edition's file, which is made when its content is needed."""

    name: str
    made_from: str  # fingerprint of the files of ``current`` it depends on
    make: Callable[[], Content]


class Edition(Protocol):
    """One form of the articles; it has the name of its folder."""

    name: str
    made_by: str  # the programs that write it; other ones may write other bytes

    def files(self, folder: Path, current: Mapping[str, FileFacts]) -> Iterator[EditionFile]:
        """Yield all files that follow from the files of ``current`` in a folder."""


def fingerprint(current: Mapping[str, FileFacts]) -> str:
    """Return a fingerprint of some files: it differs once one of them has changed."""
    text = "\n".join(f"{name} {current[name].sha256}" for name in sorted(current))
    return hashlib.sha256(text.encode()).hexdigest()


def write_editions(folder: Path, manifest: Manifest, editions: Sequence[Edition]) -> None:
    """Bring editions up to date, after the feeds; remove files of others from the manifest."""
    wanted = set()
    current = _current(manifest)
    for edition in editions:
        is_by_same = manifest.editions.get(edition.name) == edition.made_by
        for file in edition.files(folder, current):
            wanted.add(file.name)
            facts = manifest.files.get(file.name)
            if facts is None or not is_by_same or facts.made_from != file.made_from:
                _bring_up_to_date(folder, manifest, file)
    places = {*manifest.editions, *(edition.name for edition in editions)}
    for name in [name for name in manifest.files if name.partition("/")[0] in places]:
        if name not in wanted:
            del manifest.files[name]
    manifest.editions = made_by(editions)


def made_by(editions: Iterable[Edition]) -> dict[str, str]:
    return {edition.name: edition.made_by for edition in editions}


def edition_files(
    folder: Path, manifest: Manifest, editions: Iterable[Edition]
) -> Iterator[tuple[EditionFile, bool]]:
    """Yield each expected file, and whether the same programs made it."""
    current = _current(manifest)
    for edition in editions:
        if edition.name in manifest.editions:
            is_by_same = manifest.editions[edition.name] == edition.made_by
            for file in edition.files(folder, current):
                yield file, is_by_same


def file_faults(
    folder: Path, file: EditionFile, facts: FileFacts | None, *, is_by_same: bool
) -> Iterator[str]:
    """Yield what is wrong with an edition's file; other programs' bytes are not compared."""
    try:
        size, digest = facts_of(folder / file.name)
    except FileNotFoundError:
        yield f"{file.name}: expected a file, found none"
        return
    except OSError as error:
        yield f"{file.name}: expected a file, found one that cannot be read: {error.strerror}"
        return
    try:
        content = file.make() if is_by_same else None
    except UNREADABLE:  # the feed's file is reported itself
        yield f"{file.name}: expected files of current that it can be made of, found others"
        return
    if content is not None and digest != hashlib.sha256(content.data).hexdigest():
        yield f"{file.name}: expected what the archive says, found other lines"
    if facts is None or (size, digest) != (facts.bytes, facts.sha256):
        yield f"{NAME}: expected size and SHA-256 of {file.name}, found others or none"
    elif facts.made_from != file.made_from:
        yield f"{file.name}: expected a file of today's articles, found one of others"


def _current(manifest: Manifest) -> dict[str, FileFacts]:
    return {name: manifest.files[name] for name in manifest.files if name.startswith("current/")}


def _bring_up_to_date(folder: Path, manifest: Manifest, file: EditionFile) -> None:
    """Write a file; remove it from the manifest where it can no longer be made."""
    try:
        content = file.make()
    except UNREADABLE as error:
        logger.warning(
            "%s: expected files of current that it can be made of, found others: %s. It is taken "
            "away. Try: scrapy verify --repair", file.name, error,
        )  # fmt: skip
        manifest.files.pop(file.name, None)
        return
    manifest.files[file.name] = _write(folder, file, content, manifest.files.get(file.name))


def _write(
    folder: Path, file: EditionFile, content: Content, facts: FileFacts | None
) -> FileFacts:
    digest = hashlib.sha256(content.data).hexdigest()
    made = FileFacts(len(content.data), content.lines, digest, content.last_seq, file.made_from)
    if facts is not None and replace(facts, made_from=file.made_from) == made:
        return made
    path = folder / file.name
    with whole_file(path, path.with_name(f".{path.name}.part")) as target:
        target.write(content.data)
    return made
