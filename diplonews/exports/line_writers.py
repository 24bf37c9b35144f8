"""JSON Lines and CSV."""

import csv
from typing import BinaryIO

from diplonews.exports.cells import cell, cut, disarmed
from diplonews.exports.selection import Keys
from diplonews.exports.writing import Contents, text_file
from diplonews.lines import dumps

BOM = "\ufeff"  # by which Excel recognises UTF-8


class JsonLinesWriter:
    """The lines of our feeds, with the keys that are wanted."""

    def __init__(self, file: BinaryIO, contents: Contents) -> None:
        self.file = file
        self.names = contents.names

    def write(self, keys: Keys) -> None:
        self.file.write(dumps({name: keys[name] for name in self.names}).encode() + b"\n")

    def close(self) -> None:
        """Do nothing: the file is complete after each line."""


class CsvWriter:
    """A flat table that opens right in Excel."""

    def __init__(self, file: BinaryIO, contents: Contents) -> None:
        self.text = text_file(file)
        self.names = contents.names
        self.cut_count = 0
        self.text.write(BOM)
        self.rows = csv.writer(self.text)
        self.rows.writerow(self.names)

    def write(self, keys: Keys) -> None:
        cells = [disarmed(cell(name, keys[name])) for name in self.names]
        short = [cut(text) for text in cells]
        self.cut_count += sum(map(str.__ne__, cells, short))
        self.rows.writerow(short)

    def close(self) -> None:
        self.text.detach()
