"""CSV of the browser as `scrapy export` writes it: no formulas, and in Excel the right letters."""

import codecs
import csv
import io
import re
import sys

from diplonews.browse.guard import App, Message, Receive, Scope, Send
from diplonews.exports.cells import cell, cut, disarmed
from diplonews.exports.line_writers import BOM

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")  # no formula, though it has a sign
KINDS = (b"text/plain", b"text/csv")  # of Datasette's CSV, shown or downloaded
CONTENT_TYPE = (b"content-type", b"text/csv; charset=utf-8")
LINE_END = "\r\n"


def spreadsheet_cell(text: str) -> str:
    """Return what a cell of our CSV has.

    >>> spreadsheet_cell("=2+2"), spreadsheet_cell("-0.5"), spreadsheet_cell("-2+3")
    ("'=2+2", '-0.5', "'-2+3")
    """
    return text if NUMBER.fullmatch(text) else cut(disarmed(cell("", text)))


class RowChanger:
    """Disarms rows of CSV as they pass; it keeps no more than the row that is not complete."""

    def __init__(self) -> None:
        self.decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self.waiting = ""  # the row that is not complete yet
        self.start = BOM

    def change(self, piece: bytes, *, is_last: bool) -> bytes:
        """Return the rows that are complete with *piece*."""
        self.waiting += self.decode(piece, is_last)
        if not (is_last or self._is_complete()):
            return b""
        text, self.waiting = self.waiting, ""
        start, self.start = self.start, ""
        changed = io.StringIO(newline="")
        rows = csv.writer(changed)
        for row in csv.reader(io.StringIO(text, newline="")):
            rows.writerow([spreadsheet_cell(one) for one in row])
        return (start + changed.getvalue()).encode("utf-8", "replace")

    def _is_complete(self) -> bool:
        """Tell whether no quotation is open: those inside of cells are doubled."""
        return self.waiting.endswith(LINE_END) and self.waiting.count('"') % 2 == 0


def with_harmless_csv(app: App) -> App:
    """Return *app*, whose CSV a spreadsheet opens without harm."""
    csv.field_size_limit(sys.maxsize)  # bodies are longer than the module's usual limit

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        changer: RowChanger | None = None

        async def send_changed(message: Message) -> None:
            nonlocal changer
            if message["type"] == "http.response.start" and _is_table(message):
                changer = RowChanger()
                message["headers"] = [*_other_headers(message), CONTENT_TYPE]
            elif message["type"] == "http.response.body" and changer is not None:
                is_last = not message.get("more_body", False)
                message["body"] = changer.change(message.get("body", b""), is_last=is_last)
            await send(message)

        is_csv = scope["type"] == "http" and scope["path"].endswith(".csv")
        await app(scope, receive, send_changed if is_csv else send)

    return answer


def _is_table(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").partition(b";")[0]
    return start["status"] == 200 and kind in KINDS


def _other_headers(start: Message) -> list[tuple[bytes, bytes]]:
    replaced = (b"content-type", b"content-length")
    return [(name, value) for name, value in start["headers"] if name.lower() not in replaced]
