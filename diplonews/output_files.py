"""Whether a file can be where a person wants it, asked before the work for it begins."""

from pathlib import Path
from shlex import quote

from diplonews.errors import SettingError


def check_output(option: str, path: Path) -> None:
    """Raise ``SettingError`` where *path* is something else than a file, or has no folder.

    No command makes that folder, just as `cp` makes none: after a typo the file would be in a
    place where nobody looks. *option* is the option that has the path.
    """
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "no file"
        raise SettingError(f"{option}: expected a file to write, found {path}, which is {kind}")
    folder = path.parent
    if not folder.exists():
        raise SettingError(
            f"{option}: expected a folder for {path.name}, found none at {folder}: mend the name, "
            f"or make it: mkdir -p {quote(str(folder))}"
        )
    if not folder.is_dir():
        raise SettingError(
            f"{option}: expected a folder for {path.name}, found {folder}, which is no folder"
        )
