"""Scrapy's own feed export in the lines of our feeds."""

from typing import Any, BinaryIO

from scrapy.exporters import BaseItemExporter

from diplonews.lines import as_line


class LineExporter(BaseItemExporter):
    """Scrapy's own feed export (``-O out.jsonl``) in the same lines as our feeds."""

    def __init__(self, file: BinaryIO, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        self.file.write(as_line(item).encode() + b"\n")
