"""The identity of an article."""

import hashlib

from diplonews.normalise.urls import alias_key


def article_id(site_name: str, post_id: int | None, canonical: str) -> str:
    """Return an article's id: by its post id, or without one by its canonical URL.

    >>> article_id("diplomaticinfo", 12345, "https://site.example/talks/")
    'diplomaticinfo:post:12345'
    """
    if post_id is not None:
        return f"{site_name}:post:{post_id}"
    fingerprint = hashlib.sha256(alias_key(canonical).encode()).hexdigest()
    return f"{site_name}:url:{fingerprint[:16]}"
