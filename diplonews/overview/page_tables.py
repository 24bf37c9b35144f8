"""The overview's tables, and how its numbers are written."""

from collections.abc import Sequence
from datetime import datetime

from diplonews.exports.display_names import country_name, section_name
from diplonews.overview.elements import Element, Node, element, elements, link, quoted
from diplonews.overview.figures import Brief

KINDS = {"updated": "edited", "withdrawn": "withdrawn", "restored": "restored"}
HEATS = ((30, "h3"), (15, "h2"), (0, "h1"))  # from which percentage on, above it


def number(count: float) -> str:
    """Return a count as English writes it.

    >>> number(12345)
    '12,345'
    """
    return f"{count:,}"


def amount(count: int, noun: str) -> str:
    """Return a number and what is counted.

    >>> amount(1, "article"), amount(12345, "article")
    ('1 article', '12,345 articles')
    """
    return f"{number(count)} {noun_of(count, noun)}"


def noun_of(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def of_these(withdrawn_count: int) -> str:
    """Return how many of articles that were just counted are withdrawn.

    >>> of_these(1), of_these(0)
    (', of these 1 withdrawn', ', none withdrawn')
    """
    return (
        f", of these {number(withdrawn_count)} withdrawn"
        if withdrawn_count
        else ", none withdrawn"
    )


def is_or_are(count: int) -> str:
    return "is" if count == 1 else "are"


def share(count: int, total: int) -> str:
    r"""Return which share of the total a count is.

    >>> share(1, 3), share(1, 4_000), share(0, 0)
    ('33\xa0%', 'under 1\xa0%', '–')
    """
    if not total:
        return "–"
    percent = 100 * count / total
    text = "under 1" if 0 < percent < 1 else f"{percent:.0f}"
    return f"{text}\N{NO-BREAK SPACE}%"


def duration(hours: float) -> str:
    """Return a time as people say it.

    >>> duration(0.001), duration(0.05), duration(5.25), duration(72)
    ('under 1 min', '3 min', '5.2 hours', '3 days')
    """
    if hours < 1 / 60:
        return "under 1 min"
    if hours < 1:
        return f"{60 * hours:.0f} min"
    amount, noun = (hours, "hour") if hours < 48 else (hours / 24, "day")
    text = f"{amount:.1f}".removesuffix(".0")
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"


def moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "no date"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Node]]) -> Element:
    """Return a table whose first column has the names of the rows."""
    body = [
        element("tr", element("th", row[0], scope="row"), *elements("td", row[1:])) for row in rows
    ]
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", element("tr", *elements("th", heads, scope="col"))),
            element("tbody", *body),
        ),
        class_="scroll",
    )


def heat_table(
    caption: str,
    heads: Sequence[str],
    totals: Sequence[int],
    rows: Sequence[tuple[str, list[int]]],
) -> Element:
    """Return a table of counts and shares by time; the darker a cell, the greater its share."""
    head = [element("th", heads[0], scope="col")]
    for name, total in zip(heads[1:], totals, strict=True):
        of_all = element("small", f"of {number(total)}")
        head.append(element("th", name, element("br"), of_all, scope="col"))
    body = []
    for name, counts in rows:
        cells = [_heat_cell(count, total) for count, total in zip(counts, totals, strict=True)]
        body.append(element("tr", element("th", name, scope="row"), *cells))
    return element(
        "div",
        element(
            "table",
            element("caption", caption),
            element("thead", element("tr", *head)),
            element("tbody", *body),
            class_="heat",
        ),
        class_="scroll",
        tabindex="0",  # so that keys can move it where it is wider than the page
        role="region",
        aria_label=caption,
    )


def _heat_cell(count: int, total: int) -> Element:
    if not count:
        return element("td", element("small", "0"))
    percent = 100 * count / total
    heat = next(name for least, name in HEATS if percent >= least)
    return element("td", number(count), " ", element("small", share(count, total)), class_=heat)


def articles(briefs: Sequence[Brief]) -> Element:
    """Return a list of articles, each with a link to the site."""
    items = []
    for brief in briefs:
        headline = link(brief.url, quoted(brief.headline or "(without a headline)"))
        kind = f"{KINDS.get(brief.kind, brief.kind)} " if brief.kind else ""
        facts = [f"{kind}{moment(brief.at)}", brief.detail]
        facts.append(", ".join(map(section_name, brief.sections)))
        facts.append(", ".join(country_name(code) for code in brief.countries[:4]))
        shown = " · ".join(filter(None, facts))
        items.append(element("li", headline, " ", element("span", shown, class_="when")))
    return element("ol", *items, class_="articles")
