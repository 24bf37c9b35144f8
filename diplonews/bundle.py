"""`scrapy doctor --bundle`: one file for maintainers, with all that the doctor found.

It has the findings, the site's robots.txt, and the run's pages as WARC. Of the settings it has
only the site's address, because others may have passwords.
"""

import platform
import tarfile
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from diplonews.errors import SettingError
from diplonews.feeds.files import whole_file
from diplonews.items import READER
from diplonews.output_files import check_output
from diplonews.printing import as_json

PROGRAMS = ("diplonews", "scrapy", "lxml", "selectolax")


def check_place(path: Path) -> None:
    """Raise ``SettingError`` where a bundle has no place, or would overwrite something."""
    check_output("--bundle", path)
    if path.exists():
        raise SettingError(f"--bundle: {path}: expected no file, found one: choose another name")


def about(origin: str, run_id: str) -> str:
    """Return site, run and programs as JSON."""
    programs = {name: version(name) for name in PROGRAMS} | {"python": platform.python_version()}
    return as_json({"site": origin, "run": run_id, "reader": READER, "programs": programs})


def write_bundle(path: Path, texts: dict[str, str], pages: Path, at: datetime) -> None:
    """Write *texts* by their names, and the WARC file *pages* where there is one, to *path*."""
    with (
        whole_file(path, path.with_name(f".{path.name}.part")) as file,
        tarfile.open(fileobj=file, mode="w:gz") as bundle,
    ):
        for name, content in _contents(texts, pages):
            member = tarfile.TarInfo(f"doctor/{name}")
            member.size, member.mtime, member.mode = len(content), int(at.timestamp()), 0o644
            bundle.addfile(member, BytesIO(content))


def _contents(texts: dict[str, str], pages: Path) -> Iterator[tuple[str, bytes]]:
    for name, text in texts.items():
        yield name, text.encode()
    if pages.exists():  # the doctor asks for a dozen pages, which fit into memory
        yield "pages.warc.gz", pages.read_bytes()
