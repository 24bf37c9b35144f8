"""Tar files of ours, unpacked."""

import tarfile
from pathlib import Path
from typing import Any


def unpack(path: Path, folder: Path) -> None:
    """Unpack a file; by the safe way where this Python has it (from 3.11.4 on)."""
    safely: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(path) as packed:
        packed.extractall(folder, **safely)
