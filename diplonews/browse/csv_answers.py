"""CSV of the browser as `scrapy export` writes it: no formulas, and in Excel the right letters."""

import codecs
import csv
import io
import re
import sys

from datasette.utils.asgi import Response

from diplonews.browse.guard import App, Message, Receive, Scope, Send
from diplonews.exports.cells import cell, cut, disarmed
from diplonews.exports.line_writers import BOM

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")  # no formula, though it has a sign
KINDS = (b"text/plain", b"text/csv")  # of Datasette's CSV, shown or downloaded
CONTENT_TYPE = (b"content-type", b"text/csv; charset=utf-8")
LINE_END = "\r\n"
NO_COLUMNS = f"{BOM}{LINE_END}".encode()  # Datasette's table of a query that failed
FAILED = "expected rows, found that the query failed: its page, without .csv, says why\n"


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


class CsvAnswer:
    """An answer on its way to the browser, which is changed where it is a table."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.changer: RowChanger | None = None
        self.start: Message | None = None  # is held back until the first row tells what follows
        self.is_refused = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_table(message):
            self.changer = RowChanger()
            self.start = {**message, "headers": [*_other_headers(message), CONTENT_TYPE]}
        elif message["type"] == "http.response.body" and self.changer is not None:
            is_last = not message.get("more_body", False)
            rows = self.changer.change(message.get("body", b""), is_last=is_last)
            if rows or is_last:
                await self._send_rows({**message, "body": rows})
        else:
            await self._send(message)

    async def _send_rows(self, message: Message) -> None:
        start, self.start = self.start, None
        if start is not None and message["body"].startswith(NO_COLUMNS):
            self.is_refused = True
            await Response.text(FAILED, status=400).asgi_send(self._send)
        if self.is_refused:
            return
        if start is not None:
            await self._send(start)
        await self._send(message)


def with_harmless_csv(app: App) -> App:
    """Return *app*, whose CSV a spreadsheet opens without harm."""
    csv.field_size_limit(sys.maxsize)  # bodies are longer than the module's usual limit

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        is_csv = scope["type"] == "http" and scope["path"].endswith(".csv")
        await app(scope, receive, CsvAnswer(send).send if is_csv else send)

    return answer


def _is_table(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    kind = headers.get(b"content-type", b"").partition(b";")[0]
    return start["status"] == 200 and kind in KINDS


def _other_headers(start: Message) -> list[tuple[bytes, bytes]]:
    replaced = (b"content-type", b"content-length")
    return [(name, value) for name, value in start["headers"] if name.lower() not in replaced]
