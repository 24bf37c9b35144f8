"""What an export is written to: a file that is whole or not there, or standard output."""

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
        """Write what a whole file ends with; the file itself is closed by who opened it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file is to have, for the writer of its format."""

    place: str  # "current" or "changes": which schema its lines have
    names: tuple[str, ...]  # of the keys, in their order
    title: str  # what was chosen, in words
    text: str = FULL  # what the lines have of it
    as_of: str = ""  # when the last of all events was, as lines print times


OpenWriter = Callable[[BinaryIO, Contents], Writer]


def ending_of(path: Path) -> tuple[str, str]:
    """Return the ending that tells the format, and the one that tells how it is compressed.

    >>> ending_of(Path("articles.csv.gz")), ending_of(Path("articles.parquet"))
    (('.csv', '.gz'), ('.parquet', ''))
    """
    last = path.suffix.lower()
    if last in COMPRESSED:
        return path.with_suffix("").suffix.lower(), last
    return last, ""


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write, compressed where its name ends so: whole at the end, or not at all.

    Two exports may write the same file at once: the later one's stays. What one left that
    was killed goes.
    """
    discard_leftovers(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with whole_file(path, aside) as file, _compressed(file, path) as target:
        yield target


def discard_leftovers(path: Path) -> None:
    """Remove what exports to *path* left that were killed."""
    for leftover in path.parent.glob(f".{glob_text(path.name)}.*.part*"):
        if not _is_alive(leftover.name.rpartition(".part")[0].rpartition(".")[2]):
            shutil.rmtree(leftover) if leftover.is_dir() else discard(leftover)


@contextmanager
def _compressed(file: BinaryIO, path: Path) -> Iterator[BinaryIO]:
    ending = ending_of(path)[1]
    if ending == ".gz":  # without a name and a time in it: the same lines, the same bytes
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            yield cast(BinaryIO, packed)
    elif ending == ".zst":
        with zstd.ZstdFile(file, "wb") as packed_by_zstd:
            yield cast(BinaryIO, packed_by_zstd)
    else:
        yield file


def text_file(file: BinaryIO) -> io.TextIOWrapper:
    """Return *file* for text in UTF-8 with line ends as they are; detach it in the end."""
    return io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")


def glob_text(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in name)


def _is_alive(process_id: str) -> bool:
    try:
        os.kill(int(process_id), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True
