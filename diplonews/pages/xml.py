"""XML from the site, parsed safely, with or without text around it."""

import re
import zlib
from urllib.parse import urlsplit

from lxml import etree

from diplonews.errors import LayoutError

GZIP = b"\x1f\x8b"
MOST_UNPACKED = 10 * 2**20  # bytes: as much as is read of any other answer

# Where a document begins: plugins and PHP print blank lines and notices before it.
BEGINNING = re.compile(rb"<\?xml\s|<(?:\w+:)?(?:rss|urlset|sitemapindex)[\s>]")
MOST_BEFORE = 100_000  # bytes
# Characters that XML 1.0 forbids, and editors paste.
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins


def parse_xml(url: str, body: bytes, expected: str) -> etree._Element:
    """Return the root of the XML that *url* answered; *expected* says in a word what it is.

    Entities are never expanded and nothing else is fetched. Raises ``LayoutError`` where
    *body* is no XML. Unpacks a compressed file (``.xml.gz``); leaves out what stands before the
    document and after it.
    """
    document = _document_in(unpack(url, body))
    parser = _parser(recover=False)
    try:
        return etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        faults = {fault.type_name for fault in parser.error_log}
        if faults == {"NS_ERR_UNDEFINED_NAMESPACE"}:  # all is there, but a prefix's meaning
            return etree.fromstring(document, _parser(recover=True))
        raise LayoutError(url, f"expected {expected}, found no XML: {error.msg}") from error


def unpack(url: str, body: bytes) -> bytes:
    """Return the body unpacked, or as it is where it is not packed.

    Raises ``LayoutError`` where it has more than ``MOST_UNPACKED`` bytes.
    """
    pieces: list[bytes] = []
    rest, bytes_left = body, MOST_UNPACKED
    while rest.startswith(GZIP):
        unpacker = zlib.decompressobj(31)
        try:
            pieces.append(unpacker.decompress(rest, bytes_left + 1))
        except zlib.error as error:
            raise LayoutError(url, f"expected a gzip file, found a broken one: {error}") from error
        bytes_left -= len(pieces[-1])
        if bytes_left < 0:
            raise LayoutError(url, f"expected {MOST_UNPACKED} bytes at most, found more")
        if not unpacker.eof:
            raise LayoutError(url, "expected a whole gzip file, found one that breaks off")
        rest = unpacker.unused_data.lstrip(b"\x00")
    return b"".join(pieces) if pieces else body


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace, which sites leave out or get wrong.

    >>> local_name(etree.fromstring('<a:loc xmlns:a="https://site.example"/>'))
    'loc'
    """
    name = element.tag if isinstance(element.tag, str) else ""  # a comment has none
    return name.rpartition("}")[2].rpartition(":")[2]


def texts(element: etree._Element, name: str) -> list[str]:
    """Return the texts of the children called *name*, whatever their namespace."""
    return [(child.text or "").strip() for child in element if local_name(child) == name]


def is_address(link: str) -> bool:
    """Tell whether a text names a page of some host."""
    try:
        parts = urlsplit(link)
        has_port = parts.port != 0  # also tells "http://host:99999999/"
    except ValueError:  # "http://[": no address at all
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=recover
    )


def _document_in(body: bytes) -> bytes:
    """Return the document in *body*, without the text before and after it."""
    if body.startswith(WIDE):
        return body
    start = BEGINNING.search(body, 0, MOST_BEFORE)
    if start is None:
        return body.strip()
    document = body[start.start() :]
    root = BEGINNING.search(document, 1) if document.startswith(b"<?xml") else start
    name = root[0].strip(b"<> \t\r\n") if root else b""
    end = document.rfind(b"</" + name + b">") if name else -1
    if end >= 0:
        document = document[: end + len(name) + 3]
    return CONTROLS.sub(b"", document)
