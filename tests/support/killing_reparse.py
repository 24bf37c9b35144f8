"""Kill `reparse`, which two workers read for, again and again, and count what is amiss then."""

import random
import time
from collections import Counter
from pathlib import Path

from diplonews import site
from diplonews.demo import Replica
from tests.support.crawling import Crawl
from tests.support.killing import amiss, verify
from tests.support.older import LastParagraphLost, with_fault
from tests.support.truth import differences

REPARSE = "reparse"
WRONG = ("lost", "extra", "doubled", "torn", "late", "differences", "wrong", "last exit status")


def torture_reparse(kills: int, seed: int, folder: Path, archive: str = "") -> dict[str, int]:
    """Kill so many; return what was amiss after the last one ended, and other counts.

    In turn an older reader, which loses a paragraph of each article, and today's read all again,
    so that each has every article to write.
    """
    choose = random.Random(seed)
    counts: Counter[str] = Counter()
    settings = {"DIPLONEWS_ARCHIVE": archive, "DIPLONEWS_EXECUTOR": "2"}
    faults = (with_fault(LastParagraphLost), [])
    with Replica(articles=60, seed=seed) as replica:
        crawl = Crawl(replica.origin, folder / "var", settings)
        for section in site.SECTIONS:
            crawl(section)
        began = time.monotonic()
        crawl(REPARSE, *faults[0])
        longest = time.monotonic() - began
        while counts["killed"] < kills:
            running = crawl.start(REPARSE, *faults[(counts["killed"] + 1) % 2])
            time.sleep(choose.uniform(0.2, 1.1) * longest)
            counts["killed" if running.poll() is None else "ended before"] += 1
            running.kill()
            running.wait()
        counts["last exit status"] = crawl(REPARSE).status + crawl(REPARSE).status
        counts["differences"] = verify(crawl)
        counts.update(amiss(replica, crawl.var))
        for section in site.SECTIONS:
            found = differences(crawl.current(section), replica.truth(section))
            counts["wrong"] += len(found)
    return dict.fromkeys(WRONG, 0) | counts
