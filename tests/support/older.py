"""Readers as they were before, with a fault; and one that was mended for another theme."""

import json
import re
from dataclasses import fields, replace
from datetime import date

from diplonews.demo.themes.renamed import other_name
from diplonews.items import READER, Article
from diplonews.pages.roles import GENERAL, RoleNames, Roles
from diplonews.pages.themes import THEMES, Theme, Themes
from diplonews.pages.themes.jnews import JNEWS


class LastParagraphLost:
    """Take the last paragraph for something that is not the body's."""

    def process_item(self, article: Article) -> Article:
        article.body = article.body.rpartition("\n\n")[0] or article.body
        return article


class OlderReader(LastParagraphLost):
    """Be the reader before today's, which lost the last paragraph."""

    def process_item(self, article: Article) -> Article:
        article.reader = READER - 1
        return super().process_item(article)


class DateUnread:
    """Read a date of long ago, for which an article is rejected."""

    def process_item(self, article: Article) -> Article:
        article.published_raw = "1925-02-25T09:12:00+00:00"
        return article


def with_fault(fault: type) -> list[str]:
    """Return the arguments of `scrapy crawl` by which a fault is in its pipelines."""
    from diplonews.settings import ITEM_PIPELINES  # not before the environment is set

    pipelines = {**ITEM_PIPELINES, f"tests.support.older.{fault.__name__}": 150}
    return ["-s", f"ITEM_PIPELINES={json.dumps(pipelines)}"]


def renamed_theme() -> Theme:
    """Return what a maintainer writes when the theme changed: its file, with the new names."""
    own = re.compile(r"(?<=\.)[A-Za-z][\w-]*")

    def with_new_names(css: str) -> str:
        return own.sub(lambda name: other_name(name[0]), css)

    (known,) = JNEWS.articles
    selectors = {
        field.name: with_new_names(getattr(known, field.name))
        for field in fields(known)
        if isinstance(getattr(known, field.name), str)
    }
    selectors |= {"authors": tuple(map(with_new_names, known.authors))}
    article = replace(
        known, **selectors | {"name": "renamed", "headline": "h2", "standfirst": "h2 + h4"}
    )
    boxes = ("jnews_inline_related_post_wrapper", "jeg_ad_article", "page-links", "tags-links")
    junk = tuple(map(other_name, (*JNEWS.roles.junk, *boxes)))
    return Theme(
        name="renamed",
        since=date(2026, 11, 20),
        articles=(article,),
        roles=RoleNames(
            junk=(*junk, *map(other_name, GENERAL.junk)),
            caption=tuple(map(other_name, (*JNEWS.roles.caption, *GENERAL.caption))),
            frame=tuple(map(other_name, GENERAL.frame)),
        ),
        credit=with_new_names(JNEWS.credit),
    )


WITH_RENAMED = Themes(*THEMES.members, renamed_theme())


class FirstPageRaises(Themes):
    """Themes at whose first page code of ours raises what nobody foresaw."""

    is_past = False

    @property
    def roles(self) -> Roles:  # type: ignore[override]
        if not self.is_past:
            self.is_past = True
            raise RuntimeError("a fault that nobody foresaw")
        return Roles(theme.roles for theme in self.members)


FIRST_PAGE_RAISES = FirstPageRaises(*THEMES.members)
