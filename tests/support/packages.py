"""The project as a wheel and as an egg, built from a copy of the checkout."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

PROJECT = Path(__file__).parents[2]


def copy_of_project(folder: Path) -> Path:
    """Copy what a package is built from, so that building leaves nothing in the checkout."""
    copied = folder / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "diplonews", copied / "diplonews", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "scrapy.cfg"):
        if (PROJECT / name).exists():
            shutil.copy(PROJECT / name, copied)
    return copied


def build_wheel(folder: Path) -> Path:
    call("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", str(folder), str(copy_of_project(folder)))  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_wheel(folder: Path) -> Path:
    """Return a folder with the wheel installed, to be put on a path."""
    wheel, installed = str(build_wheel(folder)), folder / "lib"
    call("-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed), wheel)
    return installed


def build_egg(folder: Path) -> Path:
    """Return an egg, which is what Scrapyd deploys."""
    script = "import setuptools; setuptools.setup()"
    call("-c", script, "--quiet", "bdist_egg", "--dist-dir", str(folder),
         cwd=copy_of_project(folder))  # fmt: skip
    (egg,) = folder.glob("*.egg")
    return egg


def call(*arguments: str, cwd: Path | None = None) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{arguments}: exit status {done.returncode}:\n{done.stderr[-2_000:]}")


def files_in(package: Path) -> set[str]:
    """Return the names of the files in a wheel or egg."""
    with ZipFile(package) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}
