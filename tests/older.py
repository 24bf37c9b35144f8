"""Readers as they were before, with a fault; and one that was mended for another theme."""

import json
import re
from dataclasses import fields, replace

from diplonews.demo.themes.renamed import other_name
from diplonews.items import Article
from diplonews.pages import article, roles
from diplonews.pages.layouts import JNEWS, LAYOUTS


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
    from diplonews.settings import ITEM_PIPELINES  # not before the environment is set

    pipelines = {**ITEM_PIPELINES, f"tests.older.{fault.__name__}": 150}
    return ["-s", f"ITEM_PIPELINES={json.dumps(pipelines)}"]


def know_the_renamed_theme() -> None:
    """Do in this process what a maintainer does when the theme changed: add its names."""
    own = re.compile(r"(?<=\.)[A-Za-z][\w-]*")
    selectors = {
        field.name: own.sub(lambda name: other_name(name[0]), getattr(JNEWS, field.name))
        for field in fields(JNEWS)
    }
    layout = replace(
        JNEWS,
        **selectors
        | {"name": "renamed", "source": "theme", "headline": "h2", "standfirst": "h2 + h4"},
    )
    article.LAYOUTS = (*LAYOUTS, layout)
    roles.ROLE_OF_CLASS |= {other_name(name): of for name, of in roles.ROLE_OF_CLASS.items()}
    boxes = ("jnews_inline_related_post_wrapper", "jeg_ad_article")
    roles.ROLE_OF_CLASS |= dict.fromkeys(map(other_name, boxes), "junk")
