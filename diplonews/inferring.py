"""What is inferred from one article: dateline, agency, language, countries, organisations.

The pipelines import this when the first article comes, because most runs read none.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from diplonews import site
from diplonews.infer.agencies import agency_of_authors, split_notice
from diplonews.infer.countries import AES, ECOWAS, countries_in, members
from diplonews.infer.datelines import split_dateline
from diplonews.infer.language import language_of
from diplonews.infer.organisations import organisations_in
from diplonews.infer.passages import Passage, read_passages
from diplonews.items import Article, CountryMention, OrganisationMention
from diplonews.normalise.text import word_count

# What of an article all this depends on, and what it sets.
DEPENDS_ON = (
    *("authors", "body", "byline_raw", "categories", "crossheads", "headline", "language"),
    *("published_at", "sources"),
)
SETS = (
    *("aes_members", "agency", "agency_notice", "body", "countries", "crossheads"),
    *("dateline_country", "dateline_place", "dateline_raw", "ecowas_members", "is_syndicated"),
    *("language", "organisations", "word_count"),
)


class Inferred(NamedTuple):
    """What was inferred from an article before it came to the run's own pipelines."""

    basis: tuple[Any, ...]  # from what it was
    values: dict[str, Any]
    language_read_from: str | None

    @classmethod
    def read_off(cls, basis: tuple[Any, ...], article: Article) -> "Inferred":
        values = {name: getattr(article, name) for name in SETS}
        return cls(basis, values, article.read_from.get("language"))

    def set_on(self, article: Article) -> None:
        """Give *article*, which has the same basis, what was inferred."""
        for name, value in self.values.items():
            setattr(article, name, value)
        if self.language_read_from is not None:
            article.read_from["language"] = self.language_read_from


def basis_of(article: Article) -> tuple[Any, ...]:
    """Return all of an article that something is inferred from."""
    return tuple(deepcopy(getattr(article, name)) for name in DEPENDS_ON)


def part_body(article: Article) -> None:
    """Split dateline and agency's notice from the body, and set their fields."""
    dateline, rest = split_dateline(article.body)
    credit, article.body = split_notice(rest)
    article.dateline_raw, article.dateline_place = dateline.raw, dateline.place
    article.dateline_country = dateline.country
    agency = agency_of_authors([*(author.name for author in article.authors), article.byline_raw])
    agency = agency or agency_of_authors(article.sources)
    article.agency = dateline.agency or credit.agency or agency
    article.agency_notice = credit.notice
    article.is_syndicated = bool(article.agency)
    article.crossheads = [title for title in article.crossheads if title != dateline.raw]
    article.word_count = word_count(article.body)


def name_language(article: Article) -> None:
    """Set the language, and its source in ``read_from``."""
    declared, article.language = article.language, ""
    article.language, source = language_of(article.body, declared, site.LANGUAGES)
    if source:
        article.read_from["language"] = source


def passages_of(article: Article) -> list[Passage]:
    return read_passages(article.headline, article.body)


def _countries(article: Article, passages: list[Passage]) -> list[CountryMention]:
    named = ((site.CATEGORIES.get(c.slug), c.title) for c in article.categories)
    categories = [(c.country.upper(), title) for c, title in named if c and c.country]
    mentions = countries_in(
        passages,
        categories=categories,
        dateline=(article.dateline_country, article.dateline_place),
    )
    return [CountryMention(**mention._asdict()) for mention in mentions]


def _organisations(article: Article, passages: list[Passage]) -> list[OrganisationMention]:
    mentions = organisations_in(passages, dateline_place=article.dateline_place)
    return [OrganisationMention(**mention._asdict()) for mention in mentions]


def _ecowas_members(article: Article, _: list[Passage]) -> list[str]:
    codes = [mention.code for mention in article.countries]
    return members(codes, article.published_at, ECOWAS)


def _aes_members(article: Article, _: list[Passage]) -> list[str]:
    codes = [mention.code for mention in article.countries]
    return members(codes, article.published_at, AES)


# The fields that are lists of names, in the order in which they are worked out.
NAMES: Mapping[str, Callable[[Article, list[Passage]], list[Any]]] = {
    "countries": _countries,
    "organisations": _organisations,
    "ecowas_members": _ecowas_members,
    "aes_members": _aes_members,
}
