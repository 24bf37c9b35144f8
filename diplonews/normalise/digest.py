"""The fingerprint of what an article says."""

import hashlib
import json
from collections.abc import Sequence


def digest(
    headline: str, standfirst: str, byline: str, body: str, categories: Sequence[str]
) -> str:
    """Return the fingerprint of what an article says: 64 hex digits (SHA-256).

    Two readings with the same digest are one revision. All text is normalised text;
    *categories* are slugs, whose order does not matter. Dates, URLs and counters are left
    out on purpose: the site changes them without changing the article.

    Adding a field here gives every article a new revision on the next run, so it is a change
    of the feeds: say so in CHANGELOG.md.

    >>> digest("Talks", "", "", "One.", []) == digest("Talks", "", "", "Two.", [])
    False
    """
    words = [headline, standfirst, byline, body, sorted(set(categories))]
    return hashlib.sha256(json.dumps(words, ensure_ascii=True).encode()).hexdigest()
