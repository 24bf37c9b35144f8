"""Datasette's metadata of the analysts' database: tables, columns and facets."""

from typing import Any

from diplonews.browse.canned_queries import as_metadata
from diplonews.exports import database_tables

DATABASE = "diplonews"  # the name of the file, and in addresses
ARTICLES = "articles"
FACETS: tuple[str | dict[str, str], ...] = (
    {"members": "sections"},
    {"members": "countries"},
    {"members": "organisations"},
    {"members": "categories"},
    "agency",
    "language",
    "status",
    "month",
)
INTERNAL = "about"  # shown at the foot of each page
TABLE_FACETS = {"runs": ["section", "verdict"], "revisions": ["event", "reason"]}
NEWEST_FIRST = {"articles": "published_at", "runs": "number", "revisions": "seq"}


def metadata() -> dict[str, Any]:
    """Return Datasette's metadata."""
    columns = database_tables.descriptions()
    tables: dict[str, dict[str, Any]] = {
        table.name: {"description": table.description, "columns": columns[table.name]}
        for table in database_tables.tables()
    }
    for view in database_tables.VIEWS:
        tables[view.name] = {"description": view.description}
    for name, column in NEWEST_FIRST.items():
        tables[name]["sort_desc"] = column
    for name, facets in TABLE_FACETS.items():
        tables[name]["facets"] = facets
    tables[ARTICLES] |= {
        "facets": list(FACETS),
        "fts_table": "articles_fts",
        "fts_pk": "number",
        "label_column": "headline",
        "size": 25,
    }
    tables[INTERNAL]["hidden"] = True
    title = "Diplomatic Info"
    database = {"title": title, "tables": tables, "queries": as_metadata()}
    return {"title": title, "databases": {DATABASE: database}}
