"""Small pages, each about one thing, give what a person expects of them.

A file of ``cases/reading/`` is a kind of page: ``kind`` says what must hold for all of them.
A ``[[case]]`` has a ``name`` and the page: ``content`` is what stands in the content of an
ordinary page of the site, ``headline``, ``meta`` and ``head`` replace those of that page, or
``full`` is a page of its own. ``expect`` has keys of the feed's line: ``eq`` is what it equals,
``has`` are texts in it, ``lacks`` are texts that are not. ``body`` is as a reader sees it, with
dateline and agency notice; ``authors`` are names, ``countries`` and
``organisations`` codes.
"""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from diplonews.lines import as_keys
from diplonews.pages.read import read_article
from diplonews.pages.select import Page
from diplonews.pipelines import Date, Enrich, Identify, Normalise

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
KINDS = {
    path: tomllib.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "cases/reading").glob("*.toml"))
}


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
    keys = as_keys(article)
    around = (keys.get("dateline_raw"), keys.get("body"), keys.get("agency_notice"))
    return keys | {
        "body": " ".join(filter(None, around)),
        "authors": [author["name"] for author in keys.get("authors", [])],
        "countries": [mention["code"] for mention in keys.get("countries", [])],
        "organisations": [mention["code"] for mention in keys.get("organisations", [])],
    }


def cases() -> list[Any]:
    return [
        pytest.param(key, rule, case, id=f"{path.stem}-{case['name']}-{key}-{rule}")
        for path, kind in KINDS.items()
        for case in kind["case"]
        for key, rules in case["expect"].items()
        for rule in rules
    ]


@pytest.mark.parametrize(("key", "rule", "case"), cases())
def test_a_page_is_read_as_a_person_expects(key: str, rule: str, case: dict[str, Any]) -> None:
    expected = case["expect"][key][rule]

    found = read(case).get(key)

    if rule == "eq":
        assert found == expected
        return
    shown = found if isinstance(found, str | list) else json.dumps(found or "")
    assert [part for part in expected if (part in shown) == (rule == "lacks")] == []


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path.stem)
def test_a_kind_has_a_rule_and_three_examples_of_it(path: Path) -> None:
    kind = KINDS[path]

    assert kind["kind"]
    assert len({case["name"] for case in kind["case"]}) == len(kind["case"]) >= 3
    for case in kind["case"]:
        assert {rule for rules in case["expect"].values() for rule in rules} <= {
            "eq",
            "has",
            "lacks",
        }
