"""Why addresses are not read, in a few kinds that a person can filter by. Pure."""

import re

# The first that is in the reason says its kind.
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

# Not asked for yet: there is no reason.
NEW = "new"
OTHER = "other"
KINDS = (NEW, *(kind for kind, _ in REASONS), OTHER)


def kind_of_reason(reason: str) -> str:
    """Return the kind of a reason that the archive keeps, one of ``KINDS``.

    >>> kind_of_reason("expected an answer with status 200, found 503"), kind_of_reason("")
    ('site', 'new')
    """
    if not reason:
        return NEW
    return next((kind for kind, pattern in REASONS if re.search(pattern, reason)), OTHER)
