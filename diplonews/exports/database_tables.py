"""The tables and views of the analysts' SQLite database, with descriptions of columns.

Descriptions of an article's keys are the docstrings of ``items.py``, from the feeds' schema.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from diplonews.exports.cells import CELL_KEYS
from diplonews.feeds.schema import json_schema

# A number that no other program uses (PRAGMA application_id).
APPLICATION = 1_146_113_111

TYPES = {"boolean": "INTEGER", "integer": "INTEGER", "number": "REAL"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    kind: str  # its type and its constraints
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what one row is, and its columns."""

    name: str
    description: str
    columns: tuple[Column, ...]
    constraints: tuple[str, ...] = ()

    @property
    def statement(self) -> str:
        columns = (f"{column.name} {column.kind}" for column in self.columns)
        inside = ",\n  ".join((*columns, *self.constraints))
        return f"CREATE TABLE {self.name} (\n  {inside}\n)"


ARTICLE = Column(
    "article", "INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE",
    "The article: articles.number.",
)  # fmt: skip
REASONS = (
    Column("named_in", "TEXT", 'The first of "category", "dateline", "headline", "body" with it.'),
    Column(
        "reason", "TEXT", "What named it: a name, a capital, a city, an abbreviation and so on."
    ),
    Column("printed", "TEXT", "The words that named it."),
)
ONCE_EACH = ("PRIMARY KEY (article, place)",)
PLACE = Column("place", "INTEGER NOT NULL", "1 for the first of the article's, and so on.")

DETAILS = (
    Table(
        "authors", "Who wrote an article, as its byline says: a row for each.",
        (ARTICLE, PLACE, Column("name", "TEXT NOT NULL", "As printed."),
         Column("url", "TEXT", "The author's page on the site.")),
        ONCE_EACH,
    ),
    Table(
        "sections", "The sections of an article: a row for each.",
        (ARTICLE, PLACE,
         Column("section", "TEXT NOT NULL",
                "ecowas (ECOWAS itself and its fifteen countries), international or security.")),
        ONCE_EACH,
    ),
    Table(
        "categories", "The categories that an article's page names: a row for each.",
        (ARTICLE, PLACE, Column("slug", "TEXT NOT NULL", "The last part of its address."),
         Column("title", "TEXT", "As the page prints it.")),
        ONCE_EACH,
    ),
    Table(
        "countries", "The countries that an article names, the strongest evidence first.",
        (ARTICLE, PLACE, Column("code", "TEXT NOT NULL", "ISO 3166-1 alpha-2."),
         Column("name", "TEXT NOT NULL", "Its name in English."), *REASONS),
        ONCE_EACH,
    ),
    Table(
        "organisations", "The organisations of states that an article names.",
        (ARTICLE, PLACE,
         Column("code", "TEXT NOT NULL", "ECOWAS, AES, AU, UN and so on: the words name it."),
         *REASONS),
        ONCE_EACH,
    ),
)  # fmt: skip

RUNS = Table(
    "runs", "One execution of the crawler.",
    (
        Column("number", "INTEGER PRIMARY KEY", "Runs are numbered as they begin."),
        Column("run_id", "TEXT NOT NULL", "When it began, and its section."),
        Column("section", "TEXT NOT NULL", "What was crawled; or recheck, reparse."),
        Column("started_at", "TEXT NOT NULL", "UTC."),
        Column("ended_at", "TEXT", "UTC; null while it is under way, or where it died."),
        Column("verdict", "TEXT", "ok, unchanged, degraded or broken; docs/operations.md."),
        Column("articles_read", "INTEGER", "Article pages that it read."),
        Column("created", "INTEGER", "Articles that were new."),
        Column("updated", "INTEGER", "Articles that were edited, or read better."),
        Column("withdrawn", "INTEGER", "Articles that were found gone."),
        Column("restored", "INTEGER", "Articles that were found back."),
    ),
)  # fmt: skip

REVISIONS = Table(
    "revisions", "Something that happened to an article, and its words from then on.",
    (
        Column("seq", "INTEGER PRIMARY KEY", "Number of the event."),
        ARTICLE,
        Column("event", "TEXT NOT NULL", "created, updated, withdrawn or restored."),
        Column("reason", "TEXT", "reparse where the site changed nothing: our reading did."),
        Column("happened_at", "TEXT NOT NULL", "When a run found it, UTC."),
        Column("run", "INTEGER REFERENCES runs (number)", "That run: runs.number."),
        Column("revision", "INTEGER", "1 for the first reading of the words, and so on."),
        Column("changed", "TEXT NOT NULL", "Of an update: the keys that differ, as a JSON list."),
        Column("change_ratio", "REAL", "Share of the body's words that was changed, 0 to 1."),
        Column("diff", "TEXT", "A unified diff of the body, a paragraph a line."),
        Column("headline", "TEXT", "From then on."),
        Column("standfirst", "TEXT", "From then on."),
        Column("byline_raw", "TEXT", "From then on, as printed."),
        Column("body", "TEXT", "From then on."),
        Column("modified_at", "TEXT", "When the site says that it changed the article, UTC."),
    ),
)  # fmt: skip

ABOUT = Table(
    "about", "Facts about this database.",
    (Column("name", "TEXT PRIMARY KEY", "Of the fact."), Column("value", "TEXT NOT NULL", "")),
)  # fmt: skip

INDEXES = (
    "CREATE INDEX articles_by_publication ON articles (published_at)",
    "CREATE INDEX articles_by_month ON articles (month)",
    "CREATE INDEX revisions_by_article ON revisions (article, seq)",
    "CREATE INDEX sections_by_name ON sections (section, article)",
    "CREATE INDEX categories_by_slug ON categories (slug, article)",
    "CREATE INDEX countries_by_code ON countries (code, article)",
    "CREATE INDEX organisations_by_code ON organisations (code, article)",
    "CREATE INDEX authors_by_name ON authors (name, article)",
)

# The search index of ``articles``; triggers keep it up to date.
SEARCHED = ("headline", "standfirst", "body", "tags", "byline_raw")
SEARCH = (
    f"CREATE VIRTUAL TABLE articles_fts USING fts5 ({', '.join(SEARCHED)}, content='articles', "
    "content_rowid='number', tokenize='unicode61 remove_diacritics 2')"
)
OLD_WORDS = ", ".join(f"old.{name}" for name in SEARCHED)
NEW_WORDS = ", ".join(f"new.{name}" for name in SEARCHED)
TRIGGERS = (
    "CREATE TRIGGER articles_searched AFTER INSERT ON articles BEGIN "
    f"INSERT INTO articles_fts (rowid, {', '.join(SEARCHED)}) "
    f"VALUES (new.number, {NEW_WORDS}); END",
    "CREATE TRIGGER articles_not_searched AFTER DELETE ON articles BEGIN "
    f"INSERT INTO articles_fts (articles_fts, rowid, {', '.join(SEARCHED)}) "
    f"VALUES ('delete', old.number, {OLD_WORDS}); END",
)


@dataclass(frozen=True, slots=True)
class View:
    """A usual question, ready to be asked."""

    name: str
    description: str
    query: str

    @property
    def statement(self) -> str:
        return f"CREATE VIEW {self.name} AS {self.query}"


# The Monday of the week of publication.
WEEK = "date(articles.published_at, 'weekday 0', '-6 days')"
# When the site says that it made an edit; where that is impossible, when a run saw it.
EDITED_AT = (
    "CASE WHEN revisions.modified_at > articles.published_at AND revisions.modified_at <= "
    "happened_at THEN revisions.modified_at ELSE happened_at END"
)
HOURS = f"(julianday({EDITED_AT}) - julianday(articles.published_at)) * 24"

VIEWS = (
    View(
        "edits", "Edits by the site: what, and how many hours after publication.",
        "SELECT revisions.seq, articles.number AS article, articles.headline, "
        f"articles.published_at, {EDITED_AT} AS edited_at, happened_at, "
        f"round({HOURS}, 1) AS hours_after_publication, "
        "changed, change_ratio, diff "
        "FROM revisions JOIN articles ON articles.number = revisions.article "
        "WHERE event = 'updated' AND reason IS NULL",
    ),
    View(
        "withdrawn", "Articles that the site does not serve any more.",
        "SELECT number, id, headline, published_at, withdrawn_at, url FROM articles "
        "WHERE status = 'withdrawn'",
    ),
    View(
        "articles_by_week",
        "Articles of each section and week, withdrawn ones too, and how many are agencies' copy.",
        f"SELECT {WEEK} AS week, section, count(*) AS articles, "
        "sum(is_syndicated) AS syndicated, round(avg(is_syndicated), 3) AS share_syndicated "
        "FROM articles JOIN sections ON sections.article = articles.number GROUP BY week, section",
    ),
    View(
        "countries_by_week", "Articles that name a country, of each section and week.",
        f"SELECT {WEEK} AS week, section, code, name, count(*) AS articles FROM articles "
        "JOIN sections ON sections.article = articles.number "
        "JOIN countries ON countries.article = articles.number GROUP BY week, section, code",
    ),
    View(
        "organisations_by_week", "Articles that name an organisation, of each section and week.",
        f"SELECT {WEEK} AS week, section, code, count(*) AS articles FROM articles "
        "JOIN sections ON sections.article = articles.number "
        "JOIN organisations ON organisations.article = articles.number "
        "GROUP BY week, section, code",
    ),
    View(
        "aes_by_week", "Articles on members of the Alliance of Sahel States, and their share.",
        f"SELECT {WEEK} AS week, section, sum(aes_members <> '[]') AS articles, "
        "count(*) AS articles_of_section, round(avg(aes_members <> '[]'), 3) AS share "
        "FROM articles JOIN sections ON sections.article = articles.number GROUP BY week, section",
    ),
    View(
        "agencies", "Whose copy the articles are, withdrawn ones too; empty: nobody is credited.",
        "SELECT coalesce(agency, '') AS agency, count(*) AS articles, "
        "round(1.0 * count(*) / (SELECT count(*) FROM articles), 3) AS share "
        "FROM articles GROUP BY agency ORDER BY articles DESC",
    ),
)  # fmt: skip


@cache
def articles_table() -> Table:
    """Return the table of articles: the keys of a line, lists as JSON."""
    columns = [
        Column(
            "number", "INTEGER PRIMARY KEY",
            "The post id; where there is none, a negative number made of the id.",
        ),
        Column("status", "TEXT NOT NULL", "live or withdrawn."),
        Column("month", "TEXT", "Of publication, UTC: 2026-03; null where the date is not known."),
    ]  # fmt: skip
    for name, described in json_schema("current")["properties"].items():
        kind = _type_of(described)
        if name in {"seq", "id", "headline"}:
            kind += " NOT NULL"
        columns.append(Column(name, kind, _description(name, described)))
    return Table("articles", "An article in its newest revision.", tuple(columns))


def _type_of(described: Mapping[str, Any]) -> str:
    kinds = described["type"] if isinstance(described["type"], list) else [described["type"]]
    (kind,) = (name for name in kinds if name != "null")
    return TYPES.get(kind, "TEXT")


def _description(name: str, described: Mapping[str, Any]) -> str:
    text = " ".join(str(described.get("description", "")).split())
    if name in CELL_KEYS and name not in {"embeds", "images"}:
        return f"{text} A JSON list of each one's {CELL_KEYS[name]}."
    return f"{text} A JSON list." if "array" in described["type"] else text


def tables() -> tuple[Table, ...]:
    return (articles_table(), *DETAILS, RUNS, REVISIONS, ABOUT)


def statements() -> list[str]:
    """Return the statements that make tables, indexes and views; the search is made last."""
    made = [table.statement for table in tables()]
    return [*made, *INDEXES, SEARCH, *(view.statement for view in VIEWS)]


def digest() -> str:
    """Return the digest of all statements, to tell whether a database has today's shape."""
    return hashlib.sha256("\n".join((*statements(), *TRIGGERS)).encode()).hexdigest()[:16]


def descriptions() -> dict[str, dict[str, str]]:
    """Return the description of each column, by table and column."""
    return {
        table.name: {column.name: column.description for column in table.columns}
        for table in tables()
    }
