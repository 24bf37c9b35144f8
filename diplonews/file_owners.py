"""Owners of files, for messages on files that cannot be written.

The usual cause: somebody ran `scrapy` as root once, and the service's user cannot write root's
files.
"""

import getpass
import os
import pwd
from pathlib import Path


def advice(*paths: Path) -> str:
    """Return advice where another user owns one of *paths*, or its folder.

    Empty where that is not the cause. SQLite then says "readonly database" or "unable to open". So
    pass its ``-wal`` and ``-shm`` files too.
    """
    for path in paths:
        place = _nearest(path)
        owner = place.stat().st_uid
        if owner != os.geteuid() and not os.access(place, os.W_OK):
            return f". {place} belongs to {_name(owner)}: sudo chown -R {_me()} {place}"
    return ""


def _nearest(path: Path) -> Path:
    """Return *path*, or the first folder above it that exists."""
    # Path.exists() would raise on a name that is too long.
    return next(place for place in (path, *path.absolute().parents) if os.path.exists(place))  # noqa: PTH110


def _name(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user {user_id}"


def _me() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.geteuid())
