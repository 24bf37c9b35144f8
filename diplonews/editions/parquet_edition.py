"""Parquet: a file for each file of ``current``, with its lines, typed."""

import io
import json
from collections.abc import Iterator, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

from diplonews import __version__
from diplonews.exports.export import CURRENT, names_of
from diplonews.exports.formats import PARQUET
from diplonews.exports.writing import Contents
from diplonews.extras import check_package
from diplonews.feeds.file_names import feed_of, stem_of
from diplonews.feeds.files import FileFacts
from diplonews.feeds.further_files import Content, EditionFile


class ParquetEdition:
    """Whole sections, by month of publication."""

    name = PARQUET.name

    def __init__(self) -> None:
        check_package("DIPLONEWS_PUBLISH=parquet", PARQUET.package, PARQUET.extra)
        self.made_by = f"diplonews {__version__}, pyarrow {version('pyarrow')}"

    def files(self, folder: Path, current: Mapping[str, FileFacts]) -> Iterator[EditionFile]:
        for name in sorted(current):
            own_name = f"{self.name}/{feed_of(name)}/{stem_of(name)}{PARQUET.ending}"
            yield EditionFile(own_name, current[name].sha256, partial(_content, folder / name))


def _content(path: Path) -> Content:
    assert PARQUET.writer is not None
    file = io.BytesIO()
    writer = PARQUET.writer(file, Contents(CURRENT, names_of(CURRENT), ""))
    count = last_seq = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            keys = json.loads(line)
            writer.write(keys)
            count, last_seq = count + 1, max(last_seq, keys["seq"])
    writer.close()
    return Content(file.getvalue(), count, last_seq)
