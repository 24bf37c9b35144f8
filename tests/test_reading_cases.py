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
from pathlib import Path
from typing import Any

import pytest

from tests.support.small_pages import read

KINDS = {
    path: tomllib.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "cases/reading").glob("*.toml"))
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
