"""A site that was crawled, edited and crawled again, for everything that is made of an archive."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from diplonews.archive import Archive
from diplonews.archive.withdrawals import WithdrawalLimits
from diplonews.demo import Replica
from diplonews.items import (
    Article,
    Author,
    CategoryName,
    CountryMention,
    Embed,
    Image,
    OrganisationMention,
)
from tests.support.articles import NOW, article, begin
from tests.support.crawling import Crawl


def crawl_a_site(folder: Path, articles: int = 60) -> Crawl:
    """Crawl two sections, and again after an edit and a withdrawal; the replica is gone then."""
    with Replica(articles=articles) as replica:
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


def full_article(number: int, **values: Any) -> Article:
    made: dict[str, Any] = {
        "authors": [Author(name="Ama Boateng"), Author(name="Rui", url="https://site.example/r/")],
        "categories": [CategoryName(slug="mali", title="Mali"), CategoryName(slug="security")],
        "sections": ["ecowas", "security"],
        "published_at": NOW - timedelta(days=number),
        "countries": [CountryMention(code="ML", where="body", reason="name", printed="Mali")],
        "aes_members": ["ML"],
        "organisations": [
            OrganisationMention(code="AES", where="body", reason="name", printed="the AES")
        ],
        "images": [Image(url="https://site.example/1.jpg", caption="A hall")],
        "embeds": [Embed(kind="x", url="https://x.example/1")],
        "agency": "AFP",
        "is_syndicated": True,
        "language": "en",
        "word_count": 3,
        "share_count": 9,
        "read_from": {"body": "theme", "headline": "meta"},
        "digest": f"{number:064}",
    }
    return article(number, **(made | values))


def withdraw(archive: Archive, number: int, run: int, at: datetime) -> None:
    article_id = f"diplomaticinfo:post:{number}"
    archive.withdrawals.note_absence(article_id, begin(archive, "recheck"), at)
    archive.withdrawals.note_absence(article_id, run, at)
    archive.withdrawals.withdraw_absent(
        [article_id], run, at, WithdrawalLimits(timedelta(0), 100, 1.0)
    )


def publish(archive: Archive) -> int:
    return archive.feeds.number("a folder", ["ecowas", "security"], "2026-11-28")
