"""Excel's own format: a sheet with real times, numbers and texts, and no formula anywhere."""

import shutil
import tempfile
import weakref
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from diplonews.errors import SettingError
from diplonews.exports.cells import cell, cut
from diplonews.exports.selection import Keys
from diplonews.exports.writing import Contents

MOST_ROWS = 1_048_576  # of a sheet, with its head
LARGEST_NUMBER = 10**15  # larger ones are rounded by Excel
FIRST_YEAR = 1900  # Excel has no earlier times
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class WorkbookWriter:
    """One sheet, a row at a time."""

    def __init__(self, file: BinaryIO, contents: Contents, most_rows: int = MOST_ROWS) -> None:
        self.contents = contents
        self.most_rows = most_rows
        self.cut_count = 0
        self.row = 0
        self.book = xlsxwriter.Workbook(file, {**OPTIONS, "tmpdir": self._new_folder(file)})
        self.book.set_properties({"title": contents.title, "comments": "Times are UTC."})
        self.time_form = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.sheet = self.book.add_worksheet("articles")
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_column(0, len(contents.names) - 1, 20)
        head_form = self.book.add_format({"bold": True})
        for column, name in enumerate(contents.names):
            self.sheet.write_string(0, column, name, head_form)

    def write(self, keys: Keys) -> None:
        self.row += 1
        if self.row >= self.most_rows:
            raise SettingError(
                f"--format xlsx: expected at most {self.most_rows - 1:,} lines, which is what a "
                "sheet of Excel holds, found more. Choose fewer (--since, --section), or take "
                "parquet or sqlite"
            )
        for column, name in enumerate(self.contents.names):
            self._write_cell(column, name, keys[name])

    def close(self) -> None:
        self.sheet.autofilter(0, 0, self.row, len(self.contents.names) - 1)
        self.book.close()

    def _new_folder(self, file: BinaryIO) -> str:
        """Return a temporary folder with room for the sheet; it is removed with the writer."""
        path = Path(getattr(file, "name", ""))
        place = path.parent if path.name else None
        folder = tempfile.mkdtemp(prefix=f"{path.name or 'sheet'}.", dir=place)
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _write_cell(self, column: int, name: str, value: Any) -> None:
        if value is None or value == []:
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(self.row, column, value)
        elif isinstance(value, int | float) and abs(value) < LARGEST_NUMBER:
            self.sheet.write_number(self.row, column, value)
        elif name.endswith("_at") and int(value[:4]) > FIRST_YEAR:
            moment = datetime.fromisoformat(value).replace(tzinfo=None)
            self.sheet.write_datetime(self.row, column, moment, self.time_form)
        else:
            text = cell(name, value)
            short = cut(text)
            self.cut_count += text != short
            self.sheet.write_string(self.row, column, short)
