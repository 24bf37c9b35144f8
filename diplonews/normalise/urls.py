"""URLs in one form, and what all forms of one address share."""

import re
from urllib.parse import urlsplit

from w3lib.url import canonicalize_url, url_query_cleaner


def canonical_url(url: str) -> str:
    parts = urlsplit(url.strip())
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), fragment="").geturl()


def alias_key(url: str) -> str:
    parts = urlsplit(canonical_url(url))
    return (parts.netloc.removeprefix("www.") + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else ""))


def last_path_part(url: str) -> str:
    return re.sub(r"/page/\d+/?$", "", urlsplit(url).path).rstrip("/").rpartition("/")[2]
