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

from diplonews.items import Article
from diplonews.lines import as_keys, as_line

# What stands for each member of a list of objects in a cell of a CSV table.
CELL_KEYS = {
    "authors": "name",
    "categories": "slug",
    "countries": "code",
    "embeds": "url",
    "images": "url",
    "organisations": "code",
}
CELL_SEPARATOR = "; "


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
    """A flat table: a column for each key, and one text in each cell."""

    def __init__(self, file: Any, **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.include_headers_line = self.include_headers_line and not _has_lines(file)
        self.fields_to_export = self.fields_to_export or [key.name for key in fields(Article)]

    def export_item(self, item: Any) -> None:
        super().export_item({name: cell(name, value) for name, value in as_keys(item).items()})


def _has_lines(file: Any) -> bool:
    """Tell whether a file that is written to has lines already (``-o`` goes on behind them)."""
    try:
        return bool(file.tell())
    except OSError:  # a pipe
        return False


def cell(name: str, value: object) -> str:
    """Return the value of key *name* as the text of one cell.

    >>> cell("authors", [{"name": "Ama Boateng"}, {"name": "Rui Évora"}])
    'Ama Boateng; Rui Évora'
    >>> cell("read_from", {"body": "theme", "byline_raw": None}), cell("is_empty", True)
    ('body: theme', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return CELL_SEPARATOR.join(f"{key}: {value[key]}" for key in value if value[key])
    if isinstance(value, list):
        key = CELL_KEYS.get(name)
        return CELL_SEPARATOR.join(str(member[key] if key else member) for member in value)
    return str(value)
