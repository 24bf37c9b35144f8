"""A wheel and an egg hold all that runs, and nothing else; both know where the settings are."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from diplonews.outside import advice
from tests.support.packages import PROJECT, build_egg, build_wheel, files_in, install_wheel

SCRAPYS = {"fetch", "parse", "shell", "view"}  # which Scrapy has outside of the project too
COMMANDS = {path.stem for path in (PROJECT / "diplonews/commands").glob("[a-z]*.py")} - SCRAPYS


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the installed wheel."""
    return install_wheel(tmp_path_factory.mktemp("installed"))


def shipped() -> set[str]:
    """Return every file of the package, data files too."""
    return {
        path.relative_to(PROJECT).as_posix()
        for path in (PROJECT / "diplonews").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("build", [build_wheel, build_egg])
def test_a_package_holds_the_files_of_the_project_and_no_others(
    build: Callable[[Path], Path], tmp_path: Path
) -> None:
    names = files_in(build(tmp_path))

    about = ("EGG-INFO/", "diplonews-")
    ours = {name for name in names if not name.startswith(about)}
    # An egg has its modules compiled too, unless Python was told to write none.
    assert {name for name in ours if "__pycache__" not in name} == shipped()


def test_an_installed_wheel_names_settings_and_commands(installed: Path) -> None:
    (about,) = installed.glob("*.dist-info")

    points = Distribution.at(about).entry_points
    assert points.select(group="scrapy")["settings"].value == "diplonews.settings"
    assert {point.name for point in points.select(group="scrapy.commands")} == COMMANDS


def scrapy(folder: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """Call `scrapy` in *folder* with a wheel of the project on its path."""
    clean = {name: value for name, value in os.environ.items() if "SCRAPY" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments], cwd=folder, env=clean | variables,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["crawl security", "why 7", "doctor", "verify --repair"])
def test_outside_of_the_project_a_command_says_how_to_find_it(
    command: str, installed: Path, tmp_path: Path
) -> None:
    status, output = scrapy(tmp_path, *command.split(), PYTHONPATH=str(installed))

    assert status == 2
    assert output.startswith(f"{tmp_path}: expected the folder of diplonews")
    assert "SCRAPY_SETTINGS_MODULE=diplonews.settings" in output


def test_as_it_says_the_commands_are_there(installed: Path, tmp_path: Path) -> None:
    status, output = scrapy(
        tmp_path, "why", "7", PYTHONPATH=str(installed), DIPLONEWS_VAR=str(tmp_path),
        SCRAPY_SETTINGS_MODULE="diplonews.settings",
    )  # fmt: skip

    assert (status, "expected an archive, found none" in output) == (3, True)


def test_another_project_keeps_its_own_crawl(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = other\n")
    (tmp_path / "other.py").write_text("SPIDER_MODULES = []\n")

    _, output = scrapy(tmp_path, "crawl", "one", PYTHONPATH=f"{installed}:{tmp_path}")

    assert "Spider not found: one" in output


def test_from_a_checkout_the_folder_is_named(tmp_path: Path) -> None:
    assert advice(PROJECT, tmp_path).endswith(f"Try: cd {PROJECT}")
