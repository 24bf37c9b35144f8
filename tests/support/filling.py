"""Archives of any size, filled without a crawl: articles of ten years as crawls leave them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import Connection, Table, insert, text

from diplonews import site
from diplonews.archive import Archive, tables
from diplonews.items import Article, Author, CategoryName, CountryMention, Image
from diplonews.lines import as_change, as_keys, as_time, dumps

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
YEARS = timedelta(days=3_650)
RUNS = 3_000
BATCH = 5_000
SECTION = "ecowas"
SLUGS = [category.slug for members in site.SECTIONS.values() for category in members]
CATEGORIES = ("ghana", "mali", "niger", "togo", "benin")
WORDS = [
    "talks",
    "border",
    "treaty",
    "envoy",
    "summit",
    "ministers",
    "trade",
    "river",
    "harvest",
    "road",
    "bridge",
    "vote",
]

Rows = dict[Table, list[dict[str, Any]]]


def key_of(number: int) -> str:
    return f"site.example/talks-{number}"


def url_of(number: int) -> str:
    return f"https://{key_of(number)}/"


def fill(archive: Archive, size: int) -> None:
    """Fill an empty archive with *size* articles, oldest first, by 3,000 runs."""
    choose = Random(1)
    with archive.write() as connection:
        runs = [run_of(number) for number in range(1, RUNS + 1)]
        recheck = {"number": RUNS + 1, "run_id": f"{NOW:%Y%m%dT%H%M%SZ}-recheck"}
        runs.append(runs[-1] | recheck | {"section": "recheck"})
        connection.execute(insert(tables.run), runs)
    for start in range(0, size, BATCH):
        numbers = range(start, min(start + BATCH, size))
        with archive.write() as connection:
            for table, rows in rows_of(numbers, size, choose).items():
                connection.execute(insert(table), rows)
    with archive.write() as connection:
        term = {"number": 12, "slug": "mali", "title": "Mali", "parent": 0}
        connection.execute(insert(tables.term), [term])
        rest = {"name": "rest", "url": "https://site.example/", "asked_at": NOW, "whole_at": NOW}
        connection.execute(insert(tables.surface), [rest])
        number_on(connection)
    archive.comparison.note(RUNS + 1, SLUGS)


CREATED = dumps(as_change("created"))


def number_on(connection: Connection) -> None:
    """Have PostgreSQL count the rows, as it does by itself, and number on after them."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
        for table, column in (("run", "number"), ("event", "id")):
            latest = f"(SELECT max({column}) FROM {table})"
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {latest})")
            )


def run_of(number: int) -> dict[str, Any]:
    moment = NOW - YEARS + YEARS * number / (RUNS + 1)
    section = (SECTION, "international", "security")[number % 3]
    return {
        "number": number,
        "run_id": f"{moment:%Y%m%dT%H%M%SZ}-{section}",
        "section": section,
        "arguments": {},
        "started_at": moment,
        "closed_at": moment,
        "verdict": "ok",
    }


def rows_of(numbers: range, size: int, choose: Random) -> Rows:
    rows: Rows = {}
    for number in numbers:
        for table, row in rows_of_article(number, size, choose):
            rows.setdefault(table, []).append(row)
    return rows


@cache
def keys_of(agency: str, category: str) -> dict[str, Any]:
    """Return a line's keys; what differs between articles of one agency and category is empty."""
    article = Article(
        url="", headline="Talks", authors=[Author(name="Ama Boateng")],
        published_precision="second", sections=[SECTION],
        categories=[CategoryName(slug=category, title=category.title())],
        countries=[CountryMention(code="ML", where="body", reason="name", printed="Mali")],
        agency=agency, is_syndicated=agency != "", language="en", word_count=500, revision=1,
    )  # fmt: skip
    return as_keys(article)


def line_of(number: int, moment: datetime, category: str, body: str) -> str:
    at, url = as_time(moment), url_of(number)
    image = Image(url=f"{url}1.jpg", caption="A hall")
    keys = keys_of(("AFP", "", "NAN")[number % 3], category) | {
        "id": f"{site.NAME}:post:{number}", "url": url, "canonical_url": url, "post_id": number,
        "body": body, "published_at": at, "images": [as_keys(image)], "fetched_at": at,
        "first_seen_at": at, "revised_at": at, "digest": f"{number:064}", "withdrawn_at": None,
    }  # fmt: skip
    return dumps(keys)


def body_of(choose: Random) -> str:
    """Return 500 words, which no other article has in this order."""
    return " ".join(choose.choices(sentences(), k=20))


@cache
def sentences() -> list[str]:
    choose = Random(2)
    return [" ".join(choose.choices(WORDS, k=25)) for _ in range(400)]


def rows_of_article(
    number: int, size: int, choose: Random
) -> Iterator[tuple[Table, dict[str, Any]]]:
    article_id = f"{site.NAME}:post:{number}"
    moment = NOW - YEARS + YEARS * (number + 1) / (size + 1)
    run = 1 + RUNS * number // size
    category = CATEGORIES[number % len(CATEGORIES)]
    line = line_of(number, moment, category, body_of(choose))
    yield tables.article, {
        "id": article_id, "post_id": number, "url": url_of(number),
        "canonical_url": url_of(number), "status": "live", "revision": 1,
        "digest": f"{number:064}",
        "published_at": moment, "modified_at": moment, "month": f"{moment:%Y-%m}",
        "first_seen_at": moment, "last_seen_at": moment, "revised_at": moment, "line": line,
    }  # fmt: skip
    yield (
        tables.alias,
        {"url_key": key_of(number), "article_id": article_id, "url": url_of(number)},
    )
    yield tables.sighting, {
        "category": category, "url_key": key_of(number), "first_run": run, "last_run": run,
        "headline": "Talks", "printed_date": f"{moment:%d/%m/%Y}", "excerpt": "",
    }  # fmt: skip
    yield tables.event, {
        "id": number + 1, "seq": number + 1, "day": f"{moment:%Y-%m-%d}", "run": run,
        "kind": "created", "article_id": article_id, "revision": 1, "at": moment,
        "month": f"{moment:%Y-%m}", "change": CREATED, "line": line,
    }  # fmt: skip
    for feed in (SECTION, category):
        yield tables.filed, {"feed": feed, "article_id": article_id}
        yield tables.event_feed, {"feed": feed, "event": number + 1, "is_filed": True}
    for _ in range(6):
        yield tables.text_mark, {"article_id": article_id, "mark": choose.getrandbits(55)}
    yield tables.listed, {
        "surface": "rest", "mark": f"{number}", "url": url_of(number), "url_key": key_of(number),
        "post_id": number, "modified_at": moment, "categories": [12], "seen_run": 1,
        "changed_run": 1, "readings": 0,
    }  # fmt: skip
