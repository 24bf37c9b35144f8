"""What another user left is named with its owner and the command that mends it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.crawling import Crawl

STRANGER = 54_321  # no user of this machine


def belong_to_stranger(path: Path) -> Path:
    os.chown(path, STRANGER, STRANGER)
    path.chmod(0o755 if path.is_dir() else 0o644)
    return path


@pytest.fixture
def crawl_as_others() -> Callable[[Crawl], "subprocess.CompletedProcess[str]"]:
    """Return a crawl whose process may write its own files only, though it is root's."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() or setpriv is None:
        pytest.skip("only root may give files away, and setpriv takes root's privilege")
    powers = "-dac_override,-dac_read_search,-fowner"

    def call(crawl: Crawl) -> "subprocess.CompletedProcess[str]":
        command = [setpriv, "--bounding-set", powers, "--inh-caps", powers]
        return subprocess.run(
            [*command, *crawl.command("crawl", "security")], cwd=Path(__file__).parent.parent,
            env=crawl.variables(), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return call


@pytest.mark.parametrize(
    "name",
    [".", "locks/security.lock", "archive.sqlite", "feeds", "feeds/.lock", "captures"],
)
def test_a_file_of_another_user_is_told_with_what_to_do(
    name: str, crawl: Crawl, crawl_as_others: Callable[[Crawl], "subprocess.CompletedProcess[str]"]
) -> None:
    for folder in ("locks", "feeds", "captures"):
        (crawl.var / folder).mkdir(parents=True)
    if name == ".":
        shutil.rmtree(crawl.var / "locks")
    place = crawl.var / name
    place.touch()
    belong_to_stranger(place)

    done = crawl_as_others(crawl)

    assert done.returncode == 4
    assert f"{place.resolve()} belongs to user {STRANGER}: sudo chown -R" in done.stderr
    assert "Traceback" not in done.stderr
