"""XML from the site, safely, whatever was sent as such."""

from urllib.parse import urlsplit

from lxml import etree

from diplonews.errors import LayoutError


def parse_xml(url: str, body: bytes, expected: str) -> etree._Element:
    """Return the root of the XML that *url* answered; *expected* says in a word what it is.

    Entities are never expanded and nothing else is fetched. Raises ``LayoutError`` where
    *body* is no XML.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise LayoutError(f"{url}: expected {expected}, found no XML: {error.msg}") from error


def is_address(link: str) -> bool:
    """Tell whether a text names a page of some host."""
    try:
        parts = urlsplit(link)
    except ValueError:  # "http://[": no address at all
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
