"""Readers of news pages, ours and its peers, each asked for what it is best at.

A reader takes the address and the bytes of one page. The peers are asked as their documents
say; none may fetch anything.
"""

import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import lxml.html

from diplonews import site
from diplonews.errors import UnreadableError
from diplonews.items import Article
from diplonews.normalise.dates import parse_date
from diplonews.pages.read import read_article_by_layout
from diplonews.pages.select import Page
from diplonews.pipelines import Normalise
from tests.support.scores import Reading, names

# The replica publishes up to now, and what is dated later is passed over.
NOW = datetime.now(UTC)

Reader = Callable[[str, bytes], Reading]


def days(*moments: datetime | None) -> frozenset[date]:
    """Return the days that moments fall on, told in UTC and in the site's zone."""
    zones = (UTC, site.TIMEZONE)
    return frozenset(at.astimezone(zone).date() for at in moments if at for zone in zones)


def parse(url: str, body: bytes) -> Article:
    """Return what our reader reads off a page, before anything is worked out of it."""
    page = read_article_by_layout(Page(url, body))
    return page.to_item(url=url, fetched_at=NOW, found_in="")


def diplonews(url: str, body: bytes) -> Reading:
    return reading_of(parse(url, body))


def reading_of(article: Article) -> Reading:
    """Return what is scored of an article that our reader read."""
    read = Normalise().process_item(article)
    try:
        published = parse_date(read.published_raw, NOW, site.TIMEZONE).at
    except UnreadableError:
        published = None
    return Reading(
        headline=read.headline,
        body=read.body,
        published_on=days(published),
        authors=names(author.name for author in read.authors),
        categories=names(category.title for category in read.categories),
    )


def trafilatura(url: str, body: bytes) -> Reading:
    found = _module("trafilatura").bare_extraction(
        body, url=url, with_metadata=True, include_comments=False
    )
    if found is None:
        return Reading("", "")
    return Reading(
        headline=found.title or "",
        body=found.text or "",
        published_on=_days(found.date),
        authors=names((found.author or "").split("; ")),
        categories=names(found.categories or []),
    )


def newspaper(url: str, body: bytes) -> Reading:
    found = _module("newspaper").Article(url, language="en", fetch_images=False)
    found.download(input_html=body.decode("utf-8", "replace"))
    found.parse()
    return Reading(
        headline=found.title,
        body=found.text,
        published_on=_days(found.publish_date),
        authors=names(found.authors),
    )


def readability(url: str, body: bytes) -> Reading:
    """Return headline and body; it looks for nothing else."""
    found = _module("readability").Document(body.decode("utf-8", "replace"), url=url)
    parts = lxml.html.fromstring(found.summary(html_partial=True)).itertext()
    return Reading(headline=found.short_title(), body=" ".join(parts))


READERS: dict[str, Reader] = {
    "diplonews": diplonews,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper,
    "readability-lxml": readability,
}


def _module(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newspaper4k's, about what we do not ask of it
        return import_module(name)


def _days(told: object) -> frozenset[date]:
    """Return the day a peer tells, which may be a text, a time without a zone, or nothing."""
    if not told:
        return frozenset()
    moment = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    return days(moment) if moment.tzinfo else frozenset({moment.date()})
