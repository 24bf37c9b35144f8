"""Why addresses are unread, in a few kinds by which a person can filter. Pure."""

import re

# The first pattern that is found in a reason says its kind.
REASONS = (
    ("dismissed", r"^dismissed: "),
    ("gone", r"found (404|410)\b"),
    ("forbidden", r"found (401|403|451)\b|robots\.txt"),
    ("site", r"found (429|5\d\d)\b|expected an answer, found|asks to come back"),
    ("conflict", r"\bconflict: "),
    ("off_site", r"expected a page of |found a redirect|a link to"),
    ("date", r"expected a publication date"),
    ("page", r"\bexpected .*\bfound "),
)

# There is no reason: the address was not asked for yet.
NEW = "new"
OTHER = "other"
KINDS = (NEW, *(kind for kind, _ in REASONS), OTHER)


def kind_of_reason(reason: str) -> str:
    """Return the kind of a reason in the archive, one of ``KINDS``.

    >>> kind_of_reason("expected an answer with status 200, found 503"), kind_of_reason("")
    ('site', 'new')
    """
    if not reason:
        return NEW
    return next((kind for kind, pattern in REASONS if re.search(pattern, reason)), OTHER)
