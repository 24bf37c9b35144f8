"""The output of an export: a file that is whole or not there, or standard output."""

import gzip
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from backports import zstd

from diplonews.exports.selection import FULL, Keys
from diplonews.feeds.files import discard, whole_file

COMPRESSED = (".gz", ".zst")


class Writer(Protocol):
    """Writes lines in one format."""

    def write(self, keys: Keys) -> None:
        """Write one line: an article, or an event."""

    def close(self) -> None:
        """Write the end of the file; its opener closes the file itself."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the writer of a format needs to know."""

    place: str  # "current" or "changes": which schema its lines have
    names: tuple[str, ...]  # of the keys, in their order
    title: str  # what was chosen, as a heading
    text: str = FULL  # how much of the text lines have
    as_of: str = ""  # the time of the last event, as lines print times
    key: str = ""  # equal for equal choices, for a feed's permanent identity; else its title


OpenWriter = Callable[[BinaryIO, Contents], Writer]


def ending_of(path: Path) -> tuple[str, str]:
    """Return the ending of the format, and that of the compression.

    >>> ending_of(Path("articles.csv.gz")), ending_of(Path("articles.parquet"))
    (('.csv', '.gz'), ('.parquet', ''))
    """
    last = path.suffix.lower()
    if last in COMPRESSED:
        return path.with_suffix("").suffix.lower(), last
    return last, ""


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write, compressed if its name says so: whole at the end, or not there.

    Two exports may write the same file at once; the later one wins. Leftovers of killed exports
    are removed.
    """
    discard_leftovers(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with whole_file(path, aside) as file, _compressed(file, path) as target:
        yield target


def discard_leftovers(path: Path) -> None:
    """Remove the leftovers of killed exports to *path*."""
    for leftover in path.parent.glob(f".{glob_text(path.name)}.*.part*"):
        if not _is_alive(leftover.name.rpartition(".part")[0].rpartition(".")[2]):
            shutil.rmtree(leftover) if leftover.is_dir() else discard(leftover)


@contextmanager
def _compressed(file: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    ending = ending_of(path)[1]
    if ending == ".gz":  # without name and time: equal lines are equal bytes
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif ending == ".zst":
        with zstd.ZstdFile(file, "wb") as packed_by_zstd:
            yield cast(BinaryIO, packed_by_zstd)
    else:
        yield file


def text_file(file: BinaryIO) -> io.TextIOWrapper:
    """Return *file* for text in UTF-8 with line ends as they are; detach it at the end."""
    return io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")


def glob_text(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in name)


def _is_alive(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:  # another user's process
        return True
    return True
