"""Small pages, each about one thing (tests/cases/reading/), and how they are read."""

from datetime import UTC, datetime
from typing import Any

from diplonews.lines import as_keys
from diplonews.pages.read import read_article
from diplonews.pages.select import Page
from diplonews.pipelines import Date, Enrich, Identify, Normalise
from tests.support.truth import without_nulls

URL = "https://site.example/road/"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = (
    '<meta property="og:title" content="Border road to open">'
    '<meta property="article:published_time" content="2025-03-03T10:00:00+00:00">'
)
META = (
    '<div class="jeg_meta_author"><span class="meta_text">by</span> '
    '<a href="/author/ama-diop/">Ama Diop</a></div>'
    '<div class="jeg_meta_date"><a href="/road/">March 3, 2025</a></div>'
    '<div class="jeg_meta_category"><span>in <a href="/category/security/" rel="category tag">'
    "Security</a></span></div>"
)


def page_of(case: dict[str, Any]) -> Page:
    links = f'<link rel="canonical" href="{URL}"><link rel="shortlink" href="/?p=7">'
    whole = f"""<!DOCTYPE html><html lang="en"><head>{links}{case.get("head", HEAD)}</head>
<body class="single single-post postid-7 jeg_toggle_light"><div class="jeg_content">
<div class="entry-header"><h1 class="jeg_post_title">{case.get("headline", "Border road to open")}
</h1><div class="jeg_meta_container"><div class="jeg_post_meta jeg_post_meta_1">
{case.get("meta", META)}</div></div></div>
<div class="entry-content no-share"><div class="content-inner ">{case.get("content", "")}</div>
</div>
</div></body></html>"""
    return Page(URL, case.get("full", whole))


def read(case: dict[str, Any]) -> dict[str, Any]:
    article = read_article(page_of(case)).to_item(url=URL, fetched_at=NOW, found_in="security")
    for pipeline in (Normalise(), Date(), Identify(), Enrich()):
        article = pipeline.process_item(article)
    keys = without_nulls(as_keys(article))
    around = (keys.get("dateline_raw"), keys.get("body"), keys.get("agency_notice"))
    return keys | {
        "body": " ".join(filter(None, around)),
        "authors": [author["name"] for author in keys.get("authors", [])],
        "countries": [mention["code"] for mention in keys.get("countries", [])],
        "organisations": [mention["code"] for mention in keys.get("organisations", [])],
    }
