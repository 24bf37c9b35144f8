"""How well pages are read when nobody has described their theme: our layouts are withheld.

Articles beside trafilatura's own reading of the same pages; listings beside what their layouts
say is on them. Of a listing's links every second is known before, as to a site that is crawled.
"""

import json
import os

from rich.console import Console
from rich.table import Table

from tests.support.sets import captures
from tests.support.withheld import FACTS, articles, is_as_good, wrong_listings

FIELDS = ("headline", "published_on", "precision", "recall", "f1")


def print_withheld(posts: int) -> int:
    """Print both tables; return 1 where trafilatura is better, or a listing is wrong."""
    table = Table("pages", "reader", *FIELDS, title="With our layouts withheld")
    is_good = True
    for name, found in articles(posts).items():
        is_good = is_good and is_as_good(found)
        for reader, of in found.items():
            table.add_row(name, reader, *(f"{of.share(field) or 0:.4f}" for field in FIELDS))
        table.add_section()
    console = Console(width=int(os.environ.get("COLUMNS", "130")))
    console.print(table)
    folder = captures()
    wrong = wrong_listings(folder) if folder is not None else {}
    for name, why in wrong.items():
        console.print(f"{name}: {why}")
    if folder is not None:
        console.print(f"{len(wrong)} of {len(json.loads(FACTS.read_text()))} listings are wrong")
    return 0 if is_good and not wrong else 1
