"""A site that was crawled, edited and crawled again, for everything that is made of an archive."""

import json
from pathlib import Path
from typing import Any

from diplonews.demo import Replica
from tests.support.crawling import Crawl


def crawl_a_site(folder: Path) -> Crawl:
    """Crawl two sections, and again after an edit and a withdrawal; the replica is gone then."""
    with Replica(articles=60) as replica:
        crawl = Crawl(replica.origin, folder / "var", {"DIPLONEWS_WITHDRAW_SECONDS": "0"})
        assert [crawl(section).verdict for section in ("security", "international")] == ["ok"] * 2
        edited, withdrawn, *_ = replica.truth("security")
        replica.edit(edited, headline="Talks end", paragraph="One more.")
        replica.withdraw(withdrawn)
        assert [crawl("recheck").verdict for _ in range(2)] == ["ok", "ok"]
    return crawl


def feed_lines(crawl: Crawl, part: str) -> list[dict[str, Any]]:
    """Return the lines of all feeds under ``current`` or ``changes``, each once, by seq."""
    files = (crawl.var / "feeds" / part).glob("*/*.jsonl")
    lines = (json.loads(line) for file in files for line in file.read_text().splitlines())
    by_seq = {line["seq"]: line for line in lines}
    return [by_seq[seq] for seq in sorted(by_seq)]


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
