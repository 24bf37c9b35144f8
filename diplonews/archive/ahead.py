"""Long comparisons are made before the transaction that needs them.

While one run writes, all others wait, even those of other sections. So a reading is compared
before its transaction begins: with the archived revision, and with articles whose text may be the
same. The functions cache their last results, so the transaction gets them at once. Where another
run has changed the archive meanwhile, the transaction compares again; the time of that is bounded
(``normalise/edits.py``, ``normalise/copies.py``).
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


def compare_ahead(reading: Article, row: RowMapping | None, others: Sequence[RowMapping]) -> None:
    """Compare a reading with its archived row, and with *others* whose text may be the same."""
    copies(others, reading.body)
    old_line = json.loads(row["line"]) if row is not None else {}
    body = old_line.get("body") or ""
    if old_line and body != reading.body:
        likeness(body, reading.body)
        difference(old_line, as_keys(reading))
        if is_by_other_reader(old_line, reading):
            is_of_whole_blocks(body, reading.body)
