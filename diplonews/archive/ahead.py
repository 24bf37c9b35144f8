"""What takes long is worked out before the transaction that needs it.

While one writes, all others wait, in other sections too. So an article that was read is compared
with what is known before its transaction begins: with its own revision, and with those whose text
may be the same. The comparisons are functions that remember their last answers: inside of the
transaction the same question costs nothing. Where another run has moved the archive on meanwhile,
it is another question, and is answered again; what that costs is bounded (``normalise/edits.py``,
``normalise/copies.py``).
"""

import json
from collections.abc import Sequence

from sqlalchemy import RowMapping

from diplonews.archive.readings import is_by_other_reader
from diplonews.archive.twins import copies
from diplonews.items import Article
from diplonews.lines import as_keys, difference
from diplonews.normalise.edits import is_of_whole_blocks
from diplonews.normalise.likeness import likeness


def compare_ahead(read: Article, known: RowMapping | None, others: Sequence[RowMapping]) -> None:
    """Compare an article with what is known of it, and with those whose text may be the same."""
    copies(others, read.body)
    before = json.loads(known["line"]) if known is not None else {}
    body = before.get("body") or ""
    if before and body != read.body:
        likeness(body, read.body)
        difference(before, as_keys(read))
        if is_by_other_reader(before, read):
            is_of_whole_blocks(body, read.body)
