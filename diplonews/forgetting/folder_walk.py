"""All files of the crawler's folder, with links out of it and folders that cannot be read."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

# Folders of the crawler that may be links, because an operator put them on another disk.
OWN_FOLDERS = {"browse", "captures", "doctor", "feeds", "locks", "runs"}


class FolderEntry(NamedTuple):
    """A file; or a link that leads out of the folder; or a folder that cannot be read."""

    path: Path
    leads_out: bool = False
    error: OSError | None = None


def walk(var: Path) -> Iterator[FolderEntry]:
    """Yield every file under *var* once, in the order of names."""
    return _walk(var, var, {var.resolve()})


def _walk(folder: Path, var: Path, entered: set[Path]) -> Iterator[FolderEntry]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield FolderEntry(folder, error=error)
        return
    for entry in entries:
        path = folder / entry.name
        if not entry.is_symlink():
            if entry.is_dir():
                yield from _walk(path, var, entered)
            elif entry.is_file():
                yield FolderEntry(path)
            continue
        target = path.resolve()
        if any(target.is_relative_to(place) for place in entered):
            continue  # it is found there
        if entry.is_dir() and path.relative_to(var).parts[0] in OWN_FOLDERS:
            entered.add(target)
            yield from _walk(path, var, entered)
        elif path.exists():
            yield FolderEntry(path, leads_out=True)
