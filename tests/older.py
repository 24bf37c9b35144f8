"""A reader as it might have been before: pipelines with a fault, for a first crawl."""

import json

from diplonews.items import Article
from diplonews.settings import ITEM_PIPELINES


class LastParagraphLost:
    """Take the last paragraph for something that is not the body's."""

    def process_item(self, article: Article) -> Article:
        article.body = article.body.rpartition("\n\n")[0] or article.body
        return article


class DateUnread:
    """Read a date of long ago, for which an article is rejected."""

    def process_item(self, article: Article) -> Article:
        article.published_raw = "1925-02-25T09:12:00+00:00"
        return article


def with_fault(fault: type) -> list[str]:
    """Return the arguments of `scrapy crawl` by which a fault is in its pipelines."""
    pipelines = {**ITEM_PIPELINES, f"tests.older.{fault.__name__}": 150}
    return ["-s", f"ITEM_PIPELINES={json.dumps(pipelines)}"]
