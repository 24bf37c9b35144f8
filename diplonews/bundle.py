"""What `scrapy doctor --bundle` packs for whoever maintains the reader: one file with all it met.

The findings, the site's robots.txt, and the run's pages as WARC. No setting is in it but the
site's address: what is set may hold passwords.
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
    """Raise ``SettingError`` where a bundle has no place, or would take that of something."""
    check_output("--bundle", path)
    if path.exists():
        raise SettingError(f"--bundle: {path}: expected no file, found one: choose another name")


def about(origin: str, run_id: str) -> str:
    """Return which program looked at which site, as JSON."""
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
    if pages.exists():  # the doctor asks a dozen pages: they fit into memory
        yield "pages.warc.gz", pages.read_bytes()
