"""Articles and runs to put into an archive without a crawl."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from diplonews.archive import Archive
from diplonews.items import Article, Teaser

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = "https://site.example"


def article(number: int = 1, **values: object) -> Article:
    made: dict[str, object] = {
        "id": f"diplomaticinfo:post:{number}",
        "url": f"{SITE}/talks-{number}/",
        "canonical_url": f"{SITE}/talks-{number}/",
        "post_id": number,
        "headline": f"Talks {number}",
        "body": "One.\n\nTwo.",
        "published_at": NOW - timedelta(days=40),
        "fetched_at": NOW,
        "digest": "a" * 64,
    }
    return Article(**(made | values))  # type: ignore[arg-type]


def teasers(numbers: Iterable[int], **values: str) -> list[Teaser]:
    return [
        Teaser(url=f"{SITE}/talks-{n}/", headline=values.get("headline", f"Talks {n}"))
        for n in numbers
    ]


def begin(archive: Archive, section: str = "security") -> int:
    return archive.runs.begin(section, {}, NOW)[0]
