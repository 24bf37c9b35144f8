"""Files that several processes write at once: each is whole, and nobody's write fails."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from diplonews.errors import FileError
from diplonews.feeds.files import whole_file, write_whole

WRITERS, TIMES, LINES = 4, 100, 50
WRITE_OFTEN = f"""
import sys
from pathlib import Path
from diplonews.feeds.files import write_whole
for _ in range({TIMES}):
    write_whole(Path(sys.argv[1]), [(0, sys.argv[2])] * {LINES})
"""


def aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def test_processes_that_write_one_file_at_once_all_succeed(tmp_path: Path) -> None:
    """As runs of three sections do, which end together and tell of the last one."""
    path = tmp_path / "latest.json"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE_OFTEN, str(path), json.dumps(number)])
        for number in range(WRITERS)
    ]
    while any(writer.poll() is None for writer in writers):
        if path.exists():
            lines = path.read_text().splitlines()

            assert len(lines) == LINES
            assert len(set(lines)) == 1

    assert [writer.returncode for writer in writers] == [0] * WRITERS
    assert os.listdir(tmp_path) == ["latest.json"]  # noqa: PTH208


def test_a_writer_that_fails_takes_nothing_from_the_one_that_waits(tmp_path: Path) -> None:
    path, has_begun = tmp_path / "sizes.json", Event()

    def lines() -> Iterator[tuple[int, str]]:
        has_begun.set()
        yield 0, "a second one"

    def fail_while_another_waits(threads: ThreadPoolExecutor) -> None:
        with whole_file(path, aside(path)) as file:
            threads.submit(write_whole, path, lines())

            assert not has_begun.wait(0.2)

            file.write(b"never whole")
            raise ZeroDivisionError

    with ThreadPoolExecutor() as threads, pytest.raises(ZeroDivisionError):
        fail_while_another_waits(threads)

    assert path.read_text() == "a second one\n"


def test_what_a_killed_process_left_is_in_no_file(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    aside(path).write_text("much longer than what comes next")

    write_whole(path, [(0, "{}")])

    assert path.read_text() == "{}\n"
    assert not aside(path).exists()


def test_a_link_at_the_place_aside_is_not_followed(tmp_path: Path) -> None:
    """Somebody else's link would lead our words into a file of theirs."""
    path, other = tmp_path / "report.json", tmp_path / "other"
    other.write_text("as it was")
    aside(path).symlink_to(other)

    with pytest.raises(FileError, match=r"report\.json: could not be written"):
        write_whole(path, [(0, "{}")])

    assert other.read_text() == "as it was"
