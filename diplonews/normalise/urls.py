"""URLs in one form, and the key that all forms of one URL share."""

import re
from urllib.parse import quote, urlsplit

from w3lib.url import url_query_cleaner

# Parameters that sites and networks add to follow a click. They never change the page.
TRACKING = ("fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "_ga")
PAGE = re.compile(r"/page/\d+/?$")
ENCODED = re.compile(r"(%[0-9a-fA-F]{2})")
UNRESERVED = {bytes([n]) for n in range(128) if chr(n).isalnum() or chr(n) in "-._~"}
SAFE = "/:@!$&'()*+,;=~"
SAFE_IN_QUERY = f"{SAFE}?[]"
DEFAULT_PORT = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """Return an absolute URL in its one form.

    Scheme and host in lower case, no default port, one form of percent-encoding, no
    fragment, no tracking parameters. Path and the rest of the query stay as they are.
    Raises ``ValueError`` if *url* cannot be split, like "http://[".

    >>> canonical_url("HTTPS://Site.Example:443/c%c3%b4te/?utm_source=x#comments")
    'https://site.example/c%C3%B4te/'
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = _port(parts.netloc)
    if port is not None and port != DEFAULT_PORT.get(parts.scheme):
        host = f"{host}:{port}"
    path = re.sub(r"/{2,}", "/", _one_encoding(parts.path, SAFE)) or "/"
    query = f"?{_one_encoding(parts.query, SAFE_IN_QUERY)}" if parts.query else ""
    return f"{parts.scheme}://{host}{path}{_without_tracking(query)}"


def alias_key(url: str) -> str:
    """Return the key that all forms of one URL share.

    It is the canonical URL without scheme, "www." and trailing slash.

    >>> alias_key("http://www.site.example/talks") == alias_key("https://site.example/talks/")
    True
    """
    _, _, rest = canonical_url(url).partition("://")
    address, question_mark, query = rest.removeprefix("www.").partition("?")
    return f"{address.rstrip('/')}{question_mark}{query}"


def last_path_part(url: str) -> str:
    """Return the slug that a URL ends with, without the page number of a listing.

    >>> last_path_part("https://site.example/category/ecowas/ghana/page/2/")
    'ghana'
    """
    return PAGE.sub("", urlsplit(url).path).rstrip("/").rpartition("/")[2]


def _port(netloc: str) -> int | None:
    _, _, port = netloc.rpartition(":")
    return int(port) if port.isdecimal() and port.isascii() else None


def _one_encoding(text: str, safe: str) -> str:
    """Return *text* with those bytes percent-encoded that must be, and no others."""
    pieces = ENCODED.split(text)  # text, encoding, text, …
    return "".join(
        _encoding(piece) if index % 2 else quote(piece, safe=safe, errors="replace")
        for index, piece in enumerate(pieces)
    )


def _encoding(encoded: str) -> str:
    byte = bytes.fromhex(encoded[1:])
    return byte.decode() if byte in UNRESERVED else encoded.upper()


def _without_tracking(query: str) -> str:
    if not query:
        return ""
    names = {parameter.partition("=")[0] for parameter in query[1:].split("&")}
    unwanted = [n for n in names if n.startswith("utm_") or n in TRACKING]
    return url_query_cleaner(query, unwanted, remove=True, unique=False, keep_fragments=False)
