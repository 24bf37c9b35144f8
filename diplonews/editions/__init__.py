"""Editions that are published with the feeds, where ``DIPLONEWS_PUBLISH`` names them."""

from diplonews.editions.feed_reader_edition import FeedReaderEdition
from diplonews.editions.parquet_edition import ParquetEdition
from diplonews.exports.formats import FORMATS
from diplonews.feeds.further_files import Edition

PARQUET = "parquet"
NAMES = ("atom", "rss", "jsonfeed", PARQUET)


def choose_editions(text: str) -> list[Edition]:
    """Return the editions that a text names, by commas, in the order of ``NAMES``.

    Raises ``SettingError`` where one of them needs a package that is missing.
    """
    chosen = {name.strip() for name in text.split(",")}
    return [_edition(name) for name in NAMES if name in chosen]


def _edition(name: str) -> Edition:
    return ParquetEdition() if name == PARQUET else FeedReaderEdition(FORMATS[name])
