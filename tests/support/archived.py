"""What an archive holds, as tests ask it."""

from typing import Any

from sqlalchemy import func, select

from diplonews.archive import Archive
from diplonews.archive.tables import article


def count_articles(archive: Archive) -> int:
    with archive.read() as connection:
        return connection.scalar(select(func.count()).select_from(article)) or 0


def knows(archive: Archive, url: str) -> bool:
    """Tell whether *url* leads to an article that is archived."""
    return bool(archive.history.find(url)["article"])


def line_of(archive: Archive, article_id: str) -> dict[str, Any]:
    """Return the keys of an article's newest line."""
    line: dict[str, Any] = archive.history.find(article_id)["line"]
    return line
