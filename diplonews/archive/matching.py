"""Which archived article a reading shows: by its post id, or else by its addresses."""

import json

from sqlalchemy import Connection, RowMapping, bindparam, select

from diplonews.archive.tables import alias, article
from diplonews.items import Article
from diplonews.normalise.urls import alias_key

BY_ID = select(article).where(article.c.id == bindparam("article_id"))
BY_URL = (
    select(article, alias.c.url_key)
    .join(alias)
    .where(alias.c.url_key.in_(bindparam("url_keys", expanding=True)))
)
HOLDER_OF_URL = (
    select(article.c.id, article.c.url).join(alias).where(alias.c.url_key == bindparam("url_key"))
)


def forms_of(reading: Article) -> dict[str, str]:
    """Return the addresses of a reading, by their forms."""
    return {alias_key(url): url for url in (reading.url, reading.canonical_url) if url}


def find_article(connection: Connection, reading: Article) -> RowMapping | None:
    """Return the row of the article that *reading* shows; ``None`` where it is new."""
    row = connection.execute(BY_ID, {"article_id": reading.id}).mappings().first()
    if row is not None:
        return row
    url_keys = list(forms_of(reading))
    rows = connection.execute(BY_URL, {"url_keys": url_keys}).mappings().all()
    return next((row for row in rows if _is_same_article(row, reading)), None)


def _is_same_article(row: RowMapping, reading: Article) -> bool:
    """Tell whether *reading* shows the article that was found by its address.

    Two post ids are two articles, whatever their addresses are. A reading without a post id shows
    the article that was last read at that address.
    """
    if None not in (row["post_id"], reading.post_id):
        return False
    key = row["url_key"]
    is_upgrade = row["post_id"] is None and reading.post_id is not None
    return key == alias_key(row["url"]) or (is_upgrade and key == alias_key(row["canonical_url"]))


def has_lost_address(connection: Connection, row: RowMapping, reading: Article) -> bool:
    """Tell whether the address that an article declared belongs to another article.

    Both lines have that address, so feeds need an event that says which line was wrong.
    """
    old_key = alias_key(json.loads(row["line"]).get("canonical_url") or "")
    if old_key == alias_key(reading.canonical_url):
        return False
    holder = connection.execute(HOLDER_OF_URL, {"url_key": old_key}).first()
    return holder is not None and holder.id != row["id"] and alias_key(holder.url) == old_key
