"""Scrapy's own feed export (``-O``): the keys and values of our feeds, whatever the format."""

from dataclasses import fields
from typing import Any, BinaryIO

from scrapy.exporters import (
    BaseItemExporter,
    CsvItemExporter,
    JsonItemExporter,
    MarshalItemExporter,
    XmlItemExporter,
)

from diplonews.exports.cells import cell, disarmed
from diplonews.items import Article
from diplonews.lines import as_keys, as_line


class LineExporter(BaseItemExporter):
    """JSON Lines: the same lines as in our feeds."""

    def __init__(self, file: BinaryIO, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        self.file.write(as_line(item).encode() + b"\n")


class JsonExporter(JsonItemExporter):
    """One JSON array of the same objects."""

    def export_item(self, item: Any) -> None:
        super().export_item(as_keys(item))


class XmlExporter(XmlItemExporter):
    """The same as XML, as Scrapy writes it."""

    def export_item(self, item: Any) -> None:
        super().export_item(as_keys(item))


class MarshalExporter(MarshalItemExporter):
    """The same as Python's ``marshal`` writes it, which has no times."""

    def export_item(self, item: Any) -> None:
        super().export_item(as_keys(item))


class CsvExporter(CsvItemExporter):
    """A flat table: a column for each key, and one text in each cell, none a formula."""

    def __init__(self, file: Any, **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.include_headers_line = self.include_headers_line and not _has_lines(file)
        self.fields_to_export = self.fields_to_export or [key.name for key in fields(Article)]

    def export_item(self, item: Any) -> None:
        keys = as_keys(item)
        super().export_item({name: disarmed(cell(name, keys[name])) for name in keys})


def _has_lines(file: Any) -> bool:
    """Tell whether an output file has lines already (``-o`` appends to them)."""
    try:
        return bool(file.tell())
    except OSError:  # a pipe
        return False
