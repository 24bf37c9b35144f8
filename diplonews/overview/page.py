"""The overview as one page of HTML that needs nothing else: no script, no font, no picture."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from diplonews.overview import work
from diplonews.overview.attention import (
    Time,
    attention_by_country,
    attention_by_organisation,
    attention_by_time,
)
from diplonews.overview.buckets import Stretch
from diplonews.overview.elements import Element, as_html, element
from diplonews.overview.figures import Figures
from diplonews.overview.page_tables import (
    amount,
    duration,
    moment,
    noun_of,
    number,
    of_these,
    share,
)

DOCTYPE = "<!DOCTYPE html>\n"


@dataclass(frozen=True, slots=True)
class Title:
    """What a page is of."""

    chosen: str  # which articles, in words
    made_at: datetime
    counted: Stretch


def as_page(figures: Figures, title: Title) -> str:
    """Return the whole page."""
    style = files("diplonews.overview").joinpath("data/page.css").read_text(encoding="utf-8")
    sections = (
        list(_sections(figures, title.counted)) if figures.article_count else [_nothing(figures)]
    )
    body = element(
        "body",
        _header(figures, title, sections),
        element("main", *sections),
        _footer(figures, title),
    )
    return DOCTYPE + as_html(element("html", _head(style), body, lang="en")) + "\n"


def _head(style: str) -> Element:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    sheet = element("style")
    sheet.text = style  # unescaped: the style is ours, and HTML has no entities in it
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", "Diplomatic Info: overview"),
        sheet,
    )


def _sections(figures: Figures, counted: Stretch) -> Sequence[Element]:
    time = Time.of_days(figures.days, counted)
    return (
        attention_by_time(figures, time),
        attention_by_country(figures, time),
        attention_by_organisation(figures, time),
        work.agencies(figures),
        work.changes(figures),
        work.delay(figures),
        work.newest(figures),
        work.runs(figures),
        work.coverage(figures),
    )


def _nothing(figures: Figures) -> Element:
    sentence = "The archive has no such article yet: crawl first, or choose others."
    children = [element("h2", "No articles"), element("p", sentence)]
    return element("section", *children, id="nothing")


def _header(figures: Figures, title: Title, sections: Sequence[Element]) -> Element:
    headings = [(section.get("id"), section.findtext("h2")) for section in sections]
    links = [element("li", element("a", text or "", href=f"#{name}")) for name, text in headings]
    children = [
        element("h1", "Diplomatic Info: overview"),
        element("p", f"{_capital(title.chosen)}, as archived up to {moment(title.made_at)}.",
                class_="note"),
    ]  # fmt: skip
    if figures.article_count:
        cards = [
            element("div", element("dt", name), element("dd", value))
            for name, value in _facts(figures)
        ]
        children += [element("dl", *cards, class_="cards")]
        children += [element("nav", element("ul", *links), aria_label="Sections of this page")]
    return element("header", *children)


def _facts(figures: Figures) -> list[tuple[str, str]]:
    total = figures.article_count
    run_count = sum(run.run_count for run in figures.runs)
    sound_count = sum(r.run_count for r in figures.runs if r.verdict in {"ok", "unchanged"})
    edit_count = figures.kinds["updated"]
    facts = [
        (f"{noun_of(total, 'article')}{of_these(figures.withdrawn_count)}", number(total)),
        ("are an agency’s copy", share(figures.syndicated_count, total)),
        (f"{noun_of(edit_count, 'edit')} by the site", number(edit_count)),
        (f"of {amount(run_count, 'run')} sound", number(sound_count)),
    ]
    if len(figures.feed_hours) >= work.LEAST_OF_MEDIAN:
        wait = duration(work.median(figures.feed_hours))
        facts.append(("to our feed, in the median", wait))
    return facts


def _footer(figures: Figures, title: Title) -> Element:
    sentence = (
        f"Made by diplonews on {moment(title.made_at)} of all events up to seq {figures.seq}. "
        "Times are UTC, weeks begin on Monday, and an article counts once, as it last was. "
        "Countries, organisations, agencies and languages are inferred from the words."
    )
    return element("footer", element("p", sentence, class_="note"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
