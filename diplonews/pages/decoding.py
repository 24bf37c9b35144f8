"""A page's bytes as text, whatever charset is declared. Pure."""

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([a-zA-Z0-9_-]{1,40})", re.IGNORECASE)
HEAD_SIZE = 2_048  # bytes in which a browser searches for the charset
REPLACEMENT = "\ufffd"
# How markup begins in UTF-16 without a byte order mark; only there a NUL follows.
WIDE = (
    (re.compile(rb"(?:\s\0)*<\0[!?a-zA-Z]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0\s)*\0<\0[!?a-zA-Z]"), "utf-16-be"),
)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as windows-1252: mostly an old program wrote them."""
    assert isinstance(error, UnicodeDecodeError)
    odd = error.object[error.start : error.end]
    return odd.decode("windows-1252", errors="replace"), error.end


codecs.register_error("diplonews-windows-1252", _as_windows_1252)


def decode_page(body: bytes, charset: str = "") -> bytes:
    """Return a page's text as UTF-8.

    A page is UTF-8 if nearly all of it is, whatever *charset* (the header's) or the page itself
    says. Single other bytes are then read as windows-1252. A page that is not UTF-8 is read by
    the charset that is declared. If that is UTF-8, which is wrong, it is read as windows-1252.

    >>> decode_page("Lomé, “non”".encode("windows-1252"), "utf-8").decode()
    'Lomé, “non”'
    """
    for bom, encoding in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, errors="replace").encode(errors="replace")
    for beginning, encoding in WIDE:
        if beginning.match(body):
            return body.decode(encoding, errors="replace").encode(errors="replace")
    if body.isascii() or _is_utf_8(body):
        return body
    if _is_mostly_utf_8(body):
        return body.decode("utf-8", errors="diplonews-windows-1252").encode(errors="replace")
    encoding = _declared(body, charset)
    return body.decode(encoding, errors="replace").encode(errors="replace")


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf_8(body: bytes) -> bool:
    """Tell whether more characters beyond ASCII are whole in UTF-8 than are not.

    In another charset hardly any two bytes beyond ASCII are by chance a character of UTF-8.
    """
    text = body.decode("utf-8", errors="replace")
    broken = text.count(REPLACEMENT)
    sound = sum(not character.isascii() for character in text) - broken
    return sound > broken


def _declared(body: bytes, charset: str) -> str:
    meta = DECLARED.search(body[:HEAD_SIZE])
    for name in (charset, meta[1].decode("ascii") if meta else ""):
        try:
            encoding = codecs.lookup(name).name if name else ""
        except LookupError:
            continue
        if encoding == "iso8859-1":
            return "windows-1252"  # as browsers read it
        if encoding and encoding not in {"utf-8", "ascii"} and _is_text(encoding):
            return encoding
    return "windows-1252"


def _is_text(encoding: str) -> bool:
    """Tell whether a codec is a charset: Python has codecs of bytes and host names, too."""
    try:
        return isinstance(b"a".decode(encoding), str)
    except (LookupError, UnicodeError):
        return False
