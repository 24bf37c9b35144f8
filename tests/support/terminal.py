"""A terminal of our own, and all that is written to it."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

ROWS = 24


def read_terminal(main: int) -> str:
    """Return all that is written to a terminal until nobody writes any more."""
    chunks = []
    while True:
        try:
            chunk = os.read(main, 65_536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(main)
    return b"".join(chunks).decode(errors="replace")


def shown_on_terminal(
    command: Sequence[str], variables: Mapping[str, str], folder: Path, *, columns: int = 80
) -> tuple[int, str]:
    """Run *command* in *folder* on a terminal; return its exit status and what it showed."""
    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    environment = {
        name: value for name, value in variables.items() if name not in {"COLUMNS", "LINES"}
    }
    process = subprocess.Popen(
        command, env=environment | {"TERM": "xterm"}, cwd=folder,
        stdin=terminal, stdout=terminal, stderr=terminal,
    )  # fmt: skip
    os.close(terminal)
    shown = read_terminal(main)
    return process.wait(timeout=60), shown
